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
  /** Largest sample, 0 to 1: what sounds into a conversation is quieter than what calls for somebody. */
  readonly peak: number;
}

const pause = (durationMs: number): ToneSegment => ({ frequenciesHz: [], durationMs });
const tone = (durationMs: number, ...frequenciesHz: number[]): ToneSegment => ({ frequenciesHz, durationMs });
const repeat = (times: number, ...segments: ToneSegment[]): ToneSegment[] => Array.from({ length: times }, () => segments).flat();

const loud = 0.5;
/** 12 dB below the others. */
const quiet = 0.125;

/**
 * Call progress tones as European networks play them (ETSI TR 101 041-2, ITU-T E.180): 425 Hz. A call that answers
 * itself rises by a fifth, high above them; the sign of a recording has the pitch of the recorder warning tone (FS-1037C).
 */
export const tonePlans: Readonly<Record<ToneName, TonePlan>> = {
  ring: { segments: [...repeat(10, tone(60, 659, 1319), tone(60, 784, 1568)), pause(1800)], loop: true, outlet: 'ringer', peak: loud },
  ringback: { segments: [tone(1000, 425), pause(4000)], loop: true, outlet: 'speaker', peak: loud },
  busy: { segments: [tone(480, 425), pause(480)], loop: true, outlet: 'speaker', peak: loud },
  'call-waiting': { segments: [tone(200, 425), pause(200), tone(200, 425), pause(5000)], loop: true, outlet: 'speaker', peak: quiet },
  ended: { segments: [tone(120, 480), pause(60), tone(160, 400)], loop: false, outlet: 'speaker', peak: loud },
  test: { segments: [tone(300, 523), tone(300, 659), tone(500, 784)], loop: false, outlet: 'speaker', peak: loud },
  'auto-answer': { segments: [tone(120, 880), pause(90), tone(120, 1320)], loop: false, outlet: 'speaker', peak: loud },
  recording: { segments: [tone(200, 1400)], loop: false, outlet: 'speaker', peak: quiet },
};

/** How often both sides of a recorded call are reminded of it. */
const recordingSignMs = 15_000;

/** The sign of a recording once in each turn; it is mixed into the call, so it has no outlet of its own. */
export const recordingSign: Pick<TonePlan, 'segments' | 'peak'> = signOf(tonePlans.recording);

function signOf({ segments, peak }: TonePlan): Pick<TonePlan, 'segments' | 'peak'> {
  const soundMs = segments.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return { segments: [...segments, pause(recordingSignMs - soundMs)], peak };
}

/** Fade at both ends of a segment, so that it does not click. */
const fadeMs = 8;

/** One turn of a plan as samples between `-peak` and `peak`. */
export function renderTone({ segments, peak }: Pick<TonePlan, 'segments' | 'peak'>, sampleRate: number): Float32Array<ArrayBuffer> {
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
