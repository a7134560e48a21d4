import { describe, expect, it } from 'vitest';
import { recordingSign, renderTone, tonePlans } from '#shared/media/tone-plan.ts';
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
    expect(peak).toBeLessThanOrEqual(plan.peak);
    expect(peak).toBeGreaterThan(0.8 * plan.peak);
    expect(step).toBeLessThan(largestStep);
    expect(Math.abs(previous)).toBeLessThan(0.05);
  });

  it('only ringing goes to the ringer, only beeps end by themselves', () => {
    const names = (wanted: (plan: (typeof tonePlans)['ring']) => boolean): string[] =>
      Object.entries(tonePlans).flatMap(([name, plan]) => (wanted(plan) ? [name] : []));
    expect(names(({ outlet }) => outlet === 'ringer')).toEqual(['ring']);
    expect(names(({ loop }) => !loop)).toEqual(['ended', 'test', 'auto-answer', 'recording']);
  });

  it('sounds softly into a conversation', () => {
    const loudness = (name: keyof typeof tonePlans): number => {
      const { segments, peak } = tonePlans[name];
      return rootMeanSquare(renderTone({ segments: segments.slice(0, 1), peak }, sampleRate));
    };
    for (const name of ['call-waiting', 'recording'] as const) expect(loudness(name)).toBeLessThan(0.3 * loudness('ringback'));
  });

  it('has no two tones that sound the same', () => {
    const patterns = Object.values(tonePlans).map(({ segments }) => JSON.stringify(segments));
    expect(new Set(patterns).size).toBe(patterns.length);
    // call waiting shares the pitch of ringing and busy, so its rhythm must be its own
    const rhythm = ({ segments }: (typeof tonePlans)['ring']): number[] => segments.map(({ durationMs }) => durationMs);
    expect(rhythm(tonePlans['call-waiting']).slice(0, 2)).not.toEqual(rhythm(tonePlans.busy));
  });

  it('announces a call that answers itself by two beeps in less than half a second', () => {
    const { segments } = tonePlans['auto-answer'];
    expect(segments.filter(({ frequenciesHz }) => frequenciesHz.length > 0)).toHaveLength(2);
    expect(segments.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBeLessThan(500);
  });

  it('repeats the sign of a recording every 15 seconds', () => {
    const samples = renderTone(recordingSign, sampleRate);
    expect(samples.length).toBe(15 * sampleRate);
    expect(strength(samples.subarray(0, 0.2 * sampleRate), 1_400)).toBeGreaterThan(0.03);
    expect(rootMeanSquare(samples.subarray(0.2 * sampleRate))).toBe(0);
  });
});
