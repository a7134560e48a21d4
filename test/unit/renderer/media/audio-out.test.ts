import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AudioOut } from '#renderer/media/audio-out.ts';
import { devicesOf, FakeMediaDevices, settle } from './fake-devices.ts';

class FakeAudio {
  static made: FakeAudio[] = [];
  static refuse = new Set<string>();
  sinkId = '';
  srcObject: unknown = null;
  volume = 1;
  muted = false;
  playing = false;

  constructor() {
    FakeAudio.made.push(this);
  }

  play(): Promise<void> {
    this.playing = true;
    return Promise.resolve();
  }

  pause(): void {
    this.playing = false;
  }

  setSinkId(sink: string): Promise<void> {
    if (FakeAudio.refuse.has(sink)) return Promise.reject(new DOMException('gone', 'AbortError'));
    this.sinkId = sink;
    return Promise.resolve();
  }
}

beforeEach(() => {
  FakeAudio.made = [];
  FakeAudio.refuse = new Set();
  vi.stubGlobal('Audio', FakeAudio);
});
afterEach(() => void vi.unstubAllGlobals());

const stream = {} as MediaStream;
const sounding = (): (string | boolean)[][] => FakeAudio.made.filter(({ playing }) => playing).map(({ sinkId, muted }) => [sinkId, muted]);

async function outlets(...outputs: string[]) {
  const media = new FakeMediaDevices();
  const plug = async (...names: string[]): Promise<void> => {
    media.devices = ['default', ...names].map((name) => ({ kind: 'audiooutput', deviceId: name, label: name, groupId: name }));
    media.dispatchEvent(new Event('devicechange'));
    await settle();
  };
  const out = new AudioOut(await devicesOf(media));
  out.start();
  await plug(...outputs);
  out.configure({ speaker: { id: 'headset', label: 'headset' }, ringer: null });
  return { out, plug };
}

describe('sound', () => {
  it('goes to the device of its outlet', async () => {
    const { out } = await outlets('headset');
    const [call, ring] = [out.play(stream, 'speaker'), out.play(stream, 'ringer', 0.3)];
    expect(sounding()).toEqual([
      ['headset', false],
      ['', false],
    ]);
    expect(FakeAudio.made[1]?.volume).toBe(0.3);
    call.dispose();
    call.dispose();
    ring.dispose();
    expect(out.count).toBe(0);
    expect(FakeAudio.made.every(({ srcObject, playing }) => srcObject === null && !playing)).toBe(true);
  });

  it('falls to the default when the device goes, and returns with it', async () => {
    const { out, plug } = await outlets('headset');
    out.play(stream, 'speaker').setMuted(true);
    await plug();
    expect(sounding()).toEqual([['', true]]);
    await plug('headset');
    expect(sounding()).toEqual([['headset', true]]);
  });

  it('tells followers the device of their outlet as it changes', async () => {
    const { out, plug } = await outlets('headset');
    const told: string[] = [];
    const following = out.follow('speaker', { route: (sink) => told.push(sink) });
    expect(out.sinkOf('speaker')).toBe('headset');
    await plug();
    await plug('headset');
    expect(told).toEqual(['', 'headset']);
    following.dispose();
    await plug();
    expect(told).toHaveLength(2);
    expect(out.count).toBe(0);
  });

  it.each([
    ['the chosen one', ['headset'], 'headset', { device: 'headset', replaced: false }],
    ['the default, because the chosen one is not there', ['desk'], 'headset', { device: '', replaced: true }],
    ['the default, because nothing was chosen', ['desk'], null, { device: '', replaced: false }],
    ['the default, because the chosen one refuses', ['headset', 'broken'], 'broken', { device: '', replaced: true }],
  ] as const)('says where it plays: %s', async (_, plugged, choice, place) => {
    FakeAudio.refuse.add('broken');
    const { out } = await outlets(...plugged);
    out.configure({ speaker: null, ringer: choice === null ? null : { id: choice, label: choice } });
    expect(await out.placeOf(out.play(stream, 'ringer'))).toEqual(place);
  });

  it('says that there is nothing to play on', async () => {
    const out = new AudioOut(await devicesOf(new FakeMediaDevices()));
    expect(await out.placeOf(out.play(stream, 'ringer'))).toEqual({ device: null, replaced: false });
    out.configure({ speaker: null, ringer: { id: 'headset', label: 'headset' } });
    expect(await out.placeOf(out.play(stream, 'ringer'))).toEqual({ device: null, replaced: true });
  });

  it('gets a fresh element on the default when a device refuses', async () => {
    FakeAudio.refuse.add('headset');
    const { out } = await outlets('headset');
    out.play(stream, 'speaker').setMuted(true);
    await settle();
    expect(FakeAudio.made).toHaveLength(2);
    expect(sounding()).toEqual([['', true]]);
    out.dispose();
    expect(sounding()).toEqual([]);
  });
});
