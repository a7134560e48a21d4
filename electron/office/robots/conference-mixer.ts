import { FramePacer } from './frame-pacer.ts';
import type { RobotVoice, Say } from './robot-voice.ts';
import { samplesPerFrame } from './robot-sounds.ts';
import { SampleQueue } from './sample-queue.ts';

/** For each voice the sum of all others, cut where 16 bits end; undefined is silence. */
export function mixMinusOwn(voices: readonly (Int16Array | undefined)[]): Int16Array[] {
  const sum = new Int32Array(samplesPerFrame);
  for (const voice of voices) voice?.forEach((sample, index) => (sum[index] = (sum[index] ?? 0) + sample));
  return voices.map((own) => Int16Array.from(sum, (sample, index) => Math.max(-32_768, Math.min(32_767, sample - (own?.[index] ?? 0)))));
}

interface Member {
  readonly heard: SampleQueue;
  readonly say: Say;
}

/** A conference: everybody hears everybody else, and not themselves. It runs while somebody is in it. */
export class ConferenceMixer {
  readonly #members = new Set<Member>();
  readonly #pacer = new FramePacer((skipped) => this.#mix(skipped));

  get size(): number {
    return this.#members.size;
  }

  /** A place in the conference; taken with `start`, left with `dispose`. */
  seat(): RobotVoice {
    let member: Member | undefined;
    return {
      start: (say) => {
        member ??= { heard: new SampleQueue(), say };
        this.#members.add(member);
        this.#pacer.start();
      },
      hear: (samples) => member?.heard.push(samples),
      dispose: () => {
        if (member === undefined || !this.#members.delete(member)) return;
        if (this.#members.size === 0) this.#pacer.dispose();
      },
    };
  }

  #mix(skipped: number): void {
    const members = [...this.#members];
    const frames = mixMinusOwn(members.map(({ heard }) => heard.take(samplesPerFrame)));
    members.forEach(({ say }, index) => say(frames[index] ?? new Int16Array(samplesPerFrame), skipped));
  }
}
