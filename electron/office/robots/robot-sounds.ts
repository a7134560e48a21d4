import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RobotSound } from './robot-media.ts';
import { readSpeechWave } from './speech-wave.ts';

export const sampleRate = 8000;
export const samplesPerFrame = 160;

/** 8 kHz, 16 bit. */
type Samples = Int16Array;

/** What a robot plays: once to its end, and then from `repeatFrom` on again and again. */
export interface Recording {
  readonly samples: Samples;
  /** Index of a sample; 0 for a sound that begins anew. */
  readonly repeatFrom: number;
}

/** What has a recording: the others depend on what is heard. */
export type RecordedSound = Exclude<RobotSound, 'echo' | 'conference'>;

/** The sample at a position that only grows. */
export function sampleAt({ samples, repeatFrom }: Recording, position: number): number {
  const past = position - samples.length;
  return samples[past < 0 ? position : repeatFrom + (past % (samples.length - repeatFrom))] ?? 0;
}

/** Peak of a sine of 0 dBm0, where G.711 clips at +3.17 dBm0 (ITU-T G.711 table 5). */
const zeroDbm0Peak = 32_635 * 10 ** (-3.17 / 20);
const milliwattHz = 1004;

/** Everything that robots let hear of themselves. Loads and computes at the first use. */
export class RobotSounds {
  readonly #folder: string;
  readonly #recordings = new Map<RecordedSound, Promise<Recording>>();

  /** @param folder of the recorded sentences. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error when the sentences cannot be read. */
  recording(sound: RecordedSound): Promise<Recording> {
    const present = this.#recordings.get(sound);
    if (present !== undefined) return present;
    const made = this.#make(sound);
    this.#recordings.set(sound, made);
    made.catch(() => this.#recordings.delete(sound));
    return made;
  }

  async #make(sound: RecordedSound): Promise<Recording> {
    switch (sound) {
      case 'tone':
        return again(milliwatt());
      case 'music':
        return again(tune());
      case 'confirmation':
        return thenSilence([silence(0.1), beep(660, 0.15), silence(0.05), beep(880, 0.25)]);
      case 'speech':
        return again(joined([...(await this.#sentences()), silence(1.5)]));
      case 'voicemail':
        return thenSilence([...(await this.#sentences()), silence(0.3), beep(1000, 0.4)]);
    }
  }

  /** English, a breath, German. */
  async #sentences(): Promise<Samples[]> {
    const [english, german] = await Promise.all(
      ['en', 'de'].map(async (language) => readSpeechWave(await readFile(join(this.#folder, `office-sentence-${language}.wav`)))),
    );
    return [english ?? new Int16Array(0), silence(0.7), german ?? new Int16Array(0)];
  }
}

function again(samples: Samples): Recording {
  return { samples, repeatFrom: 0 };
}

function thenSilence(parts: readonly Samples[]): Recording {
  const sounding = joined(parts);
  return { samples: joined([sounding, silence(1)]), repeatFrom: sounding.length };
}

/** A sine that swells and fades within 10 ms. */
function beep(hertz: number, seconds: number): Samples {
  const length = Math.round(seconds * sampleRate);
  return Int16Array.from({ length }, (_, index) => {
    const time = index / sampleRate;
    const envelope = Math.min(1, time / 0.01, (seconds - time) / 0.01);
    return Math.round(noteLevel * envelope * Math.sin(2 * Math.PI * hertz * time));
  });
}

/** One second holds a whole number of periods, so that the loop has no seam. */
function milliwatt(): Samples {
  return Int16Array.from({ length: sampleRate }, (_, index) =>
    Math.round(zeroDbm0Peak * Math.sin((2 * Math.PI * milliwattHz * index) / sampleRate)),
  );
}

/** Notes as half tones above A3 and beats of 0.3 s; null rests. */
const melody: readonly (readonly [number | null, number])[] = [
  ...phrase([3, 1], [7, 1], [10, 1], [15, 2], [14, 1], [10, 2], [null, 1]),
  ...phrase([5, 1], [8, 1], [12, 1], [17, 2], [15, 1], [12, 2], [null, 1]),
  ...phrase([7, 1], [10, 1], [14, 1], [19, 2], [17, 1], [14, 1], [15, 1], [null, 1]),
  ...phrase([12, 1], [8, 1], [10, 1], [7, 2], [5, 1], [3, 3], [null, 2]),
];
const beatSeconds = 0.3;
const noteLevel = 7000;

function phrase(...notes: readonly (readonly [number | null, number])[]): typeof notes {
  return notes;
}

function tune(): Samples {
  return joined(
    melody.map(([halfTones, beats]) =>
      halfTones === null ? silence(beats * beatSeconds) : note(220 * 2 ** (halfTones / 12), beats * beatSeconds),
    ),
  );
}

/** A plucked note: three partials under a falling envelope that starts and ends at zero. */
function note(hertz: number, seconds: number): Samples {
  const length = Math.round(seconds * sampleRate);
  return Int16Array.from({ length }, (_, index) => {
    const time = index / sampleRate;
    const phase = 2 * Math.PI * hertz * time;
    const wave = Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.15 * Math.sin(3 * phase);
    const envelope = Math.min(1, time / 0.01) * Math.exp(-2.5 * time) * Math.min(1, (seconds - time) / 0.02);
    return Math.round(noteLevel * wave * envelope);
  });
}

function silence(seconds: number): Samples {
  return new Int16Array(Math.round(seconds * sampleRate));
}

function joined(parts: readonly Samples[]): Samples {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
