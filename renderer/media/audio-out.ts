import { chooseDevice, findChosen, realDevices } from '#shared/media/device-choice.ts';
import type { PlayedOn } from '#shared/media/media.ts';
import type { DeviceChoice } from '#shared/settings/settings.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import type { Devices } from './devices.ts';

export type OutletName = 'speaker' | 'ringer';
export type OutletChoices = Readonly<Record<OutletName, DeviceChoice>>;

/** What uses the device of an outlet. */
export interface Routed {
  /** @param sink the device from now on; the empty one follows the system's default by itself */
  route(sink: string): void;
}

/** Every audio element of the window, each on the device that is chosen for its outlet and follows it while it plays. */
export class AudioOut {
  readonly #devices: Devices;
  readonly #playing = new Set<Playback>();
  readonly #followers = new Map<Routed, OutletName>();
  #choices: OutletChoices = { speaker: null, ringer: null };
  #following: Disposable | undefined;

  constructor(devices: Devices) {
    this.#devices = devices;
  }

  get count(): number {
    return this.#playing.size;
  }

  start(): void {
    this.#following = this.#devices.onChanged(() => this.#reroute());
  }

  configure(choices: OutletChoices): void {
    this.#choices = choices;
    this.#reroute();
  }

  /** Plays a stream until the result is disposed. */
  play(stream: MediaStream, outlet: OutletName, volume = 1): Playback {
    const playback = new Playback(stream, outlet, volume, () => this.#playing.delete(playback));
    this.#playing.add(playback);
    playback.route(this.sinkOf(outlet));
    return playback;
  }

  /** The device of an outlet now; the empty one follows the system's default by itself. */
  sinkOf(outlet: OutletName): string {
    const chosen = chooseDevice(this.#devices.outputs, this.#choices[outlet]);
    return chosen === undefined || chosen.id === 'default' ? '' : chosen.id;
  }

  /** Where a playback is heard, once its device has taken or refused it. */
  async placeOf(playback: Playback): Promise<PlayedOn> {
    const sink = await playback.settled;
    const { outputs } = this.#devices;
    const choice = this.#choices[playback.outlet];
    const replaced = choice !== null && findChosen(realDevices(outputs), choice)?.id !== sink;
    if (outputs.length === 0) return { device: null, replaced };
    const label = sink === '' ? '' : (outputs.find(({ deviceId }) => deviceId === sink)?.label ?? '');
    return { device: label, replaced };
  }

  /** Tells `follower` the device of an outlet whenever it changes. */
  follow(outlet: OutletName, follower: Routed): Disposable {
    this.#followers.set(follower, outlet);
    return toDisposable(() => this.#followers.delete(follower));
  }

  dispose(): void {
    this.#following?.dispose();
    for (const playback of [...this.#playing]) playback.dispose();
  }

  #reroute(): void {
    for (const playback of this.#playing) playback.route(this.sinkOf(playback.outlet));
    for (const [follower, outlet] of this.#followers) follower.route(this.sinkOf(outlet));
  }
}

/** One stream in one audio element. Chromium decodes and measures what comes in only while an element plays it. */
export class Playback implements Routed, Disposable {
  readonly outlet: OutletName;
  readonly #stream: MediaStream;
  readonly #volume: number;
  readonly #onDisposed: () => void;
  #element: HTMLAudioElement | undefined;
  #sink = '';
  #routing: Promise<void> = Promise.resolve();
  #muted = false;

  constructor(stream: MediaStream, outlet: OutletName, volume: number, onDisposed: () => void) {
    this.outlet = outlet;
    this.#stream = stream;
    this.#volume = volume;
    this.#onDisposed = onDisposed;
  }

  /** The device that it plays on, when none is being tried any more. */
  get settled(): Promise<string> {
    return this.#routing.then(() => this.#element?.sinkId ?? '');
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (this.#element !== undefined) this.#element.muted = muted;
  }

  /** Puts the sound on a device. Where the device refuses, a fresh element takes the system's default: a refusing one stays mute. */
  route(sink: string): void {
    if (this.#element !== undefined && sink === this.#sink) return;
    this.#sink = sink;
    const element = this.#element ?? this.#replaceElement();
    if (sink === element.sinkId) return;
    this.#routing = element.setSinkId(sink).catch(() => {
      if (this.#element !== element) return;
      // remembered as it was asked for, so that the same refusal is not provoked again before something changes
      this.#replaceElement();
    });
  }

  dispose(): void {
    if (this.#element === undefined) return;
    this.#drop(this.#element);
    this.#element = undefined;
    this.#onDisposed();
  }

  #replaceElement(): HTMLAudioElement {
    if (this.#element !== undefined) this.#drop(this.#element);
    const element = new Audio();
    element.volume = this.#volume;
    element.muted = this.#muted;
    element.srcObject = this.#stream;
    this.#element = element;
    // rejects only when the element is dropped before it began
    element.play().catch(() => undefined);
    return element;
  }

  #drop(element: HTMLAudioElement): void {
    element.pause();
    element.srcObject = null;
  }
}
