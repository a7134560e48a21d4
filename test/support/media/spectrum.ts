import type { ToneProbe } from '#shared/media/media.ts';
import { toneProbeOf } from '#shared/media/spectrum.ts';

/** What an AnalyserNode gives for samples: Blackman window, magnitude in dB. The length must be a power of two. */
export function spectrumOf(samples: Float32Array): Float32Array {
  const size = samples.length;
  const real = samples.map((sample, at) => {
    const phase = (2 * Math.PI * at) / size;
    return sample * (0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase));
  });
  const imaginary = new Float32Array(size);
  transform(real, imaginary);
  return Float32Array.from({ length: size / 2 }, (_, bin) => 20 * Math.log10(Math.hypot(at(real, bin), at(imaginary, bin)) / size + 1e-12));
}

/** What is heard in samples; the spectrum covers the newest of them, as many as are a power of two. */
export function probeSamples(samples: Float32Array, sampleRate: number): ToneProbe {
  const size = 2 ** Math.floor(Math.log2(samples.length));
  return toneProbeOf(samples, spectrumOf(samples.slice(-size)), sampleRate);
}

/** Sines added up; `[Hz, amplitude]` each. */
export function tonesOf(length: number, sampleRate: number, ...tones: readonly (readonly [number, number])[]): Float32Array {
  return Float32Array.from({ length }, (_, at) =>
    tones.reduce((sum, [hz, amplitude]) => sum + amplitude * Math.sin((2 * Math.PI * hz * at) / sampleRate), 0),
  );
}

/** Fourier transform in place (Cooley and Tukey, radix 2). */
function transform(real: Float32Array, imaginary: Float32Array): void {
  const size = real.length;
  for (let from = 1, to = 0; from < size; from++) {
    let bit = size >> 1;
    for (; to & bit; bit >>= 1) to ^= bit;
    to ^= bit;
    if (from < to) [real[from], real[to]] = [at(real, to), at(real, from)];
  }
  for (let length = 2; length <= size; length *= 2) {
    const half = length / 2;
    for (let step = 0; step < half; step++) {
      const [cosine, sine] = [Math.cos((2 * Math.PI * step) / length), -Math.sin((2 * Math.PI * step) / length)];
      for (let start = step; start < size; start += length) {
        const other = start + half;
        const x = at(real, other) * cosine - at(imaginary, other) * sine;
        const y = at(real, other) * sine + at(imaginary, other) * cosine;
        real[other] = at(real, start) - x;
        imaginary[other] = at(imaginary, start) - y;
        real[start] = at(real, start) + x;
        imaginary[start] = at(imaginary, start) + y;
      }
    }
  }
}

function at(values: Float32Array, index: number): number {
  return values[index] ?? 0;
}
