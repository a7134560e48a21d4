import { AppError, type ErrorReport } from '#shared/errors/app-error.ts';
import type { EventValue, Params, RequestName, Result } from '#shared/ipc/contract.ts';
import type { ConferenceMember, IceConfiguration, IceTrial, MediaContract, SoundTrial } from '#shared/ipc/media-contract.ts';
import { cutTimesMs, gatheringCuts } from '#shared/media/gathering.ts';
import type { MediaStats, OfferOptions, PlayedOn, ToneProbe } from '#shared/media/media.ts';
import { tonePlans } from '#shared/media/tone-plan.ts';
import type { Clock } from '#shared/util/clock.ts';
import { DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaChannel } from './media-channel.ts';
import { MediaLink } from './media-link.ts';
import type { MediaPort, ToneName } from './media-port.ts';
import { WindowKeeper } from './window-keeper.ts';

/** A reply takes milliseconds; opening a microphone may wait for the system's question to the person. */
const replyTimeoutMs = 10_000;
const startAudioTimeoutMs = 60_000;
/** Of the time for a trial of ICE, what gathering may take; the rest is for connecting. */
const gatheringShare = 0.6;
/** What a trial that is told to end may take for its answer. */
const trialGraceMs = 1_000;

export interface MediaServiceOptions {
  readonly channel: MediaChannel;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The media window as main uses it; owns its life, its gathering deadlines and what it must be told after a rebuild. */
export class MediaService implements MediaPort {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #link: MediaLink;
  readonly #keeper: WindowKeeper;
  readonly #subscriptions = new DisposableStore();
  readonly #lost = new Emitter<{ readonly peers: readonly string[] }>();
  readonly #peers = new Set<string>();
  /** Wanted while the window was not there yet. */
  readonly #waiting = new Set<string>();
  /** Those that play until they are stopped: ringing goes on in a rebuilt window. */
  readonly #tones = new Map<string, { readonly tone: ToneName; readonly volume: number }>();
  readonly #recordings = new Set<string>();
  readonly #recordingFailed = new Emitter<{ readonly recording: string; readonly error: ErrorReport }>();
  readonly #tonePlaying = new Emitter<{ readonly id: string } & PlayedOn>();
  #configuration: Params<MediaContract, 'configure'> | undefined;
  #lastCheck = 0;

  readonly onLost = this.#lost.event;
  readonly onTonePlaying = this.#tonePlaying.event;
  readonly onRecordingFailed = this.#recordingFailed.event;
  readonly onReadyChanged;
  readonly onPeerState;
  readonly onDevicesChanged;
  readonly onMicrophoneFailed;
  readonly onMicrophoneRecovered;
  readonly onRecordingData;

  constructor({ channel, clock, logger }: MediaServiceOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.#link = new MediaLink({ channel, clock, logger });
    this.#keeper = new WindowKeeper({ channel, link: this.#link, clock, logger });
    this.onReadyChanged = this.#keeper.onReadyChanged;
    this.onPeerState = this.#link.on('peer-state');
    this.onDevicesChanged = this.#link.on('devices-changed');
    this.onMicrophoneFailed = this.#link.on('microphone-failed');
    this.onMicrophoneRecovered = this.#link.on('microphone-recovered');
    this.onRecordingData = this.#link.on('recording-data');
  }

  get ready(): boolean {
    return this.#keeper.ready;
  }

  start(): Promise<void> {
    this.#link.start();
    this.#subscriptions.add(this.#link.on('recording-failed')(({ recording, error }) => this.#failRecording(recording, error)));
    this.#subscriptions.add(this.#keeper.onReadyChanged((ready) => (ready ? this.#restore() : this.#forget())));
    this.#keeper.start();
    return this.#keeper.whenReady();
  }

  configure(configuration: Params<MediaContract, 'configure'>): void {
    this.#configuration = configuration;
    if (this.ready) this.#tell('configure', configuration);
  }

  /** The network changed or came back: candidates gathered before are worth nothing. */
  renewWarmPeer(): void {
    if (this.ready) this.#tell('renew-warm-peer', {});
  }

  createOffer(peer: string, options: OfferOptions): Promise<string> {
    return this.#describe(peer, 'create-offer', { peer, ...options });
  }

  createAnswer(peer: string, offer: string, options: { readonly hold: boolean }): Promise<string> {
    return this.#describe(peer, 'create-answer', { peer, offer, ...options });
  }

  async applyAnswer(peer: string, sdp: string, { provisional }: { readonly provisional: boolean }): Promise<void> {
    await this.#ask('apply-answer', { peer, sdp, provisional });
  }

  async rollback(peer: string): Promise<void> {
    await this.#ask('rollback', { peer });
  }

  async startAudio(peer: string): Promise<void> {
    await this.#ask('start-audio', { peer }, startAudioTimeoutMs);
  }

  async setMuted(peer: string, muted: boolean): Promise<void> {
    await this.#ask('set-muted', { peer, muted });
  }

  async sendDtmf(peer: string, digits: string): Promise<void> {
    await this.#ask('send-dtmf', { peer, digits });
  }

  closePeer(peer: string): void {
    this.#waiting.delete(peer);
    if (!this.#peers.delete(peer)) return;
    this.#watch();
    if (this.ready) this.#tell('close', { peer });
  }

  async setConference(members: readonly ConferenceMember[]): Promise<void> {
    // nothing is mixed in a window that is not there
    if (!this.ready && members.length < 2) return;
    await this.#ask('set-conference', { members: [...members] });
  }

  async startRecording(recording: string, peer: string, { tone }: { readonly tone: boolean }): Promise<void> {
    await this.#ask('start-recording', { recording, peer, tone });
    this.#recordings.add(recording);
    this.#watch();
  }

  async stopRecording(recording: string): Promise<void> {
    if (!this.#recordings.has(recording)) return;
    try {
      await this.#ask('stop-recording', { recording });
    } catch (error) {
      // a window that was lost meanwhile has told the end of its recordings
      if (this.#recordings.has(recording)) throw error;
    } finally {
      this.#recordings.delete(recording);
      this.#watch();
    }
  }

  stats(peer: string): Promise<MediaStats> {
    return this.#ask('stats', { peer });
  }

  async reopenAudio(peer: string): Promise<void> {
    await this.#ask('reopen-audio', { peer }, startAudioTimeoutMs);
  }

  async checkIce(
    ice: IceConfiguration,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<IceTrial> {
    await this.#keeper.whenReady();
    const check = `check-${++this.#lastCheck}`;
    const end = (stage: 'gathering' | 'all'): void => this.#tell('end-check-ice', { check, stage });
    const giveUp = (): void => end('all');
    const trial = this.#link.request('check-ice', { check, ice }, timeoutMs + trialGraceMs);
    const deadlines = new DisposableStore();
    deadlines.add(this.#clock.schedule(timeoutMs * gatheringShare, () => end('gathering')));
    deadlines.add(this.#clock.schedule(timeoutMs, giveUp));
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted === true) giveUp();
    try {
      return await trial;
    } finally {
      deadlines.dispose();
      signal?.removeEventListener('abort', giveUp);
    }
  }

  checkSound(): Promise<SoundTrial> {
    return this.#ask('check-sound', {}, startAudioTimeoutMs);
  }

  probeTone(peer: string, direction: 'inbound' | 'outbound', durationMs: number): Promise<ToneProbe> {
    return this.#ask('probe-tone', { peer, direction, durationMs }, durationMs + replyTimeoutMs);
  }

  startTone(id: string, tone: ToneName, volume: number): void {
    if (tonePlans[tone].loop) this.#tones.set(id, { tone, volume });
    if (this.ready) this.#startTone({ id, tone, volume });
  }

  stopTone(id: string): void {
    this.#tones.delete(id);
    if (this.ready) this.#tell('stop-tone', { id });
  }

  async microphoneLevel(): Promise<number> {
    return (await this.#ask('microphone-level', {}, startAudioTimeoutMs)).level;
  }

  listDevices(): Promise<EventValue<MediaContract, 'devices-changed'>> {
    return this.#ask('list-devices', {});
  }

  inventory(): Promise<Result<MediaContract, 'inventory'>> {
    return this.#ask('inventory', {});
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#keeper.dispose();
    this.#link.dispose();
    this.#lost.dispose();
    this.#recordingFailed.dispose();
    this.#tonePlaying.dispose();
  }

  /** A description leaves when its candidates are gathered, or when the deadlines cut it. */
  async #describe<N extends 'create-offer' | 'create-answer'>(peer: string, name: N, params: Params<MediaContract, N>): Promise<string> {
    if (!this.ready) {
      // the call may be over before the window is there: its peer must not be made then
      this.#waiting.add(peer);
      await this.#keeper.whenReady();
      if (!this.#waiting.delete(peer)) throw new AppError('media-failed', { details: { reason: 'closed' } });
    }
    this.#peers.add(peer);
    this.#watch();
    const cuts = new DisposableStore();
    for (const cut of gatheringCuts) {
      const deadline = this.#clock.schedule(cutTimesMs[cut], () => {
        if (this.#peers.has(peer)) this.#tell('cut-gathering', { peer, cut });
      });
      cuts.add(deadline);
    }
    try {
      return (await this.#link.request(name, params, replyTimeoutMs)).sdp;
    } finally {
      cuts.dispose();
    }
  }

  async #ask<N extends RequestName<MediaContract>>(
    name: N,
    params: Params<MediaContract, N>,
    timeoutMs = replyTimeoutMs,
  ): Promise<Result<MediaContract, N>> {
    await this.#keeper.whenReady();
    return this.#link.request(name, params, timeoutMs);
  }

  /** For requests whose failure changes nothing for the caller. */
  #tell<N extends RequestName<MediaContract>>(
    name: N,
    params: Params<MediaContract, N>,
    then: (result: Result<MediaContract, N>) => void = () => undefined,
  ): void {
    this.#link.request(name, params, replyTimeoutMs).then(then, (error: unknown) => {
      const code = error instanceof AppError ? error.code : 'internal';
      this.#logger.warn('The media window refused', { request: name, code });
    });
  }

  #startTone(order: Params<MediaContract, 'start-tone'>): void {
    this.#tell('start-tone', order, (playedOn) => this.#tonePlaying.fire({ id: order.id, ...playedOn }));
  }

  #restore(): void {
    if (this.#configuration !== undefined) this.#tell('configure', this.#configuration);
    for (const [id, tone] of this.#tones) this.#startTone({ id, ...tone });
  }

  #forget(): void {
    const peers = [...this.#peers];
    this.#peers.clear();
    for (const recording of [...this.#recordings])
      this.#failRecording(recording, new AppError('recording-failed', { details: { reason: 'the media window was lost' } }).toReport());
    this.#watch();
    if (peers.length > 0) this.#lost.fire({ peers });
  }

  #failRecording(recording: string, error: ErrorReport): void {
    if (!this.#recordings.delete(recording)) return;
    this.#watch();
    this.#recordingFailed.fire({ recording, error });
  }

  /** A window that hangs is looked for while it has work. */
  #watch(): void {
    this.#keeper.watch(this.#peers.size > 0 || this.#recordings.size > 0);
  }
}
