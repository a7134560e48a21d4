import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decibels, rootMeanSquare, silenceDb, spectralPeaks, toneProbeOf } from '#shared/media/spectrum.ts';
import { probeSamples, spectrumOf, tonesOf } from '#test/support/media/spectrum.ts';

const sampleRate = 48_000;
const size = 32_768;

const sine = (hz: number, amplitude: number): Float32Array => tonesOf(size, sampleRate, [hz, amplitude]);
/** Level of a sine of this amplitude. */
const levelOf = (amplitude: number): number => decibels(amplitude / Math.SQRT2);

describe('spectralPeaks', () => {
  it('finds a tone between the bins, and how loud it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 100, max: 8_000, noNaN: true }), fc.double({ min: 0.001, max: 1, noNaN: true }), (hz, amplitude) => {
        const [peak, ...others] = spectralPeaks(spectrumOf(sine(hz, amplitude)), sampleRate);
        expect(Math.abs((peak?.frequencyHz ?? 0) - hz)).toBeLessThan(0.1);
        expect(Math.abs((peak?.levelDb ?? 0) - levelOf(amplitude))).toBeLessThan(0.3);
        expect(others).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('tells tones of different loudness apart, the strongest first', () => {
    const two = probeSamples(tonesOf(size, sampleRate, [1_000, 0.1], [620, 0.4]), sampleRate);
    expect(two.peaks.map(({ frequencyHz }) => Math.round(frequencyHz))).toEqual([620, 1_000]);
    const three = probeSamples(tonesOf(size, sampleRate, [1_540, 0.02], [1_000, 0.5], [440, 0.1]), sampleRate);
    expect(three.peaks.map(({ frequencyHz }) => Math.round(frequencyHz))).toEqual([1_000, 440, 1_540]);
    for (const [index, amplitude] of [0.5, 0.1, 0.02].entries()) expect(three.peaks[index]?.levelDb).toBeCloseTo(levelOf(amplitude), 0);
    expect(three.frequencyHz).toBe(three.peaks[0]?.frequencyHz);
  });

  it('tells neighbours apart when neither masks the other', () => {
    const heard = probeSamples(tonesOf(size, sampleRate, [1_000, 0.3], [1_050, 0.1]), sampleRate);
    expect(heard.peaks.map(({ frequencyHz }) => Math.round(frequencyHz))).toEqual([1_000, 1_050]);
  });

  it('leaves out what lies far below the strongest, or close to it and masked', () => {
    const heard = probeSamples(tonesOf(size, sampleRate, [1_000, 0.5], [1_060, 0.03], [3_000, 0.01]), sampleRate);
    expect(heard.peaks.map(({ frequencyHz }) => Math.round(frequencyHz))).toEqual([1_000]);
  });

  it('names eight at most', () => {
    const many = Array.from({ length: 12 }, (_, at) => [500 + 400 * at, 0.05] as const);
    expect(probeSamples(tonesOf(size, sampleRate, ...many), sampleRate).peaks).toHaveLength(8);
  });

  it('finds nothing in nothing', () => {
    expect(spectralPeaks(new Float32Array(16).fill(-Infinity), sampleRate)).toEqual([]);
    expect(spectralPeaks(new Float32Array(0), sampleRate)).toEqual([]);
  });
});

it('levels are root mean square in dB full scale', () => {
  expect(decibels(rootMeanSquare(sine(1_000, 1)))).toBeCloseTo(-3.01, 1);
  expect(decibels(rootMeanSquare(new Float32Array(10)))).toBe(silenceDb);
  expect(rootMeanSquare(new Float32Array(0))).toBe(0);
});

it('silence has no frequency', () => {
  const spectrum = spectrumOf(sine(1_000, 0.5));
  expect(toneProbeOf(sine(1_000, 0.0001), spectrum, sampleRate)).toMatchObject({ frequencyHz: null, peaks: [] });
  expect(toneProbeOf(sine(1_000, 0.5), spectrum, sampleRate).frequencyHz).toBeCloseTo(1_000, 0);
});
