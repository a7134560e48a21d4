import { Core, URI } from 'sip.js';
import type { CallContext } from '#electron/sip/call-context.ts';
import { CallTable } from '#electron/sip/call-table.ts';
import { optionTags } from '#electron/sip/core-access.ts';
import { ReceivedRequest, ReceivedResponse } from '#electron/sip/message-builder.ts';
import { gateOf, takeRequest } from '#electron/sip/request-intake.ts';
import type { SipCallEvent } from '#electron/sip/sip-line.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { silentLogger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { FakeMedia } from './fake-media.ts';
import { plainInvite } from './scripted-peer.ts';

export const terminalEvents: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'terminated', 'closed', 'failed']);

/** One line behind the relay. */
export class RelayedLine {
  readonly user: string;
  readonly media = new FakeMedia();
  readonly events: SipCallEvent[] = [];
  readonly core: Core.UserAgentCore;
  readonly calls: CallTable;
  #dialled = 0;

  constructor(user: string, clock: VirtualClock, random: Random, send: (text: string) => void) {
    this.user = user;
    const loggerFactory = new Core.LoggerFactory();
    loggerFactory.builtinEnabled = false;
    const uri = new URI('sip', `contact-${user}`, `${user}.invalid`);
    this.core = new Core.UserAgentCore({
      aor: new URI('sip', user, 'lab.test'),
      contact: { pubGruu: undefined, tempGruu: undefined, uri, toString: () => `<${uri.toString()}>` },
      displayName: user,
      loggerFactory,
      hackViaTcp: false,
      routeSet: [],
      sipjsId: user,
      supportedOptionTags: [...optionTags],
      supportedOptionTagsResponse: [...optionTags],
      userAgentHeaderFieldValue: 'Commute',
      viaForceRport: false,
      viaHost: `${user}.invalid`,
      authenticationFactory: () => undefined,
      transportAccessor: () => ({
        protocol: 'WSS',
        send: (text) => {
          send(text);
          return Promise.resolve();
        },
      }),
    });
    const context: CallContext = {
      account: {
        id: user,
        kind: 'server',
        user,
        authUser: null,
        displayName: user,
        domain: 'lab.test',
        servers: [{ host: 'lab.test', port: 443, transport: 'wss', path: '/ws', trust: { kind: 'system' } }],
        registerExpires: 600,
      },
      core: this.core,
      media: this.media,
      clock,
      random,
      logger: silentLogger,
    };
    this.calls = new CallTable(context, (request) => request.accept());
    this.core.delegate = {
      onInvite: (request) => this.calls.receiveInvite(request),
      onRefer: (request) => this.calls.receiveRefer(request),
    };
    this.calls.callEvents.event((event) => this.events.push(event));
  }

  dial(target: string): string {
    const id = `${this.user}-${++this.#dialled}`;
    this.calls.invite(id, target, plainInvite);
    return id;
  }

  /** Agrees to every referral from now on. */
  follow(): void {
    this.calls.callEvents.event((event) => {
      if (event.type !== 'referral-received') return;
      const id = `${this.user}-${++this.#dialled}`;
      this.calls.invite(id, event.referral.to.uri, { ...plainInvite, referral: event.call });
    });
  }

  /** Takes the call of `caller` that rings at `callee`, as somebody who watches that one's dialogs. */
  pickUp(caller: RelayedLine, callee: RelayedLine, ringing: string): void {
    const callId = callee.calls.sipCallIds(ringing)[0] ?? '';
    const dialog = [...callee.core.dialogs.values()].find((candidate) => candidate.callId === callId);
    if (dialog === undefined) return;
    const { localTag, remoteTag } = dialog;
    const remote = { displayName: '', number: caller.user, uri: `sip:${caller.user}@lab.test` };
    const pickUp: DialogState = { id: '1', state: 'early', direction: 'recipient', remote, dialog: { callId, localTag, remoteTag } };
    this.calls.invite(`${this.user}-${++this.#dialled}`, callee.user, { ...plainInvite, pickUp });
  }

  /** Ids of all calls, the oldest first. */
  get ids(): string[] {
    return [...new Set(this.events.map(({ call }) => call))];
  }

  types(call: string): string[] {
    return this.events.filter((event) => event.call === call).map(({ type }) => type);
  }

  /** The last call that came in. */
  get incoming(): string {
    return this.events.findLast(({ type }) => type === 'invite-received')?.call ?? '';
  }

  hangUpAll(): void {
    for (const id of this.ids) this.calls.get(id)?.hangUp();
  }
}

/**
 * A network between lines of ours that delays every message by a time of its own, so that later ones may come first. Nothing is
 * lost. Time is virtual; the timers of sip.js must be faked by the test.
 */
export class ReorderingRelay {
  readonly clock = new VirtualClock();
  readonly #random: Random;
  readonly #longestMs: number;
  readonly #advanceTimers: (ms: number) => void;
  readonly #lines: RelayedLine[] = [];

  /** @param longestMs how late a message may come */
  constructor(random: Random, longestMs: number, advanceTimers: (ms: number) => void) {
    this.#random = random;
    this.#longestMs = longestMs;
    this.#advanceTimers = advanceTimers;
  }

  get lines(): readonly RelayedLine[] {
    return this.#lines;
  }

  join(user: string): RelayedLine {
    const line: RelayedLine = new RelayedLine(user, this.clock, this.#random, (text) => this.#carry(text));
    this.#lines.push(line);
    return line;
  }

  /** A time between now and the longest delay. */
  moment(): number {
    return Math.floor(this.#random.fraction() * this.#longestMs);
  }

  async run(ms: number): Promise<void> {
    for (let left = ms; left > 0;) {
      const step = Math.min(left, Math.max(1, Math.min(this.clock.nextDelayMs ?? 1_000, 1_000)));
      await this.clock.advanceAsync(step);
      this.#advanceTimers(step);
      left -= step;
    }
  }

  dispose(): void {
    for (const line of this.#lines) {
      line.calls.dispose();
      line.core.dispose();
    }
  }

  #carry(text: string): void {
    this.clock.schedule(this.moment(), () => this.#deliver(text));
  }

  #deliver(text: string): void {
    const result = parseMessage(new TextEncoder().encode(text));
    if (!result.ok) throw new Error(`${result.fault.code}:\n${text}`);
    const { message } = result;
    if (message.kind === 'response') {
      const line = this.#lines.find(({ user }) => message.via[0]?.host === `${user}.invalid`);
      line?.calls.noteMessage({ direction: 'received', callId: message.callId, text, peer: 'lab.test:443' });
      line?.core.receiveIncomingResponseFromTransport(new ReceivedResponse(message));
      return;
    }
    const line = this.#lines.find(({ user }) => message.uri.user === user || message.uri.user === `contact-${user}`);
    if (line === undefined) throw new Error(`nobody is ${message.uri.text}`);
    takeRequest(line.core, gateOf(line.core), new ReceivedRequest(message));
  }
}
