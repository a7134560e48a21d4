import { Core, URI } from 'sip.js';
import type { CallContext } from '#electron/sip/call-context.ts';
import { CallTable } from '#electron/sip/call-table.ts';
import { optionTags } from '#electron/sip/core-access.ts';
import { ReceivedRequest, ReceivedResponse } from '#electron/sip/message-builder.ts';
import { Messages } from '#electron/sip/messages.ts';
import { gateOf, takeRequest } from '#electron/sip/request-intake.ts';
import type { CallPeerChanged, InviteOptions, SipCallEvent } from '#electron/sip/sip-line.ts';
import type { Account } from '#shared/profiles/account.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { encodeUtf8 } from '#shared/sip/text-codec.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { FakeMedia, fakeSdp } from './fake-media.ts';

/** An INVITE as it is dialled every day. */
export const plainInvite: InviteOptions = { anonymous: false, shownNumber: null, referral: null, pickUp: null };

/** A message that Commute sent, cut open as far as a script needs it. */
export interface Sent {
  readonly text: string;
  readonly startLine: string;
  /** Method of a request, status of a response. */
  readonly what: string;
  readonly body: string;
  header(name: string): string;
}

const account: Account = {
  id: 'a',
  kind: 'server',
  user: '201',
  authUser: null,
  displayName: 'Ann',
  domain: 'lab.test',
  servers: [{ host: 'lab.test', port: 443, transport: 'wss', path: '/ws', trust: { kind: 'system' } }],
  registerExpires: 600,
};

/**
 * The calls of a line on the real core of sip.js, with a far end that says exactly what the test writes: every order of
 * messages can be made. Time stands still unless `clock` is moved.
 */
export class ScriptedPeer {
  readonly media = new FakeMedia();
  readonly clock = new VirtualClock();
  readonly events: SipCallEvent[] = [];
  readonly peerChanges: CallPeerChanged[] = [];
  readonly sent: Sent[] = [];
  readonly core: Core.UserAgentCore;
  readonly context: CallContext;
  readonly calls: CallTable;
  readonly messages: Messages;
  /** Without it every message that Commute sends is lost with an error. */
  flowUp = true;
  #contact = 'sip:one@first.invalid;transport=ws';
  #read = 0;
  #branches = 0;

  constructor() {
    const loggerFactory = new Core.LoggerFactory();
    loggerFactory.builtinEnabled = false;
    this.core = new Core.UserAgentCore({
      aor: new URI('sip', '201', 'lab.test'),
      contact: {
        pubGruu: undefined,
        tempGruu: undefined,
        uri: new URI('sip', 'one', 'first.invalid'),
        toString: () => `<${this.#contact}>`,
      },
      displayName: 'Ann',
      loggerFactory,
      hackViaTcp: false,
      routeSet: [],
      sipjsId: 'x',
      supportedOptionTags: [...optionTags],
      supportedOptionTagsResponse: [...optionTags],
      userAgentHeaderFieldValue: 'Commute',
      viaForceRport: false,
      viaHost: 'first.invalid',
      authenticationFactory: () => undefined,
      transportAccessor: () => ({ protocol: 'WSS', send: (text) => this.#send(text) }),
    });
    this.context = {
      account,
      core: this.core,
      media: this.media,
      clock: this.clock,
      random: new SeededRandom(7),
      logger: silentLogger,
    };
    this.calls = new CallTable(this.context, (request) => this.messages.receive(request));
    this.messages = new Messages(this.context);
    this.core.delegate = {
      onMessage: (request) => this.messages.receive(request),
      onInvite: (request) => this.calls.receiveInvite(request),
      onRefer: (request) => this.calls.receiveRefer(request),
    };
    this.calls.callEvents.event((event) => this.events.push(event));
    this.calls.peerChanges.event((change) => this.peerChanges.push(change));
  }

  /** Types of the events of one call, in order. */
  types(call?: string): string[] {
    return this.events.filter((event) => call === undefined || event.call === call).map((event) => event.type);
  }

  /** Lets promises settle: everything that Commute does without time or network has been done after it. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** The next message that Commute sent and that was not taken yet; fails when it is another one than `what`. */
  async take(what: string): Promise<Sent> {
    await this.settle();
    const message = this.sent[this.#read++];
    if (message?.what !== what) throw new Error(`expected ${what}, got ${message?.startLine ?? 'nothing'}`);
    return message;
  }

  /** Messages that were sent and not taken. */
  async untaken(): Promise<string[]> {
    await this.settle();
    return this.sent.slice(this.#read).map(({ what }) => what);
  }

  loseFlow(): void {
    this.flowUp = false;
    this.calls.flowLost();
  }

  /** A new connection: another Contact. */
  bringFlow(): void {
    this.flowUp = true;
    this.#contact = 'sip:two@second.invalid;transport=ws';
    this.calls.flowReady();
  }

  /** Lets a raw message arrive. */
  receive(text: string): void {
    const result = parseMessage(encodeUtf8(text));
    if (!result.ok) throw new Error(`${result.fault.message}:\n${text}`);
    const { message } = result;
    this.calls.noteMessage({ direction: 'received', callId: message.callId, text, peer: 'lab.test:443' });
    if (message.kind === 'request') takeRequest(this.core, gateOf(this.core), new ReceivedRequest(message));
    else this.core.receiveIncomingResponseFromTransport(new ReceivedResponse(message));
  }

  /** Answers a request of Commute's. */
  respond(
    request: Sent,
    status: number,
    options: { tag?: string; sdp?: string; headers?: string[]; contact?: boolean | string } = {},
  ): void {
    const { tag = 'far', sdp, headers = [], contact = true } = options;
    const to = request.header('To');
    this.receive(
      message(
        `SIP/2.0 ${status} Because`,
        [
          `Via: ${request.header('Via')}`,
          `From: ${request.header('From')}`,
          `To: ${to.includes(';tag=') || tag === '' || status === 100 ? to : `${to};tag=${tag}`}`,
          `Call-ID: ${request.header('Call-ID')}`,
          `CSeq: ${request.header('CSeq')}`,
          ...(contact === false ? [] : [`Contact: <${contact === true ? farContact : contact}>`]),
          'Server: Script',
          ...headers,
        ],
        sdp,
      ),
    );
  }

  /** An INVITE to Commute; the result makes the requests of its dialog. */
  invite(options: { sdp?: string; headers?: string[]; from?: string } = {}): Caller {
    const caller = new Caller(this, `in-${++this.#branches}`, options.from ?? '"Bob" <sip:202@lab.test>');
    caller.send('INVITE', options.sdp ?? fakeSdp('far'), options.headers);
    return caller;
  }

  /** Answers the re-INVITE that Commute sends next. */
  async agree(sdp = fakeSdp('far')): Promise<Sent> {
    const reinvite = await this.take('INVITE');
    this.respond(reinvite, 200, { sdp });
    await this.take('ACK');
    await this.settle();
    return reinvite;
  }

  /** The far end's half of a dialog that Commute's INVITE made. */
  callee(invite: Sent, tag = 'far'): Caller {
    return new Caller(this, invite.header('Call-ID'), `${invite.header('To')};tag=${tag}`, invite.header('From'));
  }

  /** Commute calls. */
  dial(id: string, target: string, options: Partial<InviteOptions> = {}): void {
    this.calls.invite(id, target, { ...plainInvite, ...options });
  }

  /** Commute calls 202 and is answered. */
  async establish(id = 'c1', headers: string[] = []): Promise<{ invite: Sent; far: Caller }> {
    this.dial(id, '202');
    const invite = await this.take('INVITE');
    this.respond(invite, 200, { sdp: fakeSdp('far'), headers });
    await this.take('ACK');
    await this.settle();
    return { invite, far: this.callee(invite) };
  }

  /** Commute is called by 202 and answers. */
  async answer(options: { sdp?: string; headers?: string[] } = {}): Promise<{ id: string; far: Caller; ok: Sent }> {
    const far = this.invite(options);
    const id = this.events.at(-1)?.call ?? '';
    await this.take('100');
    this.calls.get(id)?.ring();
    await this.take('180');
    this.calls.get(id)?.accept();
    const ok = await this.take('200');
    far.learn(ok);
    far.send('ACK');
    await this.settle();
    return { id, far, ok };
  }

  nextBranch(): string {
    return `z9hG4bK-script-${++this.#branches}`;
  }

  #send(text: string): Promise<void> {
    if (!this.flowUp) return Promise.reject(new Error('no flow'));
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const [startLine = '', ...lines] = head.split('\r\n');
    const what = startLine.startsWith('SIP/2.0') ? (startLine.split(' ')[1] ?? '') : (startLine.split(' ')[0] ?? '');
    const header = (name: string): string =>
      lines
        .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
        .map((line) => line.slice(name.length + 1).trim())
        .join(', ');
    this.sent.push({ text, startLine, what, body, header });
    return Promise.resolve();
  }
}

const farContact = 'sip:202@far.test;transport=ws';

/** The far end of one dialog, as a writer of requests. */
export class Caller {
  readonly callId: string;
  contact = farContact;
  readonly #peer: ScriptedPeer;
  readonly #from: string;
  #to: string;
  #sequence = 0;
  #branch = 'z9hG4bK-no-invite-yet';

  constructor(peer: ScriptedPeer, callId: string, from: string, to = '<sip:201@lab.test>') {
    this.#peer = peer;
    this.callId = callId;
    this.#from = from.includes(';tag=') ? from : `${from};tag=caller`;
    this.#to = to;
  }

  /** Takes the To tag from an answer. */
  learn(answer: Sent): void {
    this.#to = answer.header('To');
  }

  /** `sequence`: of an ACK that is not for the last request. ACK belongs to a 2xx here and is a transaction of its own; `acknowledgeRefusal` is the other one. */
  send(method: string, sdp?: string, headers: string[] = [], sequence?: number): void {
    const branch = method === 'CANCEL' ? this.#branch : this.#peer.nextBranch();
    if (method !== 'CANCEL' && method !== 'ACK') {
      this.#sequence++;
      this.#branch = branch;
    }
    this.#write(method, branch, sdp, headers, sequence);
  }

  /** Tells how the call goes that a REFER of Commute's asked for. `id`: number of that REFER; null for a far end that gives none. */
  notify(id: string | null, status: number | null, subscription = 'active;expires=60'): void {
    this.send('NOTIFY', status === null ? '' : `SIP/2.0 ${status} So\r\n`, [
      `Event: refer${id === null ? '' : `;id=${id}`}`,
      `Subscription-State: ${subscription}`,
      ...(status === null ? [] : ['Content-Type: message/sipfrag;version=2.0']),
    ]);
  }

  /** ACK to a final answer of 300 and above: part of the INVITE's transaction (RFC 3261 section 17.1.1.3). */
  acknowledgeRefusal(answer: Sent): void {
    this.learn(answer);
    this.#write('ACK', this.#branch);
  }

  #write(method: string, branch: string, sdp = '', headers: readonly string[] = [], sequence = this.#sequence): void {
    this.#peer.receive(
      message(
        `${method} sip:201@lab.test SIP/2.0`,
        [
          `Via: SIP/2.0/WSS far.test;branch=${branch}`,
          'Max-Forwards: 70',
          `From: ${this.#from}`,
          `To: ${this.#to}`,
          `Call-ID: ${this.callId}`,
          `CSeq: ${sequence} ${method}`,
          `Contact: <${this.contact}>`,
          'User-Agent: Script',
          ...headers,
        ],
        sdp,
      ),
    );
  }

  /** The tag by which Commute knows itself in this dialog, and ours: what a Replaces header names. */
  get replaces(): string {
    const tag = (value: string): string => /;tag=([^;]+)/.exec(value)?.[1] ?? '';
    return `Replaces: ${this.callId};to-tag=${tag(this.#to)};from-tag=${tag(this.#from)}`;
  }
}

/** A body is a session description unless the headers say what it is. */
function message(startLine: string, headers: readonly string[], body = ''): string {
  const typed = body === '' || headers.some((header) => header.startsWith('Content-Type:'));
  const content = typed ? [] : ['Content-Type: application/sdp'];
  return [startLine, ...headers, ...content, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}
