import { realDevices, type ListedDevice } from '#shared/media/device-choice.ts';
import type { DeviceList } from '#shared/media/media.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** The microphones and speakers of the computer, as they are now. */
export class Devices {
  readonly #source: MediaDevices;
  readonly #changed = new Emitter<DeviceList>();
  readonly #onDeviceChange = (): void => void this.refresh();
  #inputs: readonly ListedDevice[] = [];
  #outputs: readonly ListedDevice[] = [];
  #round = 0;

  /** Fired after the lists have changed. */
  readonly onChanged = this.#changed.event;

  constructor(source: MediaDevices) {
    this.#source = source;
  }

  /** With Chromium's pseudo devices (`default`). */
  get inputs(): readonly ListedDevice[] {
    return this.#inputs;
  }

  get outputs(): readonly ListedDevice[] {
    return this.#outputs;
  }

  async start(): Promise<void> {
    this.#source.addEventListener('devicechange', this.#onDeviceChange);
    await this.refresh();
  }

  /** Reads the lists again and tells whoever follows them, also when they look the same: hardware may hide behind a name. */
  async refresh(): Promise<void> {
    const round = ++this.#round;
    const listed = await this.#source.enumerateDevices().catch(() => []);
    if (round !== this.#round) return;
    this.#inputs = listed.filter(({ kind }) => kind === 'audioinput');
    this.#outputs = listed.filter(({ kind }) => kind === 'audiooutput');
    this.#changed.fire(this.list());
  }

  /** What people choose from. */
  list(): DeviceList {
    return { inputs: realDevices(this.#inputs), outputs: realDevices(this.#outputs) };
  }

  dispose(): void {
    this.#source.removeEventListener('devicechange', this.#onDeviceChange);
    this.#changed.dispose();
  }
}
