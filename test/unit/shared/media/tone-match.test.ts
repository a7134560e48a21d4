import { expect, it } from 'vitest';
import { spectralPeaks } from '#shared/media/spectrum.ts';
import { heardInOrder } from '#shared/media/tone-match.ts';
import { renderTone, tonePlans } from '#shared/media/tone-plan.ts';
import { spectrumOf, tonesOf } from '#test/support/media/spectrum.ts';

const sampleRate = 48_000;
const size = 8_192;
const step = (60 * sampleRate) / 1000;
const tone = tonePlans.test.segments.flatMap(({ frequenciesHz }) => frequenciesHz);

/** What is read from samples every 60 ms. */
function readings(samples: Float32Array): ReturnType<typeof spectralPeaks>[] {
  const list = [];
  for (let end = size; end <= samples.length; end += step) list.push(spectralPeaks(spectrumOf(samples.slice(end - size, end)), sampleRate));
  return list;
}

const played = renderTone({ ...tonePlans.test, peak: 0.02 }, sampleRate);
const mixed = (other: Float32Array): Float32Array => played.map((sample, at) => sample + (other[at] ?? 0));

it('hears the tone, softly and through a hum', () => {
  expect(heardInOrder(tone, readings(played))).toBe(true);
  expect(heardInOrder(tone, readings(mixed(tonesOf(played.length, sampleRate, [100, 0.1]))))).toBe(true);
});

it.each([
  ['silence', new Float32Array(played.length)],
  ['another steady tone', tonesOf(played.length, sampleRate, [1_000, 0.3])],
  ['one of its tones alone', tonesOf(played.length, sampleRate, [784, 0.3])],
  ['it backwards', played.toReversed()],
  // a siren that passes through all of its pitches
  ['a glide', Float32Array.from(played, (_, at) => 0.3 * Math.sin((2 * Math.PI * (400 + 250 * (at / sampleRate)) * at) / sampleRate))],
])('does not take %s for it', (_what, samples) => {
  expect(heardInOrder(tone, readings(samples))).toBe(false);
});
