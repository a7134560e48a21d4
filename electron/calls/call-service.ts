import type { CallId, CallView, Party } from '#shared/calls/call.ts';
import { dialledCall, receivedCall, transition } from '#shared/calls/call-machine.ts';
import { admitIncoming, callLimit, callsToHold, liveCalls, mayDial } from '#shared/calls/call-policy.ts';
import type { Call, CallEvent, Step } from '#shared/calls/call-state.ts';
import { viewOf } from '#shared/calls/call-view.ts';
import { readDialTarget } from '#shared/calls/dial-target.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ToneProbe } from '#shared/media/media.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { SipCallEvent, SipLine } from '../sip/sip-line.ts';
import { EffectRunner } from './effect-runner.ts';
import { Farewells } from './farewells.ts';
import { MediaWatch } from './media-watch.ts';

export interface CallServiceOptions {
  readonly media: MediaPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newCallId: () => CallId;
  readonly ringVolume: () => number;
  /** The name a person's own contacts have for a number. */
  readonly nameOf: (number: string) => string | undefined;
  readonly writeHistory: (entry: HistoryEntry) => void;
}

interface Entry {
  call: Call;
  readonly line: SipLine;
  readonly target: string | null;
}

/**
 * All calls of the app. Every surface (window, toast, key, headset) calls the same methods; the machine decides, the
 * effect runner acts, and what happens is fed back here.
 */
export class CallService implements Disposable {
  readonly #options: CallServiceOptions;
  readonly #entries = new Map<CallId, Entry>();
  readonly #runner: EffectRunner;
  readonly #watch: MediaWatch;
  readonly #lineSubscriptions = new DisposableStore();
  readonly #subscriptions = new DisposableStore();
  readonly #farewells: Farewells;
  readonly #changed = new Emitter<readonly CallView[]>();
  #line: SipLine | undefined;
  #lineListeners: Disposable | undefined;

  readonly onChanged = this.#changed.event;

  constructor(options: CallServiceOptions) {
    this.#options = options;
    const { media, clock, logger, ringVolume, writeHistory } = options;
    this.#runner = new EffectRunner({ media, clock, logger, ringVolume, writeHistory, report: (id, event) => this.#feed(id, event) });
    this.#farewells = new Farewells(media, clock);
    this.#watch = new MediaWatch({ media, clock, onChanged: () => this.#publish() });
  }

  start(): void {
    const { media } = this.#options;
    this.#subscriptions.add(
      media.onPeerState(({ peer, state }) => {
        const id = this.#runner.callOfPeer(peer);
        if (state === 'connected') this.#feed(id, { type: 'media-connected' });
        if (state === 'failed') this.#mediaLost(id, 'path-lost');
      }),
    );
    this.#subscriptions.add(
      media.onLost(({ peers }) => {
        const lost = new Set(peers);
        for (const id of [...this.#entries.keys()]) if (lost.has(this.#runner.peerOf(id))) this.#mediaLost(id, 'window-lost');
      }),
    );
    this.#subscriptions.add(
      media.onMicrophoneFailed(({ peer, error }) => this.#feed(this.#runner.callOfPeer(peer), { type: 'microphone-failed', error })),
    );
    this.#subscriptions.add(
      media.onMicrophoneRecovered(({ peer }) => this.#feed(this.#runner.callOfPeer(peer), { type: 'microphone-recovered' })),
    );
  }

  /** The line that new calls use; null when signed out. Calls of the line before stay with it until they end. */
  setLine(line: SipLine | null): void {
    this.#lineListeners?.dispose();
    this.#line = line ?? undefined;
    if (line === null) return;
    const listeners = new DisposableStore();
    listeners.add(line.onCallEvent((event) => this.#onSip(line, event)));
    listeners.add(
      line.onCallPeerChanged(({ call, peer }) => {
        this.#runner.setPeer(call, peer);
        this.#feed(call, { type: 'peer-changed' });
      }),
    );
    this.#lineListeners = this.#lineSubscriptions.add(listeners);
  }

  views(): readonly CallView[] {
    return [...this.#entries.values()].map(({ call }) => viewOf(call, this.#watch.factsOf(call.id)));
  }

  /** Whether quitting now would cut somebody off. */
  get hasLiveCalls(): boolean {
    return liveCalls(this.#calls()).length > 0;
  }

  /**
   * Dials what a person typed.
   * @throws AppError number-invalid, not-signed-in, not-registered, too-many-calls
   */
  dial(typed: string): CallId {
    const line = this.#line;
    if (line === undefined) throw new AppError('not-signed-in');
    const dialled = readDialTarget(typed);
    if (!dialled.ok) throw new AppError(dialled.error.code, { details: dialled.error.details });
    const number = dialled.target.replace(/^sips?:/i, '');
    if (line.registration.phase !== 'registered') throw new AppError('not-registered', { details: { number } });
    if (!mayDial(this.#calls())) throw new AppError('too-many-calls', { details: { limit: callLimit } });
    const id = this.#options.newCallId();
    const remote: Party = { displayName: this.#options.nameOf(number) ?? '', number, uri: dialled.target };
    this.#holdOthers(id);
    this.#adopt(dialledCall(id, remote, this.#options.clock.wallMs()), line, dialled.target);
    return id;
  }

  answer(id: CallId): void {
    this.#verb(id, ['ringing-in']);
    this.#holdOthers(id);
    this.#feed(id, { type: 'answer' });
  }

  decline(id: CallId): void {
    this.#verb(id, ['ringing-in']);
    this.#feed(id, { type: 'decline' });
  }

  hangUp(id: CallId): void {
    this.#verb(id, ['dialling', 'ringing-out', 'early-media', 'ringing-in', 'answering', 'connected', 'ending']);
    this.#feed(id, { type: 'hang-up' });
  }

  setMuted(id: CallId, muted: boolean): void {
    this.#verb(id, ['dialling', 'ringing-out', 'early-media', 'ringing-in', 'answering', 'connected']);
    this.#feed(id, { type: 'set-muted', muted });
  }

  setHeld(id: CallId, held: boolean): void {
    this.#verb(id, ['connected']);
    if (!held) this.#holdOthers(id);
    this.#feed(id, { type: 'set-held', held });
  }

  sendDtmf(id: CallId, digits: string): void {
    this.#verb(id, ['connected', 'early-media']);
    this.#feed(id, { type: 'send-dtmf', digits });
  }

  /** @throws AppError call-unknown */
  sipCallIds(id: CallId): readonly string[] {
    return this.#verb(id).line.sipCallIds(id);
  }

  async probeTone(id: CallId, direction: 'inbound' | 'outbound', durationMs: number): Promise<ToneProbe> {
    this.#verb(id, ['connected', 'early-media', 'answering']);
    return this.#options.media.probeTone(this.#runner.peerOf(id), direction, durationMs);
  }

  /** Ends every call; for sign-out and quit. */
  hangUpAll(): void {
    for (const { id } of liveCalls(this.#calls())) this.#feed(id, { type: 'hang-up' });
  }

  dispose(): void {
    this.#lineListeners?.dispose();
    this.#lineSubscriptions.dispose();
    this.#subscriptions.dispose();
    this.#farewells.dispose();
    this.#watch.dispose();
    this.#runner.dispose();
    this.#entries.clear();
    this.#changed.dispose();
  }

  #calls(): readonly Call[] {
    return [...this.#entries.values()].map(({ call }) => call);
  }

  #verb(id: CallId, phases?: readonly Call['phase'][]): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new AppError('call-unknown', { details: { call: id } });
    if (phases !== undefined && !phases.includes(entry.call.phase)) {
      throw new AppError('call-verb-impossible', { details: { call: id, phase: entry.call.phase } });
    }
    return entry;
  }

  #holdOthers(next: CallId): void {
    for (const id of callsToHold(this.#calls(), next)) this.#feed(id, { type: 'set-held', held: true });
  }

  #onSip(line: SipLine, event: SipCallEvent): void {
    if (event.type === 'invite-received') return this.#onInvite(line, event);
    this.#feed(event.call, event);
  }

  #onInvite(line: SipLine, event: Extract<SipCallEvent, { type: 'invite-received' }>): void {
    const admission = admitIncoming(this.#calls());
    if (!admission.admitted) {
      this.#options.logger.info('Too many calls at once: the caller hears busy', { call: event.call });
      return line.reject(event.call, 486);
    }
    const remote = { ...event.remote, displayName: this.#options.nameOf(event.remote.number) ?? event.remote.displayName };
    this.#adopt(receivedCall(event.call, remote, event.redirectedBy, admission.tone, this.#options.clock.wallMs()), line, null);
  }

  #adopt(step: Step, line: SipLine, target: string | null): void {
    this.#entries.set(step.call.id, { call: step.call, line, target });
    // What the far end waits for goes first; the log is for later.
    this.#runner.run(step.call, step.effects, line, target);
    this.#options.logger.info('Call', { call: step.call.id, to: step.call.phase });
    this.#publish();
  }

  #mediaLost(id: CallId, cause: 'window-lost' | 'path-lost'): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#feed(id, { type: 'media-lost', cause, farEndProduct: entry.line.farEndProduct(id) });
  }

  #feed(id: CallId, event: CallEvent): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#options.logger.debug('News of a call that is gone', { call: id, event: event.type });
      return;
    }
    const before = entry.call;
    const step = transition(before, event, this.#options.clock.wallMs());
    if (step.call === before && step.effects.length === 0) {
      this.#options.logger.debug('No change', { call: id, event: event.type, phase: before.phase });
      return;
    }
    entry.call = this.#named(before, step.call);
    this.#runner.run(entry.call, step.effects, entry.line, entry.target);
    if (before.phase !== step.call.phase) {
      this.#options.logger.info('Call', { call: id, from: before.phase, to: step.call.phase, event: event.type });
    }
    this.#logTrouble(before, step.call);
    this.#watch.follow(entry.call, this.#runner.peerOf(id));
    if (entry.call.phase === 'ended') this.#farewells.begin(entry.call, () => this.#forget(id));
    this.#publish();
  }

  /** What the card shows as an error stands in the log with its code. */
  #logTrouble(before: Call, after: Call): void {
    const { logger } = this.#options;
    const { microphoneError } = after;
    if (microphoneError !== null && microphoneError !== before.microphoneError) {
      logger.warn('The far end cannot hear us', { ...microphoneError.details, code: microphoneError.code, call: after.id });
    }
    if (after.phase !== 'ended' || after.reason.kind !== 'failed') return;
    const { code, details } = after.reason.error;
    logger.warn('A call failed', { ...details, code, call: after.id });
  }

  /** A name of the person's own contacts wins over what the far end says of itself, also when that changes in the call. */
  #named(before: Call, after: Call): Call {
    if (after.remote === before.remote) return after;
    const name = this.#options.nameOf(after.remote.number) ?? (after.remote.displayName || before.remote.displayName);
    return { ...after, remote: { ...after.remote, displayName: name } };
  }

  #forget(id: CallId): void {
    this.#entries.delete(id);
    this.#watch.forget(id);
    this.#runner.release(id);
    this.#publish();
  }

  #publish(): void {
    this.#changed.fire(this.views());
  }
}
