import { type Core, URI } from 'sip.js';
import type { CallId } from '#shared/calls/call.ts';
import { refusalError } from '#shared/calls/refusal.ts';
import { transferFailure } from '#shared/calls/transfer-failure.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { readReplaces, readTargetDialog, writeReplaces } from '#shared/sip/dialog-name.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { CallContext } from './call-context.ts';
import { callerIdentity } from './caller-identity.ts';
import { optionTags } from './core-access.ts';
import { dialUri, namedUri } from './dial-uri.ts';
import type { DiversionReason } from './diversion.ts';
import { SipCall } from './sip-call.ts';
import type { CallPeerChanged, InviteOptions, ReferTarget, SipCallEvent } from './sip-line.ts';
import { notifyOutside } from './transfers/notify-dialog.ts';
import type { ReceivedReferral } from './transfers/received-referral.ts';
import type { Referrals } from './transfers/referrals.ts';
import type { WireMessage } from './user-agent.ts';

/** Extensions of RFC 3261 section 20.32 that an INVITE may require of us. */
const understood: ReadonlySet<string> = new Set<string>(optionTags);

/** What a server answers that knows its users by From, and does not know the one we gave. */
const identityRefusals: ReadonlySet<number> = new Set([401, 403, 407]);

/** So many ended calls are still known by their Call-IDs, so that their ladder can be read. */
const rememberedCalls = 200;

/** The calls of one line, each until its terminal event; hands every INVITE to the call it belongs to. */
export class CallTable implements Disposable {
  readonly callEvents = new Emitter<SipCallEvent>();
  readonly peerChanges = new Emitter<CallPeerChanged>();
  readonly #context: CallContext;
  readonly #takeMessage: (request: Core.IncomingMessageRequest) => void;
  readonly #calls = new Map<CallId, SipCall>();
  readonly #ended = new Map<CallId, readonly string[]>();
  /** What far ends asked for and then hung up, until it is answered. */
  readonly #leftBehind = new Map<CallId, Referrals>();

  /** @param takeMessage answers a pager message that comes inside of a dialog */
  constructor(context: CallContext, takeMessage: (request: Core.IncomingMessageRequest) => void) {
    this.#context = context;
    this.#takeMessage = takeMessage;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Whether an INVITE, ours or theirs, waits for its final answer. */
  get hasUnanswered(): boolean {
    return [...this.#calls.values()].some(({ isUnanswered }) => isUnanswered);
  }

  /** Undefined when the call has ended, perhaps only just now. */
  get(id: CallId): SipCall | undefined {
    return this.#calls.get(id);
  }

  /** Also of a call that ended not long ago. */
  sipCallIds(id: CallId): readonly string[] {
    return this.#calls.get(id)?.sipCallIds ?? this.#ended.get(id) ?? [];
  }

  invite(id: CallId, target: string, options: InviteOptions): void {
    const { account, core } = this.#context;
    const { pickUp } = options;
    const host = core.configuration.aor.host;
    const referral = options.referral === null ? null : this.#takeReferral(options.referral);
    // what is picked up rings between somebody and the watched line: the INVITE goes to that somebody
    const address = pickUp?.dialog === null ? undefined : (pickUp?.remote?.uri ?? target);
    const uri = referral === null ? dialUri(address ?? '', host) : namedUri(referral.uri, host);
    if (uri === undefined) {
      const error: ErrorReport = { code: pickUp === null ? 'number-invalid' : 'pick-up-failed', details: { number: target } };
      queueMicrotask(() => this.#emit({ call: id, type: 'failed', error }));
      return;
    }
    const replaced = pickUp?.dialog ?? null;
    const names =
      replaced === null ? null : { callId: replaced.callId, toTag: replaced.remoteTag, fromTag: replaced.localTag, earlyOnly: true };
    this.#add(id, referral).startOutgoing({
      target: uri,
      number: target,
      identity: callerIdentity(core, account, options),
      headers: [...(referral?.headers ?? []), ...(names === null ? [] : [`Replaces: ${writeReplaces(names)}`, 'Require: replaces'])],
      refusal: (status, reason) => {
        const details = { status, reason, number: target };
        if (names !== null) return { code: 'pick-up-failed', details };
        const borrowed = options.anonymous || options.shownNumber !== null;
        return borrowed && identityRefusals.has(status) ? { code: 'identity-refused', details } : refusalError(status, reason, target);
      },
    });
  }

  /** Also of a call whose far end hung up after it had asked. */
  declineReferral(id: CallId): void {
    const referrals = this.#referralsOf(id);
    this.#leftBehind.delete(id);
    referrals?.decline();
  }

  redirect(id: CallId, target: string, why: DiversionReason): void {
    const call = this.get(id);
    const uri = dialUri(target, this.#context.core.configuration.aor.host);
    // nowhere to send it: the caller hears that nobody is there
    if (uri === undefined) call?.reject(480);
    else call?.redirect(uri, why);
  }

  refer(id: CallId, to: ReferTarget): void {
    const call = this.get(id);
    if (call === undefined) return;
    if (to.kind === 'blind') {
      const uri = dialUri(to.target, this.#context.core.configuration.aor.host);
      const target = { name: '', number: to.target };
      if (uri !== undefined) call.transfer(uri, target);
      else queueMicrotask(() => this.#emit({ call: id, type: 'transfer-failed', error: transferFailure(484, target) }));
    } else {
      const other = this.get(to.call);
      if (other !== undefined) call.connectWith(other);
      else {
        const error = transferFailure(480, { name: '', number: '' });
        queueMicrotask(() => this.#emit({ call: id, type: 'transfer-failed', error }));
      }
    }
  }

  flowLost(): void {
    this.#forEach((call) => call.flowLost());
  }

  flowReady(): void {
    this.#forEach((call) => call.flowReady());
  }

  /** An INVITE outside of every dialog. Tells of it before it returns. */
  receiveInvite(request: Core.IncomingInviteRequest): void {
    const { message } = request;
    const strange = message
      .getHeaders('Require')
      .flatMap((value) => value.split(','))
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '' && !understood.has(tag.toLowerCase()));
    if (strange.length > 0) {
      request.reject({ statusCode: 420, extraHeaders: [`Unsupported: ${strange.join(', ')}`] });
      return;
    }
    const replaces = message.getHeaders('Replaces');
    if (replaces.length === 0) this.#add(this.#context.random.hex(8)).startIncoming(request);
    else this.#receiveReplaces(request, replaces);
  }

  /** A REFER outside of every dialog: only somebody who knows one of ours may ask for anything (RFC 4538). */
  receiveRefer(request: Core.IncomingReferRequest): void {
    const { message } = request;
    const known = readTargetDialog(message.getHeader('Target-Dialog') ?? '');
    const call =
      known === undefined ? undefined : [...this.#calls.values()].find((candidate) => candidate.isKnownTo(known.callId, known.tags));
    if (call === undefined) request.reject({ statusCode: known === undefined ? 403 : 481 });
    else if (!message.hasHeader('Contact')) request.reject({ statusCode: 400 });
    else call.receiveRefer(request, (toTag) => notifyOutside(this.#context, message, toTag));
  }

  /** Looks at every message for provisional answers that sip.js throws away. */
  noteMessage(message: WireMessage): void {
    if (message.direction !== 'received') return;
    const status = /^SIP\/2\.0 (1\d\d) /.exec(message.text)?.[1];
    if (status === undefined || status === '100' || namesDialog(message.text)) return;
    this.#forEach((call) => call.ringsWithoutDialog(message.callId, Number(status)));
  }

  dispose(): void {
    this.#forEach((call) => call.dispose());
    this.#calls.clear();
    for (const referrals of this.#leftBehind.values()) referrals.dispose();
    this.#leftBehind.clear();
    this.callEvents.dispose();
    this.peerChanges.dispose();
  }

  #forEach(action: (call: SipCall) => void): void {
    for (const call of [...this.#calls.values()]) action(call);
  }

  /** @param referral told how the call goes */
  #add(id: CallId, referral: ReceivedReferral | null = null): SipCall {
    const call: SipCall = new SipCall(id, this.#context, {
      event: (news) => {
        referral?.note(news);
        if (news.type === 'referral-withdrawn') this.#leftBehind.delete(id);
        this.#emit({ ...news, call: id });
      },
      peerChanged: (peer) => this.#guarded(() => this.peerChanges.fire({ call: id, peer })),
      over: (referrals) => {
        if (referrals !== null) this.#leftBehind.set(id, referrals);
        this.#forget(call);
      },
      message: this.#takeMessage,
      callbackUri: (remote) =>
        remote.user === undefined ? remote : new URI('sip', remote.user, this.#context.core.configuration.aor.host),
    });
    this.#calls.set(id, call);
    return call;
  }

  #referralsOf(id: CallId): Referrals | undefined {
    return this.get(id)?.referrals ?? this.#leftBehind.get(id);
  }

  /** The referral that a new call carries out; null when the far end gave it up. */
  #takeReferral(id: CallId): ReceivedReferral | null {
    const referral = this.#referralsOf(id)?.take() ?? null;
    this.#leftBehind.delete(id);
    return referral;
  }

  #forget(call: SipCall): void {
    this.#calls.delete(call.id);
    this.#ended.set(call.id, call.sipCallIds);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > rememberedCalls && oldest !== undefined) this.#ended.delete(oldest);
  }

  #emit(event: SipCallEvent): void {
    this.#guarded(() => this.callEvents.fire(event));
  }

  /** A listener's fault must not reach into the transaction that tells the news. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#context.logger.error('a listener failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  /**
   * RFC 3891 section 3. Dialogs that stand are taken over, and our own that still ring elsewhere; nobody may replace what still
   * rings here.
   */
  #receiveReplaces(request: Core.IncomingInviteRequest, replaces: readonly string[]): void {
    const name = replaces.length === 1 ? readReplaces(replaces[0] ?? '') : undefined;
    if (name === undefined) {
      request.reject({ statusCode: 400 });
      return;
    }
    const owners = [...this.#calls.values()].map((call) => ({ call, state: call.owns(name) }));
    const owner = owners.find(({ state }) => state !== null);
    if (owner === undefined) request.reject({ statusCode: 481 });
    else if (name.earlyOnly && owner.state === 'confirmed') request.reject({ statusCode: 486 });
    else owner.call.takeOver(request);
  }
}

/** Whether a provisional answer has what makes an early dialog of it: a To tag and a Contact. */
function namesDialog(text: string): boolean {
  return /^(?:to|t)\s*:.*;\s*tag\s*=/im.test(text) && /^(?:contact|m)\s*:/im.test(text);
}
