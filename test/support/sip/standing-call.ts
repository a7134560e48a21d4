import { WireLine } from './wire-line.ts';
import { fakeSdp } from './fake-media.ts';
import type { SipRequest, SipResponse } from '#shared/sip/message.ts';
import { type Draft, type DraftWishes, header, replace, text } from './message-draft.ts';
import { findHeader } from '#shared/sip/find-header.ts';

const localTag = 'far-tag';
const callId = 'standing-call';
const answerDeadlineMs = 2_000;

/** A call over a real WebSocket that was answered and stands, and its far end as a writer of raw messages. */
export class StandingCall {
  readonly wire: WireLine;
  /** Commute's Contact, To and its id of the call. */
  readonly target: string;
  readonly to: string;
  readonly id: string;
  #sequence = 1;
  #branches = 0;
  /** So many of the server's responses have been looked at for an ACK. */
  #acknowledged = 0;

  private constructor(wire: WireLine, target: string, to: string, id: string) {
    this.wire = wire;
    this.target = target;
    this.to = to;
    this.id = id;
  }

  static async start(): Promise<StandingCall> {
    const wire = await WireLine.start();
    const { server } = wire;
    const invite = [
      `INVITE sip:201@lab.test SIP/2.0`,
      'Via: SIP/2.0/WS far.test;branch=z9hG4bK-first',
      `From: "Bob" <sip:202@lab.test>;tag=${localTag}`,
      'To: <sip:201@lab.test>',
      `Call-ID: ${callId}`,
      'CSeq: 1 INVITE',
      'Contact: <sip:202@far.test;transport=ws>',
      'Content-Type: application/sdp',
      `Content-Length: ${fakeSdp('far').length}`,
      '',
      fakeSdp('far'),
    ];
    server.sendToAll(invite.join('\r\n'));
    await wire.until(() => wire.events.length > 0);
    const id = wire.events[0]?.call ?? '';
    wire.line.accept(id);
    await server.until(() => server.responses.some(({ status, cseq }) => status === 200 && cseq.method === 'INVITE'));
    const ok = server.responses.at(-1);
    const to = findHeader(ok?.headers ?? [], 'To') ?? '';
    const call = new StandingCall(wire, ok?.contacts[0]?.uri.text ?? '', to, id);
    call.#acknowledgeAll();
    await wire.until(() => wire.events.some(({ type }) => type === 'established'));
    return call;
  }

  /** A request as it should be. `sequence`: instead of the next one. */
  draft(method: string, wishes: DraftWishes = {}, sequence?: number): Draft {
    const { headers = [], body = '', contentType = body === '' ? undefined : 'application/sdp' } = wishes;
    const number = sequence ?? ++this.#sequence;
    return {
      method,
      uri: this.target,
      headers: [
        ['Via', `SIP/2.0/WS far.test;branch=z9hG4bK-${++this.#branches}`],
        ['Max-Forwards', '70'],
        ['From', `"Bob" <sip:202@lab.test>;tag=${localTag}`],
        ['To', this.to],
        ['Call-ID', callId],
        ['CSeq', `${number} ${method}`],
        ['Contact', '<sip:202@far.test;transport=ws>'],
        ...headers,
        ...(contentType === undefined ? [] : [['Content-Type', contentType] as [string, string]]),
        ['Content-Length', String(Buffer.byteLength(body))],
      ],
      body,
    };
  }

  /** The sequence number of the last request. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Sends raw bytes, and behind them a request that must succeed in the call that stands.
   * @param answered whether a final answer to the raw bytes is to be waited for
   * @returns final statuses that came back for the raw bytes
   */
  async ask(raw: string | Uint8Array, answered: boolean): Promise<number[]> {
    const { server } = this.wire;
    this.#acknowledgeAll();
    const before = server.frames.length;
    server.sendToAll(raw);
    const probe = this.draft('INFO');
    server.sendToAll(text(probe));
    // an answer to a request that could not be read may not be readable either
    const answers = (): string[] => server.frames.slice(before).filter((frame) => /^SIP\/2\.0 [2-6]/.test(frame));
    const isProbe = (frame: string): boolean => frame.includes(`\r\nCSeq: ${header(probe, 'CSeq')}\r\n`);
    const others = (): string[] => answers().filter((frame) => !isProbe(frame));
    const isDone = (): boolean => answers().some(isProbe) && (!answered || others().length > 0);
    await inTime(server.until(isDone), () => `no answer in time; the last message was ${server.frames.at(-1)?.split('\r\n', 1)[0]}`);
    const alive = answers().find(isProbe);
    if (alive?.startsWith('SIP/2.0 200') !== true) throw new Error(`the call is no more: ${alive}`);
    this.#acknowledgeAll();
    return others().map((frame) => Number(frame.slice(8, 11)));
  }

  /** Commute's next request in the call; answered at will. */
  async request(method: string, act: () => void): Promise<SipRequest> {
    const { server } = this.wire;
    const before = server.requestsOf(method).length;
    act();
    await server.until(() => server.requestsOf(method).length > before);
    const found = server.requestsOf(method).at(-1);
    if (found === undefined) throw new Error('no request');
    return found;
  }

  async dispose(): Promise<void> {
    await this.wire.dispose();
  }

  #acknowledgeAll(): void {
    const { responses } = this.wire.server;
    for (; this.#acknowledged < responses.length; this.#acknowledged++) {
      const response = responses[this.#acknowledged];
      if (response !== undefined && response.status >= 200 && response.cseq.method === 'INVITE') this.#acknowledge(response);
    }
  }

  #acknowledge(response: SipResponse): void {
    const ack = this.draft('ACK', {}, response.cseq.sequence);
    // the ACK of a refusal belongs to the transaction of its INVITE
    if (response.status >= 300) replace(ack, 'Via', findHeader(response.headers, 'Via') ?? '');
    replace(ack, 'To', findHeader(response.headers, 'To') ?? '');
    replace(ack, 'Call-ID', response.callId);
    replace(ack, 'From', findHeader(response.headers, 'From') ?? '');
    this.wire.server.sendToAll(text(ack));
  }
}

async function inTime(done: Promise<void>, why: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(why())), answerDeadlineMs);
  });
  await Promise.race([done, late]).finally(() => clearTimeout(timer));
}
