import { connect as connectTcp } from 'node:net';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { AppError } from '#shared/errors/app-error.ts';
import type { Server } from '#shared/profiles/account.ts';
import { serverUrl } from '#shared/profiles/server-address.ts';
import { connectError, type PresentedCertificate, targetDetails } from './connect-error.ts';
import type { TlsTrust } from './tls-trust.ts';
import type { Wire, WireListener } from './transport-core.ts';

export interface WebSocketWireOptions {
  readonly server: Server;
  /** For `wss`. Shared by all connections to a server: it remembers what it learned. */
  readonly trust: TlsTrust;
  readonly userAgentName: string;
}

/** Larger frames end the connection: no SIP message of a sane server comes near. */
const maxFrameBytes = 1024 * 1024;
/** How long a peer that said goodbye may take to hang up. */
const closeDeadlineMs = 1_000;
/** RFC 6455 section 7.4: the peer closed on purpose. */
const normalClosure = 1000;

/**
 * SIP over WebSocket (RFC 7118). One message a frame, text or binary. No compression, no redirects, no cookies; the server
 * must agree to the subprotocol `sip`.
 */
export class WebSocketWire implements Wire {
  readonly #options: WebSocketWireOptions;
  #socket: WebSocket | undefined;
  #terminated = false;

  constructor(options: WebSocketWireOptions) {
    this.#options = options;
  }

  open(listener: WireListener): void {
    const { server, trust } = this.#options;
    if (server.transport === 'ws') {
      this.#attempt(listener);
      return;
    }
    trust.prepare().then(
      () => this.#attempt(listener),
      (error: unknown) => this.#report(listener, error, undefined),
    );
  }

  write(bytes: Uint8Array | string): void {
    this.#socket?.send(bytes, { binary: false }, ignoreLateError);
  }

  ping(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.ping('', true, ignoreLateError);
  }

  terminate(): void {
    this.#terminated = true;
    this.#drop();
  }

  /** Forgets the socket: its listeners go, a late `error` of its death is swallowed. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.removeAllListeners();
    socket.on('error', ignoreLateError);
    socket.terminate();
  }

  #attempt(listener: WireListener): void {
    if (this.#terminated) return;
    const { server, trust, userAgentName } = this.#options;
    const usedPin = trust.usesPin;
    let presented: (() => PresentedCertificate | undefined) | undefined;
    // the type declarations lag behind the library by one option
    const options: ClientOptions & { readonly closeTimeout: number } = {
      perMessageDeflate: false,
      followRedirects: false,
      closeTimeout: closeDeadlineMs,
      maxPayload: maxFrameBytes,
      // frames that call themselves text hold whatever SIP bytes there are; the parser copes
      skipUTF8Validation: true,
      headers: { 'User-Agent': userAgentName },
      createConnection: () => {
        if (server.transport === 'ws') return connectTcp({ host: server.host, port: server.port });
        const opened = trust.open();
        presented = opened.presented;
        return opened.socket;
      },
    };
    let socket: WebSocket;
    try {
      socket = new WebSocket(serverUrl(server), ['sip'], options);
    } catch (error) {
      this.#report(listener, new AppError('address-invalid', { details: targetDetails(server), cause: error }), undefined);
      return;
    }
    this.#socket = socket;
    let failure: Error | undefined;
    let open = false;
    socket.on('open', () => {
      open = true;
      listener.opened();
    });
    socket.on('message', (data) => listener.received(bytesOf(data)));
    socket.on('ping', () => listener.received(undefined));
    socket.on('pong', () => listener.received(undefined));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      const details = { ...targetDetails(server), httpStatus: response.statusCode ?? 0 };
      this.#report(listener, new AppError('not-a-sip-server', { details }), undefined);
    });
    socket.on('error', (error) => {
      // once open, whatever is wrong with a frame ends the connection without waiting for the peer's consent
      if (open) this.#report(listener, lost(server, error), undefined);
      else failure ??= error;
    });
    socket.on('close', (code, reason) => {
      const seen = presented?.();
      const judged = failure === undefined || failure instanceof AppError ? undefined : trust.judge(seen, usedPin);
      if (judged === 'retry' && isRefusal(failure, server)) {
        this.#drop();
        this.#attempt(listener);
        return;
      }
      const error =
        judged instanceof AppError && isRefusal(failure, server) ? judged : (failure ?? closedByPeer(server, code, reason.toString()));
      this.#report(listener, error, seen);
    });
  }

  #report(listener: WireListener, error: unknown, presented: PresentedCertificate | undefined): void {
    if (this.#terminated) return;
    const known = error instanceof Error ? error : new Error(String(error));
    listener.closed(connectError(known, this.#options.server, presented));
  }
}

/** Whether the handshake failed on the certificate, not on the way to it or behind it. */
function isRefusal(failure: Error | undefined, server: Server): boolean {
  return failure !== undefined && connectError(failure, server, undefined).code.startsWith('certificate-');
}

function lost(server: Server, error: Error): AppError {
  const cause = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return new AppError('connection-lost', { details: { ...targetDetails(server), cause }, cause: error });
}

function closedByPeer(server: Server, code: number, reason: string): AppError {
  const cause = code === normalClosure ? 'closed by the server' : `closed with ${code}`;
  return new AppError('connection-lost', { details: { ...targetDetails(server), cause, ...(reason === '' ? {} : { reason }) } });
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function ignoreLateError(): void {
  // the connection's end is reported by its close event
}
