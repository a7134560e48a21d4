import { Core, URI } from 'sip.js';
import type { CallContext } from '#electron/sip/call-context.ts';
import { CallTable } from '#electron/sip/call-table.ts';
import type { CallPeerChanged, SipCallEvent } from '#electron/sip/sip-line.ts';
import type { Account } from '#shared/profiles/account.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { FakeMedia, fakeSdp } from './fake-media.ts';

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
  readonly calls: CallTable;
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
      supportedOptionTags: ['outbound', 'replaces'],
      supportedOptionTagsResponse: ['outbound', 'replaces'],
      userAgentHeaderFieldValue: 'Commute',
      viaForceRport: false,
      viaHost: 'first.invalid',
      authenticationFactory: () => undefined,
      transportAccessor: () => ({ protocol: 'WSS', send: (text) => this.#send(text) }),
    });
    const context: CallContext = {
      account,
      core: this.core,
      media: this.media,
      clock: this.clock,
      random: new SeededRandom(7),
      logger: silentLogger,
    };
    this.calls = new CallTable(context);
    this.core.delegate = { onInvite: (request) => this.calls.receiveInvite(request) };
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
    const message = Core.Parser.parseMessage(text, this.core.loggerFactory.getLogger('test'));
    if (message === undefined) throw new Error(`sip.js does not read:\n${text}`);
    this.calls.noteMessage({ direction: 'received', callId: message.callId, text, peer: 'lab.test:443' });
    if (message instanceof Core.IncomingRequestMessage) this.core.receiveIncomingRequestFromTransport(message);
    else this.core.receiveIncomingResponseFromTransport(message);
  }

  /** Answers a request of Commute's. */
  respond(request: Sent, status: number, options: { tag?: string; sdp?: string; headers?: string[]; contact?: boolean } = {}): void {
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
          ...(contact ? [`Contact: <sip:202@far.test;transport=ws>`] : []),
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

  /** Commute calls 202 and is answered. */
  async establish(id = 'c1'): Promise<{ invite: Sent; far: Caller }> {
    this.calls.invite(id, '202');
    const invite = await this.take('INVITE');
    this.respond(invite, 200, { sdp: fakeSdp('far') });
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

/** The far end of one dialog, as a writer of requests. */
export class Caller {
  readonly callId: string;
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

  /** ACK belongs to a 2xx here and is a transaction of its own; `acknowledgeRefusal` is the other one. */
  send(method: string, sdp?: string, headers: string[] = []): void {
    const branch = method === 'CANCEL' ? this.#branch : this.#peer.nextBranch();
    if (method !== 'CANCEL' && method !== 'ACK') {
      this.#sequence++;
      this.#branch = branch;
    }
    this.#write(method, branch, sdp, headers);
  }

  /** ACK to a final answer of 300 and above: part of the INVITE's transaction (RFC 3261 section 17.1.1.3). */
  acknowledgeRefusal(answer: Sent): void {
    this.learn(answer);
    this.#write('ACK', this.#branch);
  }

  #write(method: string, branch: string, sdp = '', headers: readonly string[] = []): void {
    this.#peer.receive(
      message(
        `${method} sip:201@lab.test SIP/2.0`,
        [
          `Via: SIP/2.0/WSS far.test;branch=${branch}`,
          'Max-Forwards: 70',
          `From: ${this.#from}`,
          `To: ${this.#to}`,
          `Call-ID: ${this.callId}`,
          `CSeq: ${this.#sequence} ${method}`,
          'Contact: <sip:202@far.test;transport=ws>',
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

function message(startLine: string, headers: readonly string[], sdp = ''): string {
  const content = sdp === '' ? [] : ['Content-Type: application/sdp'];
  return [startLine, ...headers, ...content, `Content-Length: ${Buffer.byteLength(sdp)}`, '', sdp].join('\r\n');
}
