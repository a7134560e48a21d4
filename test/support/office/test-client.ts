import { createHash } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipMessage, SipRequest, SipResponse } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { serializeRequest, serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Disposable } from '#shared/util/disposable.ts';

export interface ClientOptions {
  readonly port: number;
  /** PEM that the server must present. */
  readonly certificate: string;
  readonly user: string;
  readonly password: string;
  /** `+sip.instance` without the angle brackets; stays equal over reconnects. */
  readonly instance: string;
}

const h = (name: string, value: string): HeaderField => ({ name, value });

/** A SIP client that does only what a test tells it, on a real secure WebSocket. */
export class TestClient implements Disposable {
  readonly options: ClientOptions;
  readonly #socket: WebSocket;
  readonly #inbox: SipMessage[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #host: string;
  #serial = 0;
  #closed = false;
  registerCallId: string;
  registerSequence = 0;
  /** Answers to keep-alives (RFC 5626). */
  pongs = 0;

  private constructor(options: ClientOptions, socket: WebSocket) {
    this.options = options;
    this.#socket = socket;
    this.#host = `${options.instance.slice(-8)}.invalid`;
    this.registerCallId = `register-${options.instance}`;
    socket.on('message', (data: Buffer) => {
      if (data.toString() === '\r\n') {
        this.pongs++;
        this.#wake();
        return;
      }
      const result = parseMessage(data);
      if (!result.ok) throw new Error(`the office sent a malformed message: ${result.fault.code}\n${data.toString()}`);
      this.#inbox.push(result.message);
      this.#wake();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  static async connect(options: ClientOptions, headers: Record<string, string> = {}): Promise<TestClient> {
    const socket = new WebSocket(`wss://localhost:${options.port}/`, 'sip', {
      ca: options.certificate,
      headers,
      lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    const client = new TestClient(options, socket);
    await once(socket, 'open');
    return client;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get aor(): string {
    return `sip:${this.options.user}@127.0.0.1`;
  }

  get contact(): string {
    return `<sip:${this.options.user}@${this.#host};transport=ws>`;
  }

  sendRaw(text: string | Uint8Array): void {
    this.#socket.send(text);
  }

  async untilClosed(): Promise<void> {
    while (!this.#closed) await this.#change();
  }

  /** Takes the first message that fits out of the inbox, waiting for it if need be. */
  async take<T extends SipMessage>(fits: (message: SipMessage) => message is T): Promise<T>;
  async take(fits: (message: SipMessage) => boolean): Promise<SipMessage>;
  async take(fits: (message: SipMessage) => boolean): Promise<SipMessage> {
    for (;;) {
      const at = this.#inbox.findIndex(fits);
      const [message] = at < 0 ? [] : this.#inbox.splice(at, 1);
      if (message !== undefined) return message;
      if (this.#closed) throw new Error('the connection closed while a message was awaited');
      await this.#change();
    }
  }

  takeRequest(method: string): Promise<SipRequest> {
    return this.take((message): message is SipRequest => message.kind === 'request' && message.method === method);
  }

  /** The next response to that method with a status in [from, below). */
  takeResponse(method: string, from = 200, below = 700): Promise<SipResponse> {
    return this.take(
      (message): message is SipResponse =>
        message.kind === 'response' && message.cseq.method === method && message.status >= from && message.status < below,
    );
  }

  /** Messages that nobody took. */
  get unread(): readonly SipMessage[] {
    return this.#inbox;
  }

  register(
    options: { expires?: number; password?: string; contactExtra?: string; authorization?: string; contacts?: readonly string[] } = {},
  ): Promise<SipResponse> {
    return this.#authenticated('REGISTER', 'sip:127.0.0.1', options.password ?? this.options.password, (authorization) => {
      const contact = `${this.contact};+sip.instance="<${this.options.instance}>";reg-id=1${options.contactExtra ?? ''}`;
      this.#send('REGISTER', 'sip:127.0.0.1', {
        callId: this.registerCallId,
        sequence: ++this.registerSequence,
        to: `<${this.aor}>`,
        fromTag: 'r',
        extra: [
          ...(options.contacts ?? [contact]).map((value) => h('Contact', value)),
          h('Expires', String(options.expires ?? 300)),
          h('Supported', 'outbound, path'),
          ...(authorization === undefined
            ? options.authorization === undefined
              ? []
              : [h('Authorization', options.authorization)]
            : [h('Authorization', authorization)]),
        ],
      });
    });
  }

  /** Sends an INVITE and does not wait. */
  invite(
    callee: string,
    options: { sdp?: string; extra?: readonly HeaderField[]; from?: string; maxForwards?: number } = {},
  ): OutgoingCall {
    const serial = ++this.#serial;
    const callId = `call-${serial}-${this.options.instance}`;
    const uri = callee.includes(':') ? callee : `sip:${callee}@127.0.0.1`;
    const call = { callId, fromTag: `t${serial}`, uri, branch: `z9hG4bK-${serial}-${this.options.instance}`, sequence: 1 };
    this.#send('INVITE', uri, {
      callId,
      sequence: 1,
      to: `<${uri}>`,
      fromTag: call.fromTag,
      branch: call.branch,
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.maxForwards === undefined ? {} : { maxForwards: options.maxForwards }),
      extra: [
        h('Contact', this.contact),
        ...(options.sdp === undefined ? [] : [h('Content-Type', 'application/sdp')]),
        ...(options.extra ?? []),
      ],
      ...(options.sdp === undefined ? {} : { body: options.sdp }),
    });
    return call;
  }

  cancel(call: OutgoingCall): void {
    this.#send('CANCEL', call.uri, {
      callId: call.callId,
      sequence: 1,
      to: `<${call.uri}>`,
      fromTag: call.fromTag,
      branch: call.branch,
      extra: [],
    });
  }

  respond(request: SipRequest, status: number, options: { tag?: string; sdp?: string; extra?: readonly HeaderField[] } = {}): void {
    const kept = request.headers.filter(({ name }) => ['Via', 'From', 'Call-ID', 'CSeq', 'Record-Route'].includes(name));
    const to = findHeader(request.headers, 'To') ?? '';
    const tagged = status === 100 || to.includes(';tag=') ? to : `${to};tag=${options.tag ?? `c-${this.options.instance}`}`;
    const sdp = options.sdp === undefined ? [] : [h('Content-Type', 'application/sdp')];
    this.#socket.send(
      serializeResponse({
        status,
        headers: [...kept, h('To', tagged), h('Contact', this.contact), ...sdp, ...(options.extra ?? [])],
        ...(options.sdp === undefined ? {} : { body: options.sdp }),
      }),
    );
  }

  /** A request in the dialog that an INVITE (as callee) or its 2xx (as caller) founded. */
  inDialog(
    method: string,
    founded: SipMessage,
    options: { sdp?: string; sequence?: number; tag?: string; extra?: readonly HeaderField[] } = {},
  ): void {
    const asCallee = founded.kind === 'request';
    const routes = findHeaders(founded.headers, 'Record-Route').flatMap((value) => value.split(/\s*,\s*/));
    const local = asCallee
      ? `<${founded.to.uri.text}>;tag=${options.tag ?? `c-${this.options.instance}`}`
      : (findHeader(founded.headers, 'From') ?? '');
    const remote = asCallee ? (findHeader(founded.headers, 'From') ?? '') : (findHeader(founded.headers, 'To') ?? '');
    this.#send(method, founded.contacts[0]?.uri.text ?? '', {
      callId: founded.callId,
      sequence: options.sequence ?? (method === 'ACK' ? founded.cseq.sequence : 100 + ++this.#serial),
      to: remote,
      from: local,
      extra: [
        ...(asCallee ? routes : routes.reverse()).map((value) => h('Route', value)),
        h('Contact', this.contact),
        ...(options.sdp === undefined ? [] : [h('Content-Type', 'application/sdp')]),
        ...(options.extra ?? []),
      ],
      ...(options.sdp === undefined ? {} : { body: options.sdp }),
    });
  }

  askOptions(): void {
    this.#send('OPTIONS', 'sip:127.0.0.1', {
      callId: `options-${++this.#serial}`,
      sequence: 1,
      to: '<sip:127.0.0.1>',
      fromTag: 'o',
      extra: [],
    });
  }

  send(method: string, uri: string, extra: readonly HeaderField[] = []): void {
    this.#send(method, uri, {
      callId: `other-${++this.#serial}-${this.options.instance}`,
      sequence: 1,
      to: `<${uri}>`,
      fromTag: 'x',
      extra,
    });
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.untilClosed();
  }

  dispose(): void {
    this.#socket.terminate();
  }

  async #authenticated(
    method: string,
    uri: string,
    password: string,
    send: (authorization: string | undefined) => void,
  ): Promise<SipResponse> {
    send(undefined);
    const challenge = await this.takeResponse(method);
    if (challenge.status !== 401) return challenge;
    send(digestAnswer(findHeader(challenge.headers, 'WWW-Authenticate') ?? '', { user: this.options.user, password, method, uri }));
    return this.takeResponse(method);
  }

  #send(
    method: string,
    uri: string,
    parts: {
      callId: string;
      sequence: number;
      to: string;
      from?: string;
      fromTag?: string;
      branch?: string;
      maxForwards?: number;
      extra: readonly HeaderField[];
      body?: string;
    },
  ): void {
    const headers = [
      h('Via', `SIP/2.0/WSS ${this.#host};branch=${parts.branch ?? `z9hG4bK-${method}-${++this.#serial}-${this.options.instance}`}`),
      h('Max-Forwards', String(parts.maxForwards ?? 70)),
      h('From', parts.from ?? `<${this.aor}>;tag=${parts.fromTag}`),
      h('To', parts.to),
      h('Call-ID', parts.callId),
      h('CSeq', `${parts.sequence} ${method}`),
      ...parts.extra,
    ];
    this.#socket.send(serializeRequest({ method, uri, headers, ...(parts.body === undefined ? {} : { body: parts.body }) }));
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resolve of waiters) resolve();
  }
}

export interface OutgoingCall {
  readonly callId: string;
  readonly fromTag: string;
  readonly uri: string;
  readonly branch: string;
  readonly sequence: number;
}

/** An Authorization value for a challenge (RFC 7616 section 3.4.1), written apart from the code under test. */
export function digestAnswer(
  challenge: string,
  who: { user: string; password: string; method: string; uri: string; count?: number },
): string {
  const field = (name: string): string => new RegExp(`\\b${name}="?([^",]+)"?`).exec(challenge)?.[1] ?? '';
  const algorithm = field('algorithm');
  const hash = (text: string): string =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const nc = (who.count ?? 1).toString(16).padStart(8, '0');
  const a1 = hash(`${who.user}:${field('realm')}:${who.password}`);
  const response = hash(`${a1}:${field('nonce')}:${nc}:c0ffee:auth:${hash(`${who.method}:${who.uri}`)}`);
  return `Digest username="${who.user}", realm="${field('realm')}", nonce="${field('nonce')}", uri="${who.uri}", algorithm=${algorithm}, qop=auth, nc=${nc}, cnonce="c0ffee", response="${response}"`;
}
