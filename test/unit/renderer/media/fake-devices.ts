import { Devices } from '#renderer/media/devices.ts';

/** A track that knows its clones. */
export class FakeTrack extends EventTarget {
  readonly kind = 'audio';
  readonly clones: FakeTrack[] = [];
  readonly deviceId: string;
  enabled = true;
  readyState: 'live' | 'ended' = 'live';

  constructor(deviceId: string) {
    super();
    this.deviceId = deviceId;
  }

  clone(): FakeTrack {
    const clone = new FakeTrack(this.deviceId);
    this.clones.push(clone);
    return clone;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The hardware went away. */
  end(): void {
    this.stop();
    this.dispatchEvent(new Event('ended'));
  }
}

/** navigator.mediaDevices of a computer whose hardware the test changes. */
export class FakeMediaDevices extends EventTarget {
  readonly opened: FakeTrack[] = [];
  devices: { kind: string; deviceId: string; label: string; groupId: string }[] = [];
  /** What the next attempts to open a microphone fail with. */
  failure: DOMException | undefined;

  constructor(...inputs: string[]) {
    super();
    this.plug(...inputs);
  }

  /** Exactly these microphones are there from now on; the first is the default. */
  plug(...inputs: string[]): void {
    const named = inputs.map((name) => ({ kind: 'audioinput', deviceId: name, label: name, groupId: name }));
    const [first] = named;
    this.devices = first === undefined ? [] : [{ ...first, deviceId: 'default', label: `Default - ${first.label}` }, ...named];
    this.dispatchEvent(new Event('devicechange'));
  }

  enumerateDevices(): Promise<unknown[]> {
    return Promise.resolve(this.devices);
  }

  getUserMedia({ audio }: { audio: { deviceId: { exact: string } } }): Promise<unknown> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const track = new FakeTrack(audio.deviceId.exact);
    this.opened.push(track);
    return Promise.resolve({ getAudioTracks: () => [track] });
  }

  /** The microphones that are open, by id. */
  get live(): string[] {
    return this.opened.filter(({ readyState }) => readyState === 'live').map(({ deviceId }) => deviceId);
  }

  /** As the code under test takes it. */
  get asMediaDevices(): MediaDevices {
    return this as unknown as MediaDevices;
  }
}

/** Started devices of a fake computer. */
export async function devicesOf(media: FakeMediaDevices): Promise<Devices> {
  const devices = new Devices(media.asMediaDevices);
  await devices.start();
  return devices;
}

/** Lets everything settle that needs no input. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
