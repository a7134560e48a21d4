import type { AppError } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { AudioOut, Playback } from './audio-out.ts';
import type { Microphone, MicrophoneUser } from './microphone.ts';

/** Both directions of sound of one call: the sender's track and the element that plays the far end. */
export class CallAudio implements MicrophoneUser {
  readonly #microphone: Microphone;
  readonly #out: AudioOut;
  readonly #failed = new Emitter<AppError>();
  readonly #recovered = new Emitter<void>();
  #transceiver: RTCRtpTransceiver | undefined;
  #use: Disposable | undefined;
  #playback: Playback | undefined;
  #track: MediaStreamTrack | undefined;
  #started = false;
  #muted = false;
  #held = false;
  #failing = false;

  readonly onMicrophoneFailed = this.#failed.event;
  /** After a failure only. */
  readonly onMicrophoneRecovered = this.#recovered.event;

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

  get dtmf(): RTCDTMFSender | null {
    return this.#transceiver?.sender.dtmf ?? null;
  }

  /** Whether the microphone is open and neither mute nor hold silences it. */
  get isSpeaking(): boolean {
    return this.#track?.enabled === true;
  }

  reopenMicrophone(): void {
    void this.#microphone.reopen();
  }

  bind(transceiver: RTCRtpTransceiver): void {
    this.#transceiver = transceiver;
    if (this.#started) this.#playHeard();
  }

  /** Opens microphone and speaker; resolves when the microphone is open or has failed. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#playHeard();
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
    this.#held = held;
    this.#gate();
  }

  onTrack(track: MediaStreamTrack): void {
    const before = this.#track;
    this.#track = track;
    this.#gate();
    // rejects only when the connection was closed meanwhile
    this.#transceiver?.sender.replaceTrack(track).catch(() => undefined);
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
  }

  #playHeard(): void {
    const track = this.heardTrack;
    if (track === null || this.#playback !== undefined) return;
    // a stream of our own: when the far end holds, Chromium takes the track out of its stream, and the element would end
    this.#playback = this.#out.play(new MediaStream([track]), 'speaker');
    this.#gate();
  }

  #gate(): void {
    if (this.#track !== undefined) this.#track.enabled = !this.#muted && !this.#held;
    this.#playback?.setMuted(this.#held);
  }
}
