import { describe, expect, it } from 'vitest';
import { SoundTrials } from '#renderer/media/sound-trials.ts';
import { devicesOf, FakeMediaDevices } from './fake-devices.ts';

async function trials(media: FakeMediaDevices) {
  const played: string[] = [];
  const tones = {
    start: (_id: string, tone: string) => {
      played.push(tone);
      return Promise.resolve({ device: '', replaced: false });
    },
    stop: () => void played.push('stop'),
  };
  const speaker = { kind: 'audiooutput', deviceId: 'default', label: 'Desk speaker', groupId: 's' };
  media.devices.push(speaker);
  const devices = await devicesOf(media);
  return { played, sound: new SoundTrials({ devices, source: media.asMediaDevices, out: { sinkOf: () => '' }, tones }) };
}

describe('a trial of a microphone that cannot be opened', () => {
  it.each([
    ['NotAllowedError', 'refused'],
    ['NotReadableError', 'in-use'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
  ] as const)('says why (%s), and the tone is played all the same', async (name, microphone) => {
    const media = new FakeMediaDevices('desk');
    media.failure = new DOMException('no', name);
    const { sound, played } = await trials(media);
    expect(await sound.run()).toEqual({
      microphone,
      toneHeard: false,
      speaker: 'played',
      microphoneLabel: '',
      speakerLabel: 'Desk speaker',
    });
    expect(played).toEqual(['test']);
    expect(sound.count).toBe(0);
  });

  it('fails for what has no name', async () => {
    const media = new FakeMediaDevices('desk');
    media.failure = new DOMException('no', 'InvalidStateError');
    const { sound, played } = await trials(media);
    await expect(sound.run()).rejects.toMatchObject({ code: 'media-failed' });
    expect(played).toEqual([]);
  });
});
