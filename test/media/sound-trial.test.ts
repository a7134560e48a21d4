import { describe, expect, it } from 'vitest';
import { renderTone, tonePlans } from '#shared/media/tone-plan.ts';
import { useMediaHost } from './fixture/host-suite.ts';

const sampleRate = 48_000;
/** One turn is so short that all of it is heard in order, wherever it is entered. */
const echo = renderTone({ segments: tonePlans.test.segments.map((tone) => ({ ...tone, durationMs: 260 })), peak: 0.1 }, sampleRate);

describe('a trial of the sound hears', () => {
  const media = useMediaHost(() => ({ microphone: echo }));

  it('the tone where the microphone picks it up, also beside a call', async () => {
    const trial = await media().call('checkSound');
    expect(trial).toMatchObject({ microphone: 'heard', toneHeard: true, speaker: 'played' });
    expect(trial.microphoneLabel).not.toBe('');
    expect(trial.speakerLabel).not.toBe('');
    await media().connect('a', 'b');
    expect(await media().call('checkSound')).toEqual(trial);
  });
});

describe('a trial of the sound hears no tone', () => {
  const media = useMediaHost(() => ({ microphone: 1_000 }));

  it('where the microphone picks up something else, and names the devices that were chosen', async () => {
    const { inputs, outputs } = await media().call('listDevices');
    const [microphone, speaker] = [inputs.at(-1) ?? null, outputs.at(-1) ?? null];
    await media().configure({ audio: { microphone, speaker } });
    expect(await media().call('checkSound')).toEqual({
      microphone: 'heard',
      toneHeard: false,
      speaker: 'played',
      microphoneLabel: microphone?.label,
      speakerLabel: speaker?.label,
    });
  });
});

describe('a trial of the sound tells silence', () => {
  const media = useMediaHost(() => ({ microphone: new Float32Array(sampleRate) }));

  it('from noise', async () => {
    expect(await media().call('checkSound')).toMatchObject({ microphone: 'silent', toneHeard: false, speaker: 'played' });
  });
});

describe('a trial of the sound', () => {
  const media = useMediaHost(() => ({ microphone: 'none' }));

  it('says that there is neither microphone nor loudspeaker', async () => {
    expect(await media().call('checkSound')).toEqual({
      microphone: 'missing',
      toneHeard: false,
      speaker: 'missing',
      microphoneLabel: '',
      speakerLabel: '',
    });
  });
});
