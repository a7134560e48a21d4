import type { tones } from '../ipc/media-contract.ts';

export type ToneName = (typeof tones)[number];

/** A stretch of sound: sine waves of equal strength together, or a pause when there are none. */
export interface ToneSegment {
  readonly frequenciesHz: readonly number[];
  readonly durationMs: number;
}

export interface TonePlan {
  readonly segments: readonly ToneSegment[];
  readonly loop: boolean;
  /** Where it is heard. */
  readonly outlet: 'ringer' | 'speaker';
}

const pause = (durationMs: number): ToneSegment => ({ frequenciesHz: [], durationMs });
const tone = (durationMs: number, ...frequenciesHz: number[]): ToneSegment => ({ frequenciesHz, durationMs });
const repeat = (times: number, ...segments: ToneSegment[]): ToneSegment[] => Array.from({ length: times }, () => segments).flat();

/** Call progress tones as European networks play them (ETSI TR 101 041-2, ITU-T E.180): 425 Hz. */
export const tonePlans: Readonly<Record<ToneName, TonePlan>> = {
  ring: { segments: [...repeat(10, tone(60, 659, 1319), tone(60, 784, 1568)), pause(1800)], loop: true, outlet: 'ringer' },
  ringback: { segments: [tone(1000, 425), pause(4000)], loop: true, outlet: 'speaker' },
  busy: { segments: [tone(480, 425), pause(480)], loop: true, outlet: 'speaker' },
  'call-waiting': { segments: [tone(200, 425), pause(200), tone(200, 425), pause(5000)], loop: true, outlet: 'speaker' },
  ended: { segments: [tone(120, 480), pause(60), tone(160, 400)], loop: false, outlet: 'speaker' },
  test: { segments: [tone(300, 523), tone(300, 659), tone(500, 784)], loop: false, outlet: 'speaker' },
};

/** Fade at both ends of a segment, so that it does not click. */
const fadeMs = 8;
const peak = 0.5;

/** One turn of a plan as samples between -0.5 and 0.5. */
export function renderTone({ segments }: TonePlan, sampleRate: number): Float32Array<ArrayBuffer> {
  const lengths = segments.map(({ durationMs }) => Math.round((durationMs * sampleRate) / 1000));
  const samples = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  const fade = Math.round((fadeMs * sampleRate) / 1000);
  let start = 0;
  for (const [index, { frequenciesHz }] of segments.entries()) {
    const length = lengths[index] ?? 0;
    const steps = frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / sampleRate);
    for (let at = 0; at < length && steps.length > 0; at++) {
      const envelope = Math.min(1, (at + 1) / fade, (length - at) / fade);
      let value = 0;
      for (const step of steps) value += Math.sin(step * at);
      samples[start + at] = (peak * envelope * value) / steps.length;
    }
    start += length;
  }
  return samples;
}
