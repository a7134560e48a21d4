import { randomBytes } from 'node:crypto';
import type { Server } from '#shared/profiles/account.ts';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipRequest, SipResponse } from '#shared/sip/message.ts';
import { serializeRequest, serializeResponse } from '#shared/sip/serialize-message.ts';
import { decodeUtf8 } from '#shared/sip/text-codec.ts';
import { type ReceivedSip, ScriptedServer } from '#test/support/sip/scripted-server.ts';
import { ScriptedStreamServer } from '#test/support/sip/scripted-stream-server.ts';
import type { TestCertificate } from '#test/support/sip/test-certificates.ts';
import { now, within } from './wall-clock.ts';

const patienceMs = 20_000;

/** What the two kinds of scripted server have in common. */
type ScriptedEnd = Pick<ScriptedServer, 'port' | 'responses' | 'script' | 'until' | 'sendToAll' | 'close'>;

/** How a phone is connected: secure WebSocket, or TCP as the phones of old. */
type Wire = 'WSS' | 'TCP';

/** Somebody to register at, to call and to be called by; everything that arrives is stamped. */
export class MeasuringServer {
  /** Answers INVITEs outside of dialogs; busy unless told otherwise. */
  onInvite: (received: ReceivedSip) => void = ({ reply }) => reply(486);
  readonly #sip: ScriptedEnd;
  readonly #wire: Wire;
  readonly #fingerprint: string;
  readonly #waiting = new Set<(request: SipRequest, at: number) => void>();
  #contact: string | undefined;

  private constructor(sip: ScriptedEnd, wire: Wire, fingerprint: string) {
    this.#sip = sip;
    this.#wire = wire;
    this.#fingerprint = fingerprint;
    sip.script = (received) => this.#receive(received, now());
  }

  static async start(certificate: TestCertificate): Promise<MeasuringServer> {
    return new MeasuringServer(await ScriptedServer.start({ certificate }), 'WSS', certificate.fingerprint);
  }

  /** The same server for a phone that speaks TCP. */
  static async startTcp(): Promise<MeasuringServer> {
    return new MeasuringServer(await ScriptedStreamServer.start(), 'TCP', '');
  }

  get port(): number {
    return this.#sip.port;
  }

  /** As an account of Commute names it, its certificate pinned. */
  get address(): Server {
    return {
      host: '127.0.0.1',
      port: this.#sip.port,
      transport: 'wss',
      path: '/ws',
      trust: { kind: 'pinned', fingerprint: this.#fingerprint },
    };
  }

  /** The time of the next request of a method. To be called before whatever causes it. */
  next(method: string): Promise<number> {
    const arrived = new Promise<number>((resolve) => {
      const look = (request: SipRequest, at: number): void => {
        if (request.method !== method) return;
        this.#waiting.delete(look);
        resolve(at);
      };
      this.#waiting.add(look);
    });
    return within(patienceMs, `a ${method} of the phone`, arrived);
  }

  /** Calls whoever registered last. */
  call(sdp?: string): ServerCall {
    if (this.#contact === undefined) throw new Error('Nobody is registered.');
    return new ServerCall(this.#sip, this.#wire, this.#contact, sdp);
  }

  /** Answers a call of the phone with 200. */
  accept({ request, connection }: ReceivedSip, sdp: string): void {
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
      findHeaders(request.headers, name).map((value) => ({ name, value })),
    );
    const headers = [
      ...copied,
      { name: 'To', value: `${findHeader(request.headers, 'To') ?? ''}${request.to.parameters.has('tag') ? '' : ';tag=accepted'}` },
      { name: 'Contact', value: `<sip:203@127.0.0.1:${this.#sip.port};transport=${transportOf(this.#wire)}>` },
      { name: 'Content-Type', value: 'application/sdp' },
    ];
    connection.send(serializeResponse({ status: 200, headers, body: sdp }));
  }

  async dispose(): Promise<void> {
    await this.#sip.close();
  }

  #receive(received: ReceivedSip, at: number): void {
    const { request } = received;
    for (const look of [...this.#waiting]) look(request, at);
    if (request.method === 'REGISTER') this.#register(received);
    else if (request.method === 'INVITE' && request.to.parameters.has('tag')) this.accept(received, answerTo(decodeUtf8(request.body)));
    else if (request.method === 'INVITE') this.onInvite(received);
    else if (request.method !== 'ACK') received.reply(200);
  }

  #register({ request, reply }: ReceivedSip): void {
    this.#contact = request.contacts[0]?.uri.text ?? this.#contact;
    const contact = findHeader(request.headers, 'Contact') ?? '';
    reply(200, [
      { name: 'Contact', value: contact.includes(';expires=') ? contact : `${contact};expires=600` },
      { name: 'Expires', value: '600' },
    ]);
  }
}

/** One call from the server to the phone. */
export class ServerCall {
  /** When the INVITE was handed to the socket. */
  readonly sentAt: number;
  readonly #sip: ScriptedEnd;
  readonly #wire: Wire;
  readonly #uri: string;
  readonly #id = randomBytes(8).toString('hex');
  readonly #firstResponse: number;

  constructor(sip: ScriptedEnd, wire: Wire, uri: string, sdp: string | undefined) {
    this.#sip = sip;
    this.#wire = wire;
    this.#uri = uri;
    this.#firstResponse = sip.responses.length;
    const invite = this.#request('INVITE', 1, 'invite', '', sdp);
    this.sentAt = now();
    sip.sendToAll(invite);
  }

  /** The phone's response to the INVITE with this status, and when it came. */
  async response(status: number): Promise<{ readonly response: SipResponse; readonly at: number }> {
    const find = (): SipResponse | undefined =>
      this.#sip.responses
        .slice(this.#firstResponse)
        .find((response) => response.status === status && response.callId === this.#callId && response.cseq.method === 'INVITE');
    await within(
      patienceMs,
      `${status} to the INVITE`,
      this.#sip.until(() => find() !== undefined),
    );
    const at = now();
    const response = find();
    if (response === undefined) throw new Error(`${status} is gone again.`);
    return { response, at };
  }

  /** Takes the call back before it was answered, in order. */
  async cancel(): Promise<void> {
    this.#sip.sendToAll(this.#request('CANCEL', 1, 'invite', ''));
    const { response } = await this.response(487);
    this.#sip.sendToAll(this.#request('ACK', 1, 'invite', tagOf(response)));
  }

  /** Confirms the 200. */
  confirm(answer: SipResponse): void {
    this.#sip.sendToAll(this.#request('ACK', 1, 'ack', tagOf(answer)));
  }

  /** Confirms the 200 and hangs up. */
  async confirmAndHangUp(answer: SipResponse): Promise<void> {
    this.confirm(answer);
    await this.hangUp(answer);
  }

  async hangUp(answer: SipResponse): Promise<void> {
    const from = this.#sip.responses.length;
    this.#sip.sendToAll(this.#request('BYE', 2, 'bye', tagOf(answer)));
    const isOver = (): boolean =>
      this.#sip.responses.slice(from).some(({ callId, cseq }) => callId === this.#callId && cseq.method === 'BYE');
    await within(patienceMs, 'the answer to BYE', this.#sip.until(isOver));
  }

  get #callId(): string {
    return `bench-${this.#id}`;
  }

  #request(method: string, sequence: number, branch: string, toTag: string, body?: string): Uint8Array {
    const headers: HeaderField[] = [
      { name: 'Via', value: `SIP/2.0/${this.#wire} 127.0.0.1:${this.#sip.port};branch=z9hG4bK-${branch}-${this.#id}` },
      { name: 'Max-Forwards', value: '70' },
      { name: 'From', value: `"Bernd Brandt" <sip:202@127.0.0.1>;tag=f-${this.#id}` },
      { name: 'To', value: `<sip:201@127.0.0.1>${toTag}` },
      { name: 'Call-ID', value: this.#callId },
      { name: 'CSeq', value: `${sequence} ${method}` },
      { name: 'Contact', value: `<sip:202@127.0.0.1:${this.#sip.port};transport=${transportOf(this.#wire)}>` },
      ...(body === undefined ? [] : [{ name: 'Content-Type', value: 'application/sdp' }]),
    ];
    return serializeRequest({ method, uri: this.#uri, headers, ...(body === undefined ? {} : { body }) });
  }
}

/** The answer of one who takes everything: its own description with the other direction (RFC 3264 section 6.1). */
function answerTo(offer: string): string {
  const direction = /^a=(sendonly|recvonly|inactive)\r?$/m.exec(offer)?.[1] ?? 'sendrecv';
  const answered = { sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive', sendrecv: 'sendrecv' }[direction] ?? 'sendrecv';
  const own = offer.includes('SAVPF') ? webOffer.replace('a=setup:actpass', 'a=setup:active') : plainOffer;
  return own.replace('a=sendrecv', `a=${answered}`);
}

function transportOf(wire: Wire): string {
  return wire === 'WSS' ? 'ws' : 'tcp';
}

/** An offer as a telephone makes it; nobody is at its address. */
export const plainOffer = [
  'v=0',
  'o=- 20518 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 8 0 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=sendrecv',
  '',
].join('\r\n');

/** An offer as a browser makes it; nobody is at its address. */
export const webOffer = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 8 0 101',
  'c=IN IP4 127.0.0.1',
  'a=rtcp-mux',
  'a=candidate:1 1 udp 2122260223 127.0.0.1 9 typ host generation 0',
  'a=end-of-candidates',
  'a=ice-ufrag:bnch',
  'a=ice-pwd:vW3mXo0uW8l1Qe5pTz7aYb2c',
  'a=fingerprint:sha-256 3B:8B:0F:23:5E:1A:7C:9D:44:52:6F:80:91:A2:B3:C4:D5:E6:F7:08:19:2A:3B:4C:5D:6E:7F:80:91:A2:B3:C4',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n');

function tagOf({ to }: SipResponse): string {
  const tag = to.parameters.get('tag');
  return tag === undefined || tag === null ? '' : `;tag=${tag}`;
}
