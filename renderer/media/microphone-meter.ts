import type { AppError } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Microphone, MicrophoneUser } from './microphone.ts';
import { probeLevel } from './tone-probe.ts';

const listenMs = 80;
/** The microphone stays open this long after the last question, so that a moving bar does not open it for each step. */
const lingerMs = 1_500;

/** The level of the chosen microphone outside of calls, for the settings page. */
export class MicrophoneMeter implements MicrophoneUser {
  readonly #microphone: Microphone;
  #use: Disposable | undefined;
  #opening: Promise<void> = Promise.resolve();
  #track: MediaStreamTrack | undefined;
  #error: AppError | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(microphone: Microphone) {
    this.#microphone = microphone;
  }

  /** 0 to 1. @throws AppError when the microphone cannot be opened */
  async level(): Promise<number> {
    clearTimeout(this.#linger);
    if (this.#use === undefined) {
      const { use, opened } = this.#microphone.use(this);
      this.#use = use;
      this.#opening = opened;
    }
    await this.#opening;
    try {
      if (this.#error !== undefined) throw this.#error;
      return this.#track === undefined ? 0 : await probeLevel(this.#track, listenMs);
    } finally {
      clearTimeout(this.#linger);
      this.#linger = setTimeout(() => this.dispose(), this.#error === undefined ? lingerMs : 0);
    }
  }

  onTrack(track: MediaStreamTrack): void {
    this.#track?.stop();
    this.#track = track;
    this.#error = undefined;
  }

  onFailed(error: AppError): void {
    this.#error = error;
  }

  dispose(): void {
    clearTimeout(this.#linger);
    this.#use?.dispose();
    this.#use = undefined;
    this.#track?.stop();
    this.#track = undefined;
    this.#error = undefined;
  }
}
