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

/**
 * The strongest frequency of a spectrum in dB (as AnalyserNode gives it), refined by a parabola through the peak and its
 * neighbours: within 0.1 Hz for a steady tone and 1.5 Hz bins. Null when no bin stands out.
 */
export function strongestFrequency(spectrumDb: Float32Array, sampleRate: number): number | null {
  let peak = 0;
  // bin 0 is the mean, not a tone
  for (let bin = 1; bin < spectrumDb.length; bin++) if (at(spectrumDb, bin) > at(spectrumDb, peak) || peak === 0) peak = bin;
  if (peak === 0 || !Number.isFinite(at(spectrumDb, peak))) return null;
  const [left, top, right] = [at(spectrumDb, peak - 1), at(spectrumDb, peak), at(spectrumDb, peak + 1)];
  const curve = left - 2 * top + right;
  const shift = Number.isFinite(curve) && curve < 0 ? (0.5 * (left - right)) / curve : 0;
  return ((peak + shift) * sampleRate) / (2 * spectrumDb.length);
}

/** What a listen found. `samples` gives the level, `spectrumDb` the frequency. */
export function toneProbeOf(samples: Float32Array, spectrumDb: Float32Array, sampleRate: number): ToneProbe {
  const levelDb = decibels(rootMeanSquare(samples));
  return { frequencyHz: levelDb < audibleDb ? null : strongestFrequency(spectrumDb, sampleRate), levelDb };
}

function at(values: Float32Array, index: number): number {
  return values[index] ?? -Infinity;
}
