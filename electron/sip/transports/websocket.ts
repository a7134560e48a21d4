import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { AppError, type ErrorCode } from '#shared/errors/app-error.ts';
import type { PortalEvidence } from '#shared/network/captive-portal.ts';
import { directOnly, type ProxyChoice, proxyName } from '#shared/network/proxy-list.ts';
import type { Server } from '#shared/profiles/account.ts';
import { serverUrl } from '#shared/profiles/server-address.ts';
import { connectError, type PresentedCertificate, type Target, targetDetails } from './connect-error.ts';
import type { ProxyAccess } from './proxies/proxy-access.ts';
import type { TlsTrust } from './tls-trust.ts';
import type { Wire, WireListener, WirePath } from './transport-core.ts';

export interface WebSocketWireOptions extends ConnectingOptions {
  readonly server: Server;
  /** For `wss`. Shared by all connections to a server: it remembers what it learned. */
  readonly trust: TlsTrust;
  readonly userAgentName: string;
}

/** What the way to a server depends on, beside the server. */
export interface ConnectingOptions {
  /** The system's proxies; without them every way is direct. */
  readonly proxies?: ProxyAccess;
  /** Looks whether the network answers in the place of a host; asked when a stranger did. Resolves with what shows it, and never rejects. */
  readonly portalEvidence?: (host: string) => Promise<PortalEvidence | undefined>;
}

/** Larger frames end the connection: no SIP message of a sane server comes near. */
const maxFrameBytes = 1024 * 1024;
/** How long a peer that said goodbye may take to hang up. */
const closeDeadlineMs = 1_000;
/** RFC 6455 section 7.4: the peer closed on purpose. */
const normalClosure = 1000;

/** The way did not lead to the server, so another one may. What the server itself says is final, and so is a proxy that asks for a password. */
const wayIsClosed: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'proxy-unreachable',
  'proxy-refused',
  'host-not-found',
  'connection-refused',
  'connection-timed-out',
  'network-unavailable',
]);

/**
 * SIP over WebSocket (RFC 7118). One message a frame, text or binary. No compression, no redirects, no cookies; the server
 * must agree to the subprotocol `sip`. The ways to the server are tried in the system's order until one leads there. When none does,
 * the error of the first is told: that is the way which the system's settings want.
 */
export class WebSocketWire implements Wire {
  readonly #options: WebSocketWireOptions;
  readonly #givenUp = new AbortController();
  #socket: WebSocket | undefined;
  #path: WirePath | undefined;

  constructor(options: WebSocketWireOptions) {
    this.#options = options;
  }

  get path(): WirePath | undefined {
    return this.#path;
  }

  open(listener: WireListener): void {
    void this.#open(listener);
  }

  write(bytes: Uint8Array | string): void {
    this.#socket?.send(bytes, { binary: false }, ignoreLateError);
  }

  ping(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.ping('', true, ignoreLateError);
  }

  terminate(): void {
    this.#givenUp.abort();
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

  async #open(listener: WireListener): Promise<void> {
    const { server, trust, proxies } = this.#options;
    let first: AppError | undefined;
    let isDirect = true;
    try {
      const [ways] = await Promise.all([
        proxies?.waysTo(serverUrl(server)) ?? directOnly,
        server.transport === 'wss' ? trust.prepare() : undefined,
      ]);
      for (const way of ways) {
        isDirect = way.kind === 'direct';
        try {
          return await this.#openBy(way, listener);
        } catch (error) {
          const reason = appErrorOf(error, server);
          if (!wayIsClosed.has(reason.code)) throw reason;
          first ??= reason;
        }
      }
    } catch (error) {
      const final = appErrorOf(error, server);
      // behind a proxy the network does not come to word
      first = isDirect ? await this.#judged(final) : final;
    }
    if (!this.#givenUp.signal.aborted) listener.closed(first ?? new AppError('connection-lost', { details: targetDetails(server) }));
  }

  async #openBy(way: ProxyChoice, listener: WireListener): Promise<void> {
    const { server, proxies } = this.#options;
    const { signal } = this.#givenUp;
    for (let outcome = 'retry'; outcome === 'retry';) {
      signal.throwIfAborted();
      const tunnel = way.kind === 'direct' ? undefined : await proxies?.open(way, server, signal);
      const target: Target = way.kind === 'direct' ? server : { ...server, proxy: proxyName(way) };
      outcome = await this.#attempt(listener, target, tunnel);
    }
  }

  /**
   * Resolves with `open` after the listener has heard of it, or with `retry` when the certificate turned out to be the pinned one;
   * rejects with an AppError. Once given up it does neither.
   */
  #attempt(listener: WireListener, target: Target, tunnel: Socket | undefined): Promise<'open' | 'retry'> {
    const { server, trust, userAgentName } = this.#options;
    const usedPin = trust.usesPin;
    let presented: (() => PresentedCertificate | undefined) | undefined;
    let connection: Socket | undefined;
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
        if (server.transport === 'ws') return (connection = tunnel ?? connectTcp({ host: server.host, port: server.port }));
        const opened = trust.open(tunnel);
        presented = opened.presented;
        return (connection = opened.socket);
      },
    };
    return new Promise((resolve, reject) => {
      let socket: WebSocket;
      try {
        socket = new WebSocket(serverUrl(server), ['sip'], options);
      } catch (error) {
        tunnel?.destroy();
        return reject(new AppError('address-invalid', { details: targetDetails(target), cause: error }));
      }
      this.#socket = socket;
      let failure: Error | undefined;
      let open = false;
      const failed = (error: AppError): void => {
        this.#drop();
        reject(error);
      };
      socket.on('open', () => {
        open = true;
        this.#path = pathOf(connection);
        listener.opened();
        resolve('open');
      });
      socket.on('message', (data) => listener.received(bytesOf(data)));
      socket.on('ping', () => listener.received(undefined));
      socket.on('pong', () => listener.received(undefined));
      socket.on('unexpected-response', (_request, response) => {
        response.resume();
        failed(otherAnswer(response, target, server.transport));
      });
      socket.on('error', (error) => {
        // once open, whatever is wrong with a frame ends the connection without waiting for the peer's consent
        if (open) listener.closed(lost(target, error));
        else failure ??= error;
      });
      socket.on('close', (code, reason) => {
        if (open) return listener.closed(closedByPeer(target, code, reason.toString()));
        const seen = presented?.();
        const error = failure === undefined ? closedByPeer(target, code, reason.toString()) : connectError(failure, target, seen);
        if (!error.code.startsWith('certificate-') || error === failure) return failed(error);
        const judged = trust.judge(seen, usedPin);
        if (judged !== 'retry') return failed(judged ?? error);
        this.#drop();
        resolve('retry');
      });
    });
  }

  /** A stranger that answers in the server's place may be the network itself, which then wants to be signed in to. */
  async #judged(error: AppError): Promise<AppError> {
    const { server, portalEvidence } = this.#options;
    if (portalEvidence === undefined || !isOfStranger(error, server)) return error;
    const evidence = await portalEvidence(server.host);
    return evidence === undefined
      ? error
      : new AppError('captive-portal', { details: { ...targetDetails(server), evidence }, cause: error });
  }
}

/** Whether somebody answered who may not be the server: a certificate was shown that is not the server's, or HTTP came without one. */
function isOfStranger({ code, details }: AppError, server: Server): boolean {
  if (code === 'not-a-sip-server') return server.transport === 'ws';
  return code.startsWith('certificate-') && details['fingerprint'] !== undefined;
}

function appErrorOf(error: unknown, server: Server): AppError {
  return connectError(error instanceof Error ? error : new Error(String(error)), server, undefined);
}

/** HTTP that is not the 101: what it says of itself helps to tell a portal from a wrong path. */
function otherAnswer({ statusCode = 0, headers }: IncomingMessage, target: Target, transport: Server['transport']): AppError {
  const location = headers.location === undefined ? undefined : hostOf(headers.location);
  const contentType = headers['content-type'];
  return new AppError('not-a-sip-server', {
    details: {
      ...targetDetails(target),
      transport,
      httpStatus: statusCode,
      ...(location === undefined ? {} : { location }),
      ...(contentType === undefined ? {} : { contentType: contentType.slice(0, 64) }),
    },
  });
}

/** Host of an absolute URL. */
function hostOf(url: string): string | undefined {
  return URL.parse(url)
    ?.hostname.replace(/^\[|\]$/g, '')
    .slice(0, 253);
}

function pathOf(connection: Socket | undefined): WirePath | undefined {
  const { localAddress, remoteAddress } = connection ?? {};
  return localAddress === undefined || remoteAddress === undefined ? undefined : { localAddress, remoteAddress };
}

function lost(target: Target, error: Error): AppError {
  const cause = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return new AppError('connection-lost', { details: { ...targetDetails(target), cause }, cause: error });
}

function closedByPeer(target: Target, code: number, reason: string): AppError {
  const cause = code === normalClosure ? 'closed by the server' : `closed with ${code}`;
  return new AppError('connection-lost', { details: { ...targetDetails(target), cause, ...(reason === '' ? {} : { reason }) } });
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function ignoreLateError(): void {
  // the connection's end is reported by its close event
}
