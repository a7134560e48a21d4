import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type WebSocket, WebSocketServer } from 'ws';
import { maxBodyBytes, maxHeadersBytes, maxStartLineBytes } from '#shared/sip/limits.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Flow } from './sip/flow.ts';

interface WebSocketListenerOptions {
  readonly certificate: string;
  readonly key: string;
  readonly logger: Logger;
  readonly newToken: () => string;
  readonly onOpened: (flow: Flow) => void;
  /** `garbage` closes the connection. */
  readonly onMessage: (flow: Flow, bytes: Uint8Array) => 'taken' | 'garbage';
  readonly onClosed: (flow: Flow) => void;
  /** What `GET /status` tells those who know the token. */
  readonly status: { readonly token: string; readonly read: () => unknown };
}

const maxConnections = 100;
/** A client that does not read is dropped before it fills the memory. */
const maxUnsentBytes = 4 * 1024 * 1024;
const invalidFrame = 1007;
const carriageReturn = 13;
const lineFeed = 10;

/** SIP over secure WebSocket (RFC 7118) at the loopback address; any path. Every connection is one flow. */
export class WebSocketListener implements Disposable {
  readonly #options: WebSocketListenerOptions;
  readonly #webSockets: WebSocketServer;
  #server: Server | undefined;

  constructor(options: WebSocketListenerOptions) {
    this.#options = options;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      maxPayload: maxStartLineBytes + maxHeadersBytes + maxBodyBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
    });
  }

  /** @param port 0: any free one. @returns the port. @throws Error of `listen`, with its `code`. */
  async start(port: number): Promise<number> {
    const { certificate, key, logger } = this.#options;
    const server = createServer({ cert: certificate, key, minVersion: 'TLSv1.2' }, (request, response) => this.#answer(request, response));
    this.#server = server;
    server.maxConnections = maxConnections;
    server.on('upgrade', (request, socket, head) => {
      const refusal = refusalOf(request);
      if (refusal === undefined) this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#adopt(webSocket, request));
      else socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    server.on('error', (error) => logger.warn('listener', { reason: error.message }));
    server.on('tlsClientError', (error) => logger.debug('TLS handshake failed', { reason: error.message }));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  dispose(): void {
    for (const webSocket of this.#webSockets.clients) webSocket.terminate();
    this.#webSockets.close();
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
  }

  /** Plain HTTP: other Commutes of the same person ask who is signed in. */
  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { token, read } = this.#options.status;
    if (request.method !== 'GET' || request.url !== '/status') response.writeHead(426, { upgrade: 'websocket' }).end();
    else if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(read()));
  }

  #adopt(webSocket: WebSocket, request: IncomingMessage): void {
    const { newToken, onOpened, onMessage, onClosed, logger } = this.#options;
    const flow: Flow = {
      token: newToken(),
      remoteAddress: request.socket.remoteAddress ?? '127.0.0.1',
      trustedUser: undefined,
      get isOpen() {
        return webSocket.readyState === webSocket.OPEN;
      },
      send(message) {
        if (!this.isOpen) return;
        if (webSocket.bufferedAmount > maxUnsentBytes) webSocket.terminate();
        else webSocket.send(message, { binary: false });
      },
    };
    webSocket.on('error', (error) => logger.info('connection', { reason: error.message }));
    webSocket.on('close', () => onClosed(flow));
    webSocket.on('message', (data) => {
      const bytes = bytesOf(data);
      if (isKeepAlive(bytes)) {
        // RFC 5626 section 3.5.1: a ping of two line ends is answered by one
        if (bytes.length === 4) flow.send(Uint8Array.of(carriageReturn, lineFeed));
      } else if (onMessage(flow, bytes) === 'garbage') webSocket.close(invalidFrame);
    });
    onOpened(flow);
  }
}

/** A page in a browser must not reach the office: it would send its origin. Our own windows and plain clients may. */
function refusalOf(request: IncomingMessage): string | undefined {
  const { origin } = request.headers;
  if (origin !== undefined && !origin.startsWith('app://')) return '403 Forbidden';
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.includes('sip') ? undefined : '400 Bad Request';
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.length <= 4 && bytes.every((byte) => byte === carriageReturn || byte === lineFeed);
}
