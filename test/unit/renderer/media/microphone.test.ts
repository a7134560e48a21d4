import { describe, expect, it } from 'vitest';
import { Microphone, microphoneError, type MicrophoneUser } from '#renderer/media/microphone.ts';
import type { AppError } from '#shared/errors/app-error.ts';
import { type AudioSettings, defaultSettings } from '#shared/settings/settings.ts';
import { devicesOf, FakeMediaDevices, settle } from './fake-devices.ts';

class User implements MicrophoneUser {
  readonly tracks: MediaStreamTrack[] = [];
  readonly errors: string[] = [];

  onTrack(track: MediaStreamTrack): void {
    this.tracks.at(-1)?.stop();
    this.tracks.push(track);
  }

  onFailed(error: AppError): void {
    this.errors.push(error.code);
  }
}

async function plugged(...inputs: string[]) {
  const media = new FakeMediaDevices(...inputs);
  const microphone = new Microphone(await devicesOf(media), media.asMediaDevices);
  microphone.start();
  const configure = (change: Partial<AudioSettings> = {}): void => microphone.configure({ ...defaultSettings.audio, ...change });
  configure();
  return { media, microphone, configure };
}

describe('a microphone', () => {
  it('is opened once for all and closed with the last', async () => {
    const { media, microphone } = await plugged('desk');
    const [first, second] = [new User(), new User()];
    const uses = [microphone.use(first), microphone.use(second)];
    await Promise.all(uses.map(({ opened }) => opened));
    expect(media.live).toEqual(['default']);
    expect([first.tracks.length, second.tracks.length]).toEqual([1, 1]);
    expect(first.tracks[0]).not.toBe(second.tracks[0]);
    uses[0]?.use.dispose();
    expect(microphone.count).toBe(1);
    uses[1]?.use.dispose();
    expect(microphone.count).toBe(0);
    expect(media.live).toEqual([]);
  });

  it('follows the choice and the settings, and nothing else', async () => {
    const { media, microphone, configure } = await plugged('desk', 'headset');
    const user = new User();
    await microphone.use(user).opened;
    configure({ ringVolume: 0.1 });
    await settle();
    expect(user.tracks).toHaveLength(1);
    configure({ microphone: { id: 'headset', label: 'headset' } });
    await settle();
    expect(media.live).toEqual(['headset']);
    configure({ microphone: { id: 'headset', label: 'headset' }, autoGainControl: true });
    await settle();
    expect(user.tracks).toHaveLength(3);
    expect(media.live).toEqual(['headset']);
  });

  it('that is unplugged gives way to the next, and comes back', async () => {
    const { media, microphone, configure } = await plugged('desk', 'headset');
    configure({ microphone: { id: 'headset', label: 'headset' } });
    const user = new User();
    await microphone.use(user).opened;
    media.plug('desk');
    await settle();
    expect(media.live).toEqual(['default']);
    media.plug('desk', 'headset');
    await settle();
    expect(media.live).toEqual(['headset']);
    expect(user.errors).toEqual([]);
  });

  it('that ends by itself is opened anew', async () => {
    const { media, microphone } = await plugged('desk');
    const user = new User();
    await microphone.use(user).opened;
    media.opened[0]?.end();
    await settle();
    expect(media.live).toEqual(['default']);
    expect(user.tracks).toHaveLength(2);
  });

  it('that is missing is told, and serves when it comes', async () => {
    const { media, microphone } = await plugged();
    const user = new User();
    await microphone.use(user).opened;
    expect(user.errors).toEqual(['microphone-missing']);
    media.plug('headset');
    await settle();
    expect(user.tracks).toHaveLength(1);
  });

  it('let go while it opens does not stay open', async () => {
    const { media, microphone } = await plugged('desk');
    const { use, opened } = microphone.use(new User());
    use.dispose();
    await opened;
    expect(media.live).toEqual([]);
    expect(microphone.count).toBe(0);
  });
});

it.each([
  ['NotFoundError', 'microphone-missing'],
  ['OverconstrainedError', 'microphone-missing'],
  ['NotAllowedError', 'microphone-refused'],
  ['SecurityError', 'microphone-refused'],
  ['NotReadableError', 'microphone-in-use'],
  ['AbortError', 'microphone-in-use'],
  ['TypeError', 'media-failed'],
])('%s is told as %s', (name, code) => {
  expect(microphoneError(new DOMException('why', name))).toMatchObject({ code, details: { reason: `${name}: why` } });
});
