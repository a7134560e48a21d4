import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decibels, rootMeanSquare, silenceDb, strongestFrequency, toneProbeOf } from '#shared/media/spectrum.ts';

const sampleRate = 48_000;
const bins = 2_048;

const sine = (hz: number, amplitude: number): Float32Array =>
  Float32Array.from({ length: 2 * bins }, (_, at) => amplitude * Math.sin((2 * Math.PI * hz * at) / sampleRate));

/** What an AnalyserNode gives: Blackman window, magnitude in dB; only the bins around `hz` are computed. */
function spectrumAround(samples: Float32Array, hz: number): Float32Array {
  const size = samples.length;
  const middle = Math.round((hz * size) / sampleRate);
  const spectrum = new Float32Array(size / 2).fill(-200);
  for (let bin = Math.max(0, middle - 4); bin <= middle + 4; bin++) {
    let [real, imaginary] = [0, 0];
    for (const [at, sample] of samples.entries()) {
      const phase = (2 * Math.PI * at) / size;
      const weight = 0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase);
      real += sample * weight * Math.cos(phase * bin);
      imaginary -= sample * weight * Math.sin(phase * bin);
    }
    spectrum[bin] = 20 * Math.log10(Math.hypot(real, imaginary) / size + 1e-12);
  }
  return spectrum;
}

describe('strongestFrequency', () => {
  it('finds a tone between the bins', () => {
    // bins are 11.7 Hz apart here, eight times wider than in the page
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 8_000 }), (hz) => {
        expect(Math.abs((strongestFrequency(spectrumAround(sine(hz, 0.5), hz), sampleRate) ?? 0) - hz)).toBeLessThan(1);
      }),
      { numRuns: 25 },
    );
  });

  it('finds nothing in nothing', () => {
    expect(strongestFrequency(new Float32Array(16).fill(-Infinity), sampleRate)).toBeNull();
    expect(strongestFrequency(new Float32Array(0), sampleRate)).toBeNull();
  });
});

it('levels are root mean square in dB full scale', () => {
  expect(decibels(rootMeanSquare(sine(1_000, 1)))).toBeCloseTo(-3.01, 1);
  expect(decibels(rootMeanSquare(new Float32Array(10)))).toBe(silenceDb);
  expect(rootMeanSquare(new Float32Array(0))).toBe(0);
});

it('silence has no frequency', () => {
  const spectrum = spectrumAround(sine(1_000, 0.5), 1_000);
  expect(toneProbeOf(sine(1_000, 0.0001), spectrum, sampleRate).frequencyHz).toBeNull();
  expect(toneProbeOf(sine(1_000, 0.5), spectrum, sampleRate).frequencyHz).toBeCloseTo(1_000, 0);
});
