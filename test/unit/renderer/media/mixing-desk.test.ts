import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioOut, Routed } from '#renderer/media/audio-out.ts';
import { CallAudio } from '#renderer/media/call-audio.ts';
import type { Microphone, MicrophoneUser } from '#renderer/media/microphone.ts';
import { MixingDesk } from '#renderer/media/mixing-desk.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { FakeAudioContext, FakeMediaRecorder, MixedTrack, stubAudio } from './fake-audio.ts';
import { FakeTrack, settle } from './fake-devices.ts';

/** A call whose far end says its name. */
class FakeCall {
  readonly sent: FakeTrack[] = [];
  readonly audio: CallAudio;

  constructor(name: string, microphone: Microphone, out: AudioOut) {
    this.audio = new CallAudio(microphone, out);
    const sender = {
      getParameters: () => ({ encodings: [] }),
      setParameters: () => Promise.resolve(),
      replaceTrack: (track: FakeTrack): Promise<void> => {
        this.sent.push(track);
        return Promise.resolve();
      },
    };
    this.audio.bind({ sender, receiver: { track: new FakeTrack(name) } } as unknown as RTCRtpTransceiver);
  }

  /** What the far end hears. */
  get hears(): string[] {
    const track = this.sent.at(-1);
    if (track === undefined || track.readyState === 'ended') return ['nothing'];
    if (track instanceof MixedTrack) return track.sounds;
    return track.enabled ? [track.deviceId] : [];
  }
}

function studio() {
  const users: MicrophoneUser[] = [];
  const microphone = {
    use: (user: MicrophoneUser) => {
      users.push(user);
      user.onTrack(new FakeTrack('microphone') as unknown as MediaStreamTrack);
      return { use: { dispose: () => undefined }, opened: Promise.resolve() };
    },
  } as unknown as Microphone;
  const followers = new Set<Routed>();
  const playing = new Set<object>();
  const out = {
    sinkOf: () => 'headset',
    follow: (_outlet: string, follower: Routed) => {
      followers.add(follower);
      return { dispose: () => followers.delete(follower) };
    },
    play: (stream: object) => {
      playing.add(stream);
      return { setMuted: () => undefined, dispose: () => playing.delete(stream) };
    },
  } as unknown as AudioOut;
  const changed = new Emitter<void>();
  const audio = new Map<string, CallAudio>();
  const desk = new MixingDesk({ audio, onChanged: changed.event }, out);
  desk.start();
  const told: string[] = [];
  desk.onRecordingData(({ recording, bytes }) => told.push(`${recording}: ${bytes.join(' ')}`));
  desk.onRecordingFailed(({ recording, error }) => told.push(`${recording}: ${error.code}`));
  return {
    desk,
    told,
    followers,
    playing,
    async call(name: string): Promise<FakeCall> {
      const call = new FakeCall(name, microphone, out);
      audio.set(name, call.audio);
      call.audio.onChanged(() => changed.fire());
      await call.audio.start();
      changed.fire();
      return call;
    },
    end(name: string): void {
      audio.get(name)?.dispose();
      audio.delete(name);
      changed.fire();
    },
    /** The microphone is another one. */
    plug: (name: string) => users.forEach((user) => user.onTrack(new FakeTrack(name) as unknown as MediaStreamTrack)),
  };
}

const members = (...peers: string[]) => peers.map((peer) => ({ peer, silenced: false }));
const contexts = (): string[] => FakeAudioContext.made.map(({ state }) => state);
const connections = (): number => FakeAudioContext.made.flatMap(({ nodes }) => nodes).reduce((sum, { inputs }) => sum + inputs.size, 0);

beforeEach(stubAudio);
afterEach(() => void vi.unstubAllGlobals());

describe('a conference', () => {
  it('mixes in one context, on the device of the speaker, and takes everything down when it ends', async () => {
    const { desk, call, followers } = studio();
    const [anna, ben] = [await call('anna'), await call('ben')];
    expect(contexts()).toEqual([]);
    await desk.setConference(members('anna', 'ben'));
    expect([anna.hears, ben.hears]).toEqual([
      ['ben', 'microphone'],
      ['anna', 'microphone'],
    ]);
    expect(FakeAudioContext.made[0]?.sinks).toEqual(['headset']);
    expect([desk.mixed, followers.size]).toEqual([2, 1]);
    await desk.setConference(members('anna'));
    expect([anna.hears, ben.hears]).toEqual([['microphone'], ['microphone']]);
    expect([desk.mixed, followers.size, connections()]).toEqual([0, 0, 0]);
    expect(contexts()).toEqual(['closed']);
  });

  it('lets go of a mixture only when the bare microphone is sent', async () => {
    const { desk, call } = studio();
    const [anna] = [await call('anna'), await call('ben')];
    await desk.setConference(members('anna', 'ben'));
    const ending = desk.setConference([]);
    expect(anna.sent.map(({ deviceId }) => deviceId)).toEqual(['microphone', 'mixture', 'microphone']);
    expect(anna.sent[1]?.readyState).toBe('live');
    await ending;
    expect(anna.sent[1]?.readyState).toBe('ended');
  });

  it('begun again while it ends goes on', async () => {
    const { desk, call } = studio();
    const [anna, ben] = [await call('anna'), await call('ben')];
    await desk.setConference(members('anna', 'ben'));
    void desk.setConference([]);
    await desk.setConference(members('anna', 'ben'));
    await settle();
    expect([anna.hears, ben.hears]).toEqual([
      ['ben', 'microphone'],
      ['anna', 'microphone'],
    ]);
    expect(contexts()).toEqual(['running']);
  });

  it('ends with a call that ends, and joins again with one that comes', async () => {
    const { desk, call, end } = studio();
    const anna = await call('anna');
    await call('ben');
    await desk.setConference(members('anna', 'ben'));
    end('ben');
    await settle();
    expect([anna.hears, contexts()]).toEqual([['microphone'], ['closed']]);
    await call('ben');
    await settle();
    expect(anna.hears).toEqual(['ben', 'microphone']);
  });

  it('follows the microphone, mute and hold', async () => {
    const { desk, call, plug } = studio();
    const [anna, ben] = [await call('anna'), await call('ben')];
    await desk.setConference(members('anna', 'ben'));
    anna.audio.setMuted(true);
    expect([anna.hears, ben.hears]).toEqual([['ben'], ['anna', 'microphone']]);
    plug('headset');
    expect([anna.hears, ben.hears]).toEqual([['ben'], ['anna', 'headset']]);
    anna.audio.setMuted(false);
    ben.audio.setHeld(true);
    expect([anna.hears, ben.hears]).toEqual([['headset'], []]);
    ben.audio.setHeld(false);
    ben.audio.setHeldByFarEnd(true);
    expect([anna.hears, ben.hears]).toEqual([['headset'], ['anna', 'headset']]);
  });

  it('knows whether the microphone is silent, whatever the others say', async () => {
    const { desk, call } = studio();
    const [anna] = [await call('anna'), await call('ben')];
    expect(anna.audio.microphoneLevel).toBeNull();
    await desk.setConference(members('anna', 'ben'));
    expect(anna.audio.microphoneLevel).toBe(0.5);
    anna.audio.setMuted(true);
    expect(anna.audio.microphoneLevel).toBe(0);
    await desk.setConference([]);
    expect(anna.audio.microphoneLevel).toBeNull();
  });

  it('wakes its context, and goes without a device that fails', async () => {
    const { desk, call, followers } = studio();
    await call('anna');
    await call('ben');
    await desk.setConference(members('anna', 'ben'));
    const [context] = FakeAudioContext.made;
    context?.suspend();
    expect(context?.state).toBe('running');
    for (const follower of followers) follower.route('speaker');
    for (const follower of followers) follower.route('speaker');
    context?.refused.add('gone');
    for (const follower of followers) follower.route('gone');
    await settle();
    context?.dispatchEvent(new Event('error'));
    expect(context?.sinks).toEqual(['headset', 'speaker', 'gone', { type: 'none' }, { type: 'none' }]);
  });
});

describe('a recording', () => {
  const order = (peer: string, tone = false) => ({ peer, tone });

  it('takes both sides and leaves what is sent alone; its pieces come in order, the last before the end', async () => {
    const { desk, call, told } = studio();
    const anna = await call('anna');
    await desk.startRecording('r', order('anna'));
    const [recorder] = FakeMediaRecorder.made;
    expect((recorder?.stream.track as MixedTrack).sounds).toEqual(['anna', 'microphone']);
    expect([anna.sent.length, desk.mixed, desk.recordings]).toEqual([1, 0, 1]);
    recorder?.write(1, 2);
    recorder?.write();
    recorder?.write(3);
    await Promise.all([desk.stopRecording('r'), desk.stopRecording('r')]);
    expect(told).toEqual(['r: 1 2', 'r: 3', 'r: 99']);
    expect([desk.recordings, contexts(), connections()]).toEqual([0, ['closed'], 0]);
  });

  it('goes on with another peer, and in silence between them', async () => {
    const { desk, call, end } = studio();
    await call('anna');
    await desk.startRecording('r', order('anna'));
    const sounds = (): string[] => (FakeMediaRecorder.made[0]?.stream.track as MixedTrack).sounds;
    end('anna');
    expect(sounds()).toEqual([]);
    await call('repaired');
    await desk.startRecording('r', order('repaired'));
    expect(sounds()).toEqual(['microphone', 'repaired']);
    expect(FakeMediaRecorder.made).toHaveLength(1);
  });

  it('tells the far end and the person by a sign', async () => {
    const { desk, call, playing } = studio();
    const anna = await call('anna');
    await desk.startRecording('r', order('anna', true));
    await settle();
    expect(anna.hears).toEqual(['microphone', 'sign']);
    expect((FakeMediaRecorder.made[0]?.stream.track as MixedTrack).sounds).toEqual(['anna', 'microphone', 'sign']);
    expect(playing.size).toBe(2);
    await desk.stopRecording('r');
    await settle();
    expect([anna.hears, playing.size, contexts(), connections()]).toEqual([['microphone'], 1, ['closed'], 0]);
  });

  it('that fails is told once and leaves nothing but what it had', async () => {
    const { desk, call, told } = studio();
    await call('anna');
    await desk.startRecording('r', order('anna'));
    FakeMediaRecorder.made[0]?.fail();
    await settle();
    expect([told, desk.recordings, contexts()]).toEqual([['r: 98', 'r: recording-failed'], 0, ['closed']]);
  });

  it('that cannot be made is refused and leaves nothing', async () => {
    const { desk, call } = studio();
    await call('anna');
    FakeMediaRecorder.refuses = true;
    await expect(desk.startRecording('r', order('anna'))).rejects.toMatchObject({ code: 'recording-failed' });
    await expect(desk.startRecording('r', order('nobody'))).rejects.toMatchObject({ code: 'media-failed' });
    expect([desk.recordings, contexts(), connections()]).toEqual([0, ['closed'], 0]);
  });
});

it('leaves nothing behind', async () => {
  const { desk, call, followers, playing } = studio();
  await call('anna');
  await call('ben');
  await desk.setConference(members('anna', 'ben'));
  await desk.startRecording('r', { peer: 'anna', tone: true });
  void desk.setConference([]);
  desk.dispose();
  await settle();
  expect([desk.mixed, desk.recordings, followers.size, playing.size]).toEqual([0, 0, 0, 2]);
  expect([contexts(), connections()]).toEqual([['closed'], 0]);
});
