import type { ToneProbe } from '#shared/media/media.ts';
import { rootMeanSquare, silenceDb, toneProbeOf } from '#shared/media/spectrum.ts';

const fftSize = 32_768;

/**
 * Listens to a track and names its frequencies within 1 Hz and the level. A track that is not there is silent. The levels of single
 * frequencies are true from 0.7 s on, which is what the analysis covers.
 */
export async function probeTone(track: MediaStreamTrack | null, durationMs: number): Promise<ToneProbe> {
  if (track === null) return { frequencyHz: null, levelDb: silenceDb, peaks: [] };
  return listen(track, durationMs, (analyser, sampleRate) => {
    const samples = newestSamples(analyser, (durationMs * sampleRate) / 1000);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(spectrum);
    return toneProbeOf(samples, spectrum, sampleRate);
  });
}

/** Listens to a track and gives its level, 0 to 1. */
export async function probeLevel(track: MediaStreamTrack, durationMs: number): Promise<number> {
  return listen(track, durationMs, (analyser, sampleRate) => rootMeanSquare(newestSamples(analyser, (durationMs * sampleRate) / 1000)));
}

async function listen<T>(track: MediaStreamTrack, durationMs: number, read: (analyser: AnalyserNode, sampleRate: number) => T): Promise<T> {
  const context = new AudioContext({ latencyHint: 'playback' });
  try {
    const analyser = new AnalyserNode(context, { fftSize, smoothingTimeConstant: 0 });
    const source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    const result = read(analyser, context.sampleRate);
    source.disconnect();
    return result;
  } finally {
    await context.close();
  }
}

function newestSamples(analyser: AnalyserNode, count: number): Float32Array {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return samples.subarray(Math.max(0, samples.length - Math.round(count)));
}
