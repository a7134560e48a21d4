import { describe, expect, it } from 'vitest';
import { renderTone, tonePlans } from '#shared/media/tone-plan.ts';
import { rootMeanSquare } from '#shared/media/spectrum.ts';

const sampleRate = 8_000;

/** Strength of one frequency in samples (Goertzel). */
function strength(samples: Float32Array, hz: number): number {
  const step = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + step * last - before];
  return Math.sqrt(before * before + last * last - step * before * last) / samples.length;
}

describe('renderTone', () => {
  it('plays ringback as 425 Hz for one second in five', () => {
    const samples = renderTone(tonePlans.ringback, sampleRate);
    expect(samples.length).toBe(5 * sampleRate);
    const sound = samples.subarray(0, sampleRate);
    expect(strength(sound, 425)).toBeGreaterThan(50 * strength(sound, 600));
    expect(rootMeanSquare(samples.subarray(sampleRate))).toBe(0);
  });

  it.each(Object.entries(tonePlans))('%s neither clips nor clicks', (_name, plan) => {
    const samples = renderTone(plan, 48_000);
    const largestStep = Math.max(...plan.segments.flatMap(({ frequenciesHz }) => frequenciesHz)) * ((2 * Math.PI) / 48_000);
    let [previous, peak, step] = [0, 0, 0];
    for (const sample of samples) {
      peak = Math.max(peak, Math.abs(sample));
      step = Math.max(step, Math.abs(sample - previous));
      previous = sample;
    }
    expect(peak).toBeLessThanOrEqual(0.5);
    expect(step).toBeLessThan(largestStep);
    expect(Math.abs(previous)).toBeLessThan(0.05);
  });

  it('only ringing goes to the ringer, only beeps end by themselves', () => {
    const names = (wanted: (plan: (typeof tonePlans)['ring']) => boolean): string[] =>
      Object.entries(tonePlans).flatMap(([name, plan]) => (wanted(plan) ? [name] : []));
    expect(names(({ outlet }) => outlet === 'ringer')).toEqual(['ring']);
    expect(names(({ loop }) => !loop)).toEqual(['ended', 'test']);
  });
});
