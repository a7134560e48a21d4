import { AppError } from '#shared/errors/app-error.ts';
import { chooseDevice, type ChosenDevice } from '#shared/media/device-choice.ts';
import type { AudioSettings } from '#shared/settings/settings.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import type { Devices } from './devices.ts';

/** Who wants to be heard. */
export interface MicrophoneUser {
  /** A track of its own, to be stopped by the user when it is replaced or no longer wanted. */
  onTrack(track: MediaStreamTrack): void;
  onFailed(error: AppError): void;
}

interface Capture {
  readonly track: MediaStreamTrack;
  /** Device and processing; another identity means open anew. */
  readonly identity: string;
}

/**
 * The chosen microphone, opened once for all who use it and closed with the last. It follows the choice, the settings and
 * the hardware: users get a new track and nothing else changes for them.
 */
export class Microphone {
  readonly #devices: Devices;
  readonly #source: MediaDevices;
  readonly #users = new Set<MicrophoneUser>();
  #settings: AudioSettings | undefined;
  #capture: Capture | undefined;
  #following: Disposable | undefined;
  #refreshing: Promise<void> | undefined;
  #stale = false;

  constructor(devices: Devices, source: MediaDevices) {
    this.#devices = devices;
    this.#source = source;
  }

  /** Open captures: 0 or 1. */
  get count(): number {
    return this.#capture === undefined ? 0 : 1;
  }

  start(): void {
    this.#following = this.#devices.onChanged(() => void this.#refresh());
  }

  configure(settings: AudioSettings): void {
    this.#settings = settings;
    void this.#refresh();
  }

  /**
   * Takes part. The first answer, track or failure, has come when `opened` resolves.
   * Disposing `use` ends the part; the last one closes the microphone.
   */
  use(user: MicrophoneUser): { readonly use: Disposable; readonly opened: Promise<void> } {
    this.#users.add(user);
    const use = toDisposable(() => {
      this.#users.delete(user);
      if (this.#users.size === 0) this.#close();
    });
    if (this.#capture !== undefined && this.#capture.track.readyState === 'live' && this.#refreshing === undefined) {
      user.onTrack(this.#capture.track.clone());
      return { use, opened: Promise.resolve() };
    }
    return { use, opened: this.#refresh() };
  }

  /** Opens the microphone anew although nothing seems to have changed: it has gone silent. */
  reopen(): Promise<void> {
    this.#close();
    return this.#refresh();
  }

  dispose(): void {
    this.#following?.dispose();
    this.#users.clear();
    this.#close();
  }

  /** One refresh at a time; a request during one makes it go round once more. */
  #refresh(): Promise<void> {
    this.#stale = true;
    this.#refreshing ??= this.#refreshUntilFresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshUntilFresh(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      if (this.#users.size > 0) await this.#openChosen();
    }
  }

  async #openChosen(): Promise<void> {
    const settings = this.#settings;
    const device = chooseDevice(this.#devices.inputs, settings?.microphone ?? null);
    const identity = identityOf(device, settings);
    if (this.#capture?.identity === identity && this.#capture.track.readyState === 'live') return;
    try {
      if (device === undefined) throw new AppError('microphone-missing');
      const track = await this.#open(device, settings);
      if (this.#users.size === 0) {
        track.stop();
        return;
      }
      this.#close();
      this.#capture = { track, identity };
      // Chromium does not always tell this; a device change or the silence watch finds the other cases
      track.addEventListener('ended', () => void this.#devices.refresh());
      for (const user of [...this.#users]) user.onTrack(track.clone());
    } catch (error) {
      this.#close();
      const failure = error instanceof AppError ? error : microphoneError(error);
      for (const user of [...this.#users]) user.onFailed(failure);
    }
  }

  #open(device: ChosenDevice, settings: AudioSettings | undefined): Promise<MediaStreamTrack> {
    return openMicrophone(this.#source, device, {
      echoCancellation: settings?.echoCancellation ?? true,
      noiseSuppression: settings?.noiseSuppression ?? true,
      autoGainControl: settings?.autoGainControl ?? false,
    });
  }

  #close(): void {
    this.#capture?.track.stop();
    this.#capture = undefined;
  }
}

function identityOf(device: ChosenDevice | undefined, settings: AudioSettings | undefined): string {
  return JSON.stringify([device?.identity, settings?.echoCancellation, settings?.noiseSuppression, settings?.autoGainControl]);
}

/** What Chromium does to the sound of a microphone. */
export type Processing = Pick<AudioSettings, 'echoCancellation' | 'noiseSuppression' | 'autoGainControl'>;

/** @throws DOMException of getUserMedia, which `microphoneError` sorts */
export async function openMicrophone(source: MediaDevices, device: ChosenDevice, processing: Processing): Promise<MediaStreamTrack> {
  const stream = await source.getUserMedia({ audio: { deviceId: { exact: device.id }, channelCount: 1, ...processing } });
  const [track] = stream.getAudioTracks();
  if (track === undefined) throw new AppError('microphone-missing');
  return track;
}

/** The names are those of getUserMedia (Media Capture and Streams, section 10.3.1). */
export function microphoneError(error: unknown): AppError {
  const name = error instanceof DOMException ? error.name : '';
  const details = { reason: error instanceof Error ? `${name}: ${error.message}` : String(error) };
  switch (name) {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new AppError('microphone-missing', { details, cause: error });
    case 'NotAllowedError':
    case 'SecurityError':
      return new AppError('microphone-refused', { details, cause: error });
    case 'NotReadableError':
    case 'AbortError':
      return new AppError('microphone-in-use', { details, cause: error });
    default:
      return new AppError('media-failed', { details, cause: error });
  }
}
