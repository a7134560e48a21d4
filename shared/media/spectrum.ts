import type { ToneProbe } from './media.ts';

/** Level that stands for digital silence, in dB full scale. */
export const silenceDb = -120;

/** Below this level there is no tone worth naming: a decoder's comfort noise lies under it. */
export const audibleDb = -70;

/** Root mean square of samples between -1 and 1; 0 for none. */
export function rootMeanSquare(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

/** Amplitude to dB full scale, not below `silenceDb`. */
export function decibels(amplitude: number): number {
  return amplitude > 0 ? Math.max(silenceDb, 20 * Math.log10(amplitude)) : silenceDb;
}

/** A spectral line: its place in Hz and its level as if it stood alone, in dB full scale (RMS). */
export interface Peak {
  readonly frequencyHz: number;
  readonly levelDb: number;
}

/**
 * What a bin lacks to the level of the sine that it holds: half of the sine is at the negative frequency, the mean of the
 * Blackman window is 0.42, and the root mean square of a sine is 3 dB below its peak.
 */
const binToLevelDb = -20 * Math.log10(0.5 * 0.42) - 10 * Math.log10(2);

/** A steady tone fills three bins on either side (Blackman window); what is nearer belongs to the same line. */
const lineHalfWidth = 6;
/** A codec adds its own noise to what it carries: Opus lies 32 dB or more under the strongest of three tones. */
const dynamicRangeDb = 30;
/** Most of it gathers around each tone, where the tone masks it for the ear as well. */
const maskedHz = 150;
const maskedDb = 20;
const maxPeaks = 8;

/**
 * The lines that stand out of a spectrum in dB (as AnalyserNode gives it), the strongest first and 8 at most: down to 30 dB below
 * the strongest, and to 20 dB below one that is near. Each is refined by a parabola through the peak and its neighbours: within
 * 0.1 Hz for a steady tone and 1.5 Hz bins.
 */
export function spectralPeaks(spectrumDb: Float32Array, sampleRate: number): Peak[] {
  // bin 0 is the mean, not a tone
  const tops: number[] = [];
  const inaudible = audibleDb - binToLevelDb;
  for (let bin = 1; bin < spectrumDb.length; bin++) {
    const level = at(spectrumDb, bin);
    if (level >= inaudible && level > at(spectrumDb, bin - 1) && level >= at(spectrumDb, bin + 1)) tops.push(bin);
  }
  tops.sort((one, other) => at(spectrumDb, other) - at(spectrumDb, one));
  const floor = at(spectrumDb, tops[0] ?? 0) - dynamicRangeDb;
  const masked = (maskedHz * 2 * spectrumDb.length) / sampleRate;
  const lines: number[] = [];
  for (const top of tops) {
    if (lines.length === maxPeaks || at(spectrumDb, top) < floor) break;
    const isOf = (line: number): boolean => {
      const apart = Math.abs(line - top);
      return apart <= lineHalfWidth || (apart <= masked && at(spectrumDb, line) - at(spectrumDb, top) > maskedDb);
    };
    if (!lines.some(isOf)) lines.push(top);
  }
  return lines.map((line) => refine(spectrumDb, line, sampleRate));
}

/** What a listen found. `samples` gives the level, `spectrumDb` the frequencies. */
export function toneProbeOf(samples: Float32Array, spectrumDb: Float32Array, sampleRate: number): ToneProbe {
  const levelDb = decibels(rootMeanSquare(samples));
  const peaks = levelDb < audibleDb ? [] : spectralPeaks(spectrumDb, sampleRate);
  return { frequencyHz: peaks[0]?.frequencyHz ?? null, levelDb, peaks };
}

function refine(spectrumDb: Float32Array, bin: number, sampleRate: number): Peak {
  const [left, top, right] = [at(spectrumDb, bin - 1), at(spectrumDb, bin), at(spectrumDb, bin + 1)];
  const curve = left - 2 * top + right;
  const shift = Number.isFinite(curve) && curve < 0 ? (0.5 * (left - right)) / curve : 0;
  const height = shift === 0 ? top : top - 0.25 * (left - right) * shift;
  return { frequencyHz: ((bin + shift) * sampleRate) / (2 * spectrumDb.length), levelDb: height + binToLevelDb };
}

function at(values: Float32Array, index: number): number {
  return values[index] ?? -Infinity;
}
