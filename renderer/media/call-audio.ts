import type { AppError } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { AudioOut, Playback } from './audio-out.ts';
import type { Microphone, MicrophoneUser } from './microphone.ts';

/** What a call is sent in place of its bare microphone. */
export interface Mixture {
  readonly track: MediaStreamTrack;
  /** Root mean square of the microphone's part of late, 0 to 1. */
  microphoneLevel(): number;
}

/** Both directions of sound of one call: the sender's track and the element that plays the far end. */
export class CallAudio implements MicrophoneUser {
  readonly #microphone: Microphone;
  readonly #out: AudioOut;
  readonly #failed = new Emitter<AppError>();
  readonly #recovered = new Emitter<void>();
  readonly #changed = new Emitter<void>();
  #transceiver: RTCRtpTransceiver | undefined;
  #use: Disposable | undefined;
  #playback: Playback | undefined;
  #played: MediaStreamTrack | undefined;
  #track: MediaStreamTrack | undefined;
  #mixture: Mixture | null = null;
  #started = false;
  #muted = false;
  #held = false;
  #heldByFarEnd = false;
  #failing = false;

  readonly onMicrophoneFailed = this.#failed.event;
  /** After a failure only. */
  readonly onMicrophoneRecovered = this.#recovered.event;
  /** Its tracks or who holds it are others now. */
  readonly onChanged = this.#changed.event;

  constructor(microphone: Microphone, out: AudioOut) {
    this.#microphone = microphone;
    this.#out = out;
  }

  get sentTrack(): MediaStreamTrack | null {
    return this.#transceiver?.sender.track ?? null;
  }

  get heardTrack(): MediaStreamTrack | null {
    return this.#transceiver?.receiver.track ?? null;
  }

  /** The microphone as this call has it, silent while muted or held; undefined until it is open. */
  get microphoneTrack(): MediaStreamTrack | undefined {
    return this.#track;
  }

  get held(): boolean {
    return this.#held;
  }

  get heldByFarEnd(): boolean {
    return this.#heldByFarEnd;
  }

  /** Of late, where the statistics cannot tell it because others are in what is sent; 0 to 1. */
  get microphoneLevel(): number | null {
    return this.#mixture?.microphoneLevel() ?? null;
  }

  get dtmf(): RTCDTMFSender | null {
    return this.#transceiver?.sender.dtmf ?? null;
  }

  /** Whether the microphone is open and neither mute nor hold silences it. */
  get isSpeaking(): boolean {
    return this.#track?.enabled === true;
  }

  reopenMicrophone(): Promise<void> {
    return this.#microphone.reopen();
  }

  /** Opens the microphone anew, for all who use it, and plays the far end in a fresh element; resolves when both are done. */
  async reopen(): Promise<void> {
    if (!this.#started) return;
    this.#played = undefined;
    this.#playHeard();
    await this.reopenMicrophone();
    await this.#attach();
  }

  bind(transceiver: RTCRtpTransceiver): void {
    this.#transceiver = transceiver;
    void prioritize(transceiver.sender);
    void this.#attach();
    if (this.#started) this.#playHeard();
    this.#changed.fire();
  }

  /** Opens microphone and speaker; resolves when the microphone is open or has failed. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#playHeard();
    this.#changed.fire();
    const { use, opened } = this.#microphone.use(this);
    this.#use = use;
    await opened;
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#gate();
  }

  /** Held by us: nobody hears anybody. Held by the far end is not this: its music plays. */
  setHeld(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    this.#gate();
    this.#changed.fire();
  }

  setHeldByFarEnd(held: boolean): void {
    if (this.#heldByFarEnd === held) return;
    this.#heldByFarEnd = held;
    this.#changed.fire();
  }

  /** Sends a mixture from now on, or the bare microphone again (`null`). Resolves when it does; nothing is renegotiated. */
  sendMixture(mixture: Mixture | null): Promise<void> {
    this.#mixture = mixture;
    return this.#attach();
  }

  onTrack(track: MediaStreamTrack): void {
    const before = this.#track;
    this.#track = track;
    this.#gate();
    if (this.#mixture === null) void this.#attach();
    // whoever mixes lets go of the track before it ends
    this.#changed.fire();
    before?.stop();
    if (this.#failing) this.#recovered.fire();
    this.#failing = false;
  }

  onFailed(error: AppError): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#failed.fire(error);
  }

  dispose(): void {
    this.#use?.dispose();
    this.#playback?.dispose();
    this.#track?.stop();
    this.#failed.dispose();
    this.#recovered.dispose();
    this.#changed.dispose();
  }

  async #attach(): Promise<void> {
    const track = this.#mixture?.track ?? this.#track;
    if (track === undefined) return;
    // rejects only when the connection was closed meanwhile
    await this.#transceiver?.sender.replaceTrack(track).catch(() => undefined);
  }

  #playHeard(): void {
    const track = this.heardTrack;
    if (track === null || track === this.#played) return;
    this.#played = track;
    this.#playback?.dispose();
    // a stream of our own: when the far end holds, Chromium takes the track out of its stream, and the element would end
    this.#playback = this.#out.play(new MediaStream([track]), 'speaker');
    this.#gate();
  }

  #gate(): void {
    if (this.#track !== undefined) this.#track.enabled = !this.#muted && !this.#held;
    this.#playback?.setMuted(this.#held);
  }
}

/** Packets are marked as voice, DSCP EF (RFC 8837): routers that know it let them pass first. */
async function prioritize(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.networkPriority = 'high';
  // rejects only when the connection was closed meanwhile
  await sender.setParameters(parameters).catch(() => undefined);
}
