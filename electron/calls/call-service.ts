import type { CallId, CallView } from '#shared/calls/call.ts';
import { callsToResume, isLive, liveCalls } from '#shared/calls/call-policy.ts';
import { isHeld, nameOfParty } from '#shared/calls/call-facts.ts';
import type { Call, CallEvent, DeclineKind, RepairMeans } from '#shared/calls/call-state.ts';
import type { RingRecord } from '#shared/calls/ring-record.ts';
import { AppError, type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import type { DialOptions } from '#shared/ipc/ui-contract.ts';
import type { ToneProbe } from '#shared/media/media.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import type { Policy } from '#shared/state/app-state.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { SipCallEvent, SipLine } from '../sip/sip-line.ts';
import { type NameOf, withNames } from './address-book.ts';
import { CallBook } from './call-book.ts';
import { CallRecordings } from './call-recordings.ts';
import { Conference } from './conference.ts';
import { Dialler } from './dialler.ts';
import { EffectRunner } from './effect-runner.ts';
import { Farewells } from './farewells.ts';
import { MediaWatch } from './media-watch.ts';
import type { CallJournal, CallRules, Recordings } from './ports.ts';
import { Reception } from './reception.ts';
import { RingWatch } from './ring-watch.ts';
import { Roaming } from './roaming.ts';
import { Transfers } from './transfers.ts';

export interface CallServiceOptions {
  readonly media: MediaPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newCallId: () => CallId;
  readonly rules: () => CallRules;
  readonly policy: () => Policy;
  readonly nameOf: NameOf;
  readonly journal: CallJournal;
  readonly recordings: Recordings;
  /** The last number that was dialled from here; null when none was. */
  readonly lastDialled: () => string | null;
  /** When the last emergency call of any start ended, wall time in ms; null when there was none. */
  readonly lastEmergencyAt: () => number | null;
  /** What rings at a number whose dialogs are watched; null when nothing does, or it is not watched. */
  readonly watchedDialog: (number: string) => DialogState | null;
  /** What became of the card that stays on top, once a ringing call was announced. */
  readonly cardState: () => RingRecord['card'];
  /** Tells the person what went wrong when no card is left to say it. */
  readonly notify: (error: ErrorReport) => void;
}

/**
 * The door to all calls. Every surface (window, toast, key, headset) calls the same methods; the machine decides, the
 * effect runner acts, and what happens is fed back here. A verb that is impossible throws `call-unknown` or `call-verb-impossible`.
 */
export class CallService implements Disposable {
  readonly #options: CallServiceOptions;
  readonly #book: CallBook;
  readonly #runner: EffectRunner;
  readonly #watch: MediaWatch;
  readonly #farewells: Farewells;
  readonly #recordings: CallRecordings;
  readonly #rings: RingWatch;
  readonly #dialler: Dialler;
  readonly #transfers: Transfers;
  readonly #reception: Reception;
  readonly #roaming: Roaming;
  readonly #subscriptions = new DisposableStore();
  #line: SipLine | undefined;
  #lineListeners: Disposable | undefined;

  /** The conference that is mixed here. */
  readonly conference: Conference;

  constructor(options: CallServiceOptions) {
    this.#options = options;
    const { media, clock, logger, rules, nameOf, journal, recordings, newCallId, lastDialled, watchedDialog } = options;
    const report = (id: CallId, event: CallEvent): void => this.#report(id, event);
    this.#recordings = new CallRecordings({ media, recordings, tone: () => rules().recording.tone, clock, logger, report });
    this.#rings = new RingWatch({ media, rules, clock, cardState: options.cardState });
    this.#farewells = new Farewells(media, clock);
    const means = (id: CallId): RepairMeans => this.#means(id);
    this.#watch = new MediaWatch({
      ...{ media, clock, means },
      report: (id, event) => this.#book.feed(id, event),
      onChanged: () => this.#book.touch(),
    });
    this.#runner = new EffectRunner({
      ...{ media, recordings: this.#recordings, rings: this.#rings, journal, clock, logger, report },
      ringVolume: () => rules().audio.ringVolume,
      heard: (id) => this.#watch.heard(id),
      hasRelay: () => this.#hasRelay,
    });
    this.#book = new CallBook({ runner: this.#runner, watch: this.#watch, farewells: this.#farewells, clock, logger });
    this.#roaming = new Roaming({ book: this.#book, watch: this.#watch, means, logger });
    const shared = { book: this.#book, rules, nameOf, clock, logger };
    this.#dialler = new Dialler({ ...shared, line: () => this.#line ?? null, newCallId, lastDialled, watchedDialog });
    this.#transfers = new Transfers(this.#book, this.#dialler);
    this.#reception = new Reception({ ...shared, rings: this.#rings, lastEmergencyAt: options.lastEmergencyAt });
    const peerOf = (id: CallId): string => this.#runner.peerOf(id);
    this.conference = new Conference({ book: this.#book, transfers: this.#transfers, media, peerOf, logger });
  }

  get onChanged(): CallBook['onChanged'] {
    return this.#book.onChanged;
  }

  start(): void {
    const { media } = this.#options;
    const own = this.#subscriptions;
    const ofPeer = (peer: string, event: CallEvent): void => this.#book.feed(this.#runner.callOfPeer(peer), event);
    this.#recordings.start();
    this.#rings.start();
    this.conference.start();
    own.add(this.#book.onChanged(() => this.#reception.watchEmergencies()));
    own.add(
      media.onPeerState(({ peer, state }) => {
        if (state === 'connected') ofPeer(peer, { type: 'media-connected' });
        if (state === 'failed') this.#mediaLost(this.#runner.callOfPeer(peer), 'path-lost');
      }),
    );
    own.add(
      media.onLost(({ peers }) => {
        const lost = new Set(peers);
        for (const { id } of this.#book.calls()) if (lost.has(this.#runner.peerOf(id))) this.#mediaLost(id, 'window-lost');
      }),
    );
    own.add(media.onMicrophoneFailed(({ peer, error }) => ofPeer(peer, { type: 'microphone-failed', error })));
    own.add(media.onMicrophoneRecovered(({ peer }) => ofPeer(peer, { type: 'microphone-recovered' })));
  }

  /** The line that new calls use; null when signed out. Calls of the line before stay with it until they end. */
  setLine(line: SipLine | null): void {
    this.#lineListeners?.dispose();
    this.#line = line ?? undefined;
    this.#roaming.setLine(line);
    if (line === null) return;
    const listeners = new DisposableStore();
    listeners.add(line.onCallEvent((event) => this.#onSip(line, event)));
    listeners.add(
      line.onCallPeerChanged(({ call, peer }) => {
        this.#runner.setPeer(call, peer);
        this.#book.feed(call, { type: 'peer-changed' });
        this.#book.touch();
      }),
    );
    this.#lineListeners = listeners;
  }

  /**
   * This computer's addresses are others now.
   * @param addresses all of them, loopback among them; none but loopback means that there is no network
   */
  networkChanged(addresses: readonly string[]): void {
    this.#roaming.onAddressesChanged(addresses);
  }

  /** Address of the server that calls run by, as far as it is known. */
  get serverAddress(): string | null {
    return this.#roaming.serverAddress;
  }

  views(): readonly CallView[] {
    return this.#book.views();
  }

  /** Whether quitting now would cut somebody off. */
  get hasLiveCalls(): boolean {
    return liveCalls(this.#book.calls()).length > 0;
  }

  /**
   * Dials what a person typed. An emergency number is dialled as it is, whatever the settings say.
   * @throws AppError number-invalid, not-signed-in, not-registered, emergency-not-registered, emergency-in-progress, too-many-calls
   */
  dial(typed: string, options?: DialOptions): CallId {
    return this.#dialler.dial(typed, options);
  }

  /** @throws AppError nothing-to-redial, and as `dial` */
  redial(): CallId {
    return this.#dialler.redial();
  }

  /** Fetches the call of a parking place. @throws AppError feature-not-offered, and as `dial` */
  retrieve(slot: string): CallId {
    return this.#dialler.retrieve(slot);
  }

  /** Takes a call that rings at a number, or anywhere in the group. @throws AppError feature-not-offered, and as `dial` */
  pickUp(number: string | null): CallId {
    return this.#dialler.pickUp(number);
  }

  /** @throws AppError emergency-in-progress */
  answer(id: CallId): void {
    this.#book.verb(id, isRinging);
    this.#book.assertNoEmergency(id);
    this.#book.feed(id, { type: 'answer' });
  }

  decline(id: CallId, as: DeclineKind = 'declined'): void {
    this.#book.verb(id, isRinging);
    this.#book.feed(id, { type: 'decline', as });
  }

  /** Declines and sends the caller a text. A text that was not delivered becomes a notice: the card is gone by then. */
  reply(id: CallId, text: string): void {
    const { call, line } = this.#book.verb(id, isRinging);
    const { remote } = call;
    this.#book.feed(id, { type: 'decline', as: 'declined' });
    line.sendMessage(remote.uri || remote.number, text).catch((error: unknown) => {
      const { code, details } = reportOf(error);
      this.#options.logger.warn('A reply was not delivered', { ...details, code, call: id });
      this.#options.notify({ code, details: { ...details, name: nameOfParty(remote) } });
    });
  }

  /** Sends a ringing call on. @throws AppError number-invalid */
  deflect(id: CallId, typed: string): void {
    this.#transfers.deflect(id, typed);
  }

  hangUp(id: CallId): void {
    this.#book.verb(id, (call) => call.phase !== 'ended');
    this.#book.feed(id, { type: 'hang-up' });
  }

  setMuted(id: CallId, muted: boolean): void {
    this.#book.verb(id, isLive);
    this.#book.feed(id, { type: 'set-muted', muted });
  }

  /**
   * Coming off hold puts the others on hold; a member of the conference brings all of it back. An emergency call is never put on hold.
   * @throws AppError emergency-in-progress
   */
  setHeld(id: CallId, held: boolean): void {
    this.#book.verb(id, (call) => isConnected(call) && !(held && call.emergency));
    if (!held) this.#book.assertNoEmergency(id);
    const chosen = held ? [id] : callsToResume(this.#book.calls(), id);
    this.#book.together(() => {
      for (const each of chosen) this.#book.feed(each, { type: 'set-held', held });
    });
  }

  /** Takes a held call back, and the one in hand goes on hold. */
  swap(id: CallId): void {
    this.#book.verb(id, (call) => isConnected(call) && isHeld(call));
    this.setHeld(id, false);
  }

  /** @param digits 0-9 * # A-D; sent the way the account's settings say */
  sendDtmf(id: CallId, digits: string): void {
    this.#book.verb(id, ({ phase }) => phase === 'connected' || phase === 'early-media');
    this.#book.feed(id, { type: 'send-dtmf', digits, by: this.#options.rules().dialling.dtmf });
  }

  /** Blind: the far end is asked to call the target. @throws AppError number-invalid */
  transfer(id: CallId, typed: string): void {
    this.#transfers.transfer(id, typed);
  }

  /** Holds the call and dials somebody on its behalf. @throws AppError as `dial` */
  consult(id: CallId, typed: string): CallId {
    return this.#transfers.consult(id, typed);
  }

  completeTransfer(consultation: CallId): void {
    this.#transfers.complete(consultation);
  }

  backToCaller(consultation: CallId): void {
    this.#transfers.backToCaller(consultation);
  }

  /** Connects two live calls with each other and leaves both. */
  connect(id: CallId, other: CallId): void {
    this.#transfers.connect(id, other);
  }

  /** Whether the person calls whom the far end asks us to call. @throws AppError as `dial` */
  answerReferral(id: CallId, accept: boolean): void {
    this.#transfers.answerReferral(id, accept);
  }

  /** @throws AppError feature-not-offered */
  park(id: CallId, slot: string | null): void {
    this.#transfers.park(id, slot);
  }

  /** @throws AppError recording-forbidden, feature-not-offered, recording-folder-missing */
  setRecording(id: CallId, on: boolean): void {
    this.#book.verb(id, isConnected);
    if (on) this.#assertRecordable();
    this.#book.feed(id, { type: 'set-recording', on });
  }

  sipCallIds(id: CallId): readonly string[] {
    return this.#book.verb(id).line.sipCallIds(id);
  }

  async probeTone(id: CallId, direction: 'inbound' | 'outbound', durationMs: number): Promise<ToneProbe> {
    this.#book.verb(id, ({ phase }) => phase === 'connected' || phase === 'early-media' || phase === 'answering');
    return this.#options.media.probeTone(this.#runner.peerOf(id), direction, durationMs);
  }

  /** Ends every call; for sign-out and quit. */
  hangUpAll(): void {
    this.#book.together(() => {
      for (const { id } of this.#book.calls()) this.#book.feed(id, { type: 'hang-up' });
    });
  }

  dispose(): void {
    this.#lineListeners?.dispose();
    this.#roaming.dispose();
    this.#subscriptions.dispose();
    this.conference.dispose();
    this.#farewells.dispose();
    this.#watch.dispose();
    this.#recordings.dispose();
    this.#rings.dispose();
    this.#runner.dispose();
    this.#book.dispose();
  }

  #onSip(line: SipLine, event: SipCallEvent): void {
    if (event.type === 'invite-received') return this.#reception.receive(line, event);
    if (event.type === 'roster-changed') return this.#book.setRoster(event.call, event.roster);
    const remote = this.#book.find(event.call)?.call.remote;
    this.#book.feed(event.call, remote === undefined ? event : withNames(event, remote, this.#options.nameOf));
  }

  #report(id: CallId, event: CallEvent): void {
    this.#book.feed(id, event.type === 'deadline' ? this.#reception.deadlineEvent(id, event) : event);
  }

  #mediaLost(id: CallId, cause: 'window-lost' | 'path-lost'): void {
    this.#book.feed(id, { type: 'media-lost', cause, means: this.#means(id) });
  }

  #means(id: CallId): RepairMeans {
    return { farEndProduct: this.#book.find(id)?.line.farEndProduct(id) ?? '', hasRelay: this.#hasRelay };
  }

  get #hasRelay(): boolean {
    return this.#options.rules().ice.servers.some(({ uri }) => uri.startsWith('turn'));
  }

  #assertRecordable(): void {
    const { policy, rules } = this.#options;
    const { offered, folder } = rules().recording;
    if (policy().recording === 'forbidden') throw new AppError('recording-forbidden');
    if (!offered) throw new AppError('feature-not-offered', { details: { feature: 'recording' } });
    if (folder === null) throw new AppError('recording-folder-missing');
  }
}

function isRinging({ phase }: Call): boolean {
  return phase === 'ringing-in';
}

function isConnected({ phase }: Call): boolean {
  return phase === 'connected';
}
