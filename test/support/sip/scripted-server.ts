import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipMessage, SipRequest, SipResponse } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { serializeResponse } from '#shared/sip/serialize-message.ts';
import type { TestCertificate } from './test-certificates.ts';

export interface ServerConnection {
  /** Sends bytes or text as one frame. */
  send(frame: string | Uint8Array): void;
  /** Cuts without a close frame. */
  cut(): void;
}

/** One received request and the means to answer it. */
export interface ReceivedSip {
  readonly request: SipRequest;
  readonly connection: ServerConnection;
  /** Copies Via, From, To (with a tag), Call-ID and CSeq. */
  reply(status: number, headers?: readonly HeaderField[], reason?: string): void;
}

export type Script = (received: ReceivedSip) => void;

export interface ScriptedServerOptions {
  /** Without one it speaks plain WebSocket. */
  readonly certificate?: TestCertificate;
  readonly port?: number;
  /** Subprotocol it agrees to; default `sip`, null for none. */
  readonly subprotocol?: string | null;
}

/** A SIP server over WebSocket on 127.0.0.1 that does what a test tells it, and remembers what it got. */
export class ScriptedServer {
  readonly requests: SipRequest[] = [];
  readonly responses: SipResponse[] = [];
  /** Every frame as it came, readable or not. */
  readonly frames: string[] = [];
  /** Connections that were opened, over all time. */
  connectionCount = 0;
  readonly #cameBy: number[] = [];
  /** The same before TLS and WebSocket. */
  socketCount = 0;
  /** Names that clients asked for (SNI), in the order of their handshakes; false for none. */
  readonly namesAsked: (string | false)[] = [];
  /** What to do with requests; changed by tests at will. */
  script: Script = () => undefined;
  readonly #http: HttpServer;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<WebSocket>();
  readonly #waiting = new Set<() => void>();
  #silent = false;

  private constructor(options: ScriptedServerOptions) {
    const { certificate, subprotocol = 'sip' } = options;
    this.#http =
      certificate === undefined ? createHttpServer() : createHttpsServer({ key: certificate.key, cert: certificate.certificate });
    this.#webSockets = new WebSocketServer({ server: this.#http, autoPong: false, handleProtocols: () => subprotocol ?? false });
    this.#http.on('connection', (socket: Socket) => {
      this.socketCount++;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#http.on('tlsClientError', () => undefined);
    this.#http.on('secureConnection', ({ servername }: TLSSocket) => this.namesAsked.push(servername ?? false));
    this.#webSockets.on('connection', (client) => this.#accept(client));
  }

  static async start(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', reject);
      server.#http.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return server;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return address.port;
  }

  get openConnections(): number {
    return this.#clients.size;
  }

  /** Answers no ping and reads on without a word, as a frozen machine does. */
  freeze(): void {
    this.#silent = true;
    this.script = () => undefined;
  }

  /** Resolves as soon as the condition holds; looked at after everything that arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** By which connection, counted from 1, one of `frames` came. */
  connectionOf(frame: number): number | undefined {
    return this.#cameBy[frame];
  }

  requestsOf(method: string): SipRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  sendToAll(frame: string | Uint8Array): void {
    for (const client of this.#clients) client.send(frame);
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.#webSockets.close();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #accept(client: WebSocket): void {
    const number = ++this.connectionCount;
    this.#clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => {
      this.#clients.delete(client);
      this.#wake();
    });
    client.on('ping', (data) => {
      if (!this.#silent) client.pong(data);
    });
    client.on('message', (data) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
      this.frames.push(bytes.toString());
      this.#cameBy.push(number);
      const result = parseMessage(bytes);
      if (result.ok) this.#receive(result.message, client);
      this.#wake();
    });
    this.#wake();
  }

  #receive(message: SipMessage, client: WebSocket): void {
    if (message.kind === 'response') {
      this.responses.push(message);
      return;
    }
    this.requests.push(message);
    this.script({
      request: message,
      connection: { send: (frame) => client.send(frame), cut: () => client.terminate() },
      reply: (status, headers = [], reason) => client.send(answerTo(message, status, headers, reason)),
    });
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

export function answerTo(request: SipRequest, status: number, headers: readonly HeaderField[] = [], reason?: string): Uint8Array {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
    findHeaders(request.headers, name).map((value) => ({
      name,
      value: name === 'To' && status > 100 && !request.to.parameters.has('tag') ? `${value};tag=server` : value,
    })),
  );
  return serializeResponse({ status, headers: [...copied, ...headers], ...(reason === undefined ? {} : { reason }) });
}
