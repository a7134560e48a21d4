import type { Disposable } from '#shared/util/disposable.ts';
import { FramePacer } from './frame-pacer.ts';
import { type Recording, sampleAt, samplesPerFrame } from './robot-sounds.ts';

/** Takes one frame to be heard; `skippedBefore` counts frames whose time has passed without them. */
export type Say = (frame: Int16Array, skippedBefore: number) => void;

/** What is said to one peer, and what becomes of what it says: frames of 20 ms at 8 kHz. */
export interface RobotVoice extends Disposable {
  start(say: Say): void;
  hear(samples: Int16Array): void;
}

/** Plays a recording and hears nothing. */
export class RecordedVoice implements RobotVoice {
  readonly #recording: Recording;
  #position = 0;
  #pacer: FramePacer | undefined;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  start(say: Say): void {
    this.#pacer ??= new FramePacer((skipped) => say(this.#nextFrame(), skipped));
    this.#pacer.start();
  }

  hear(): void {}

  dispose(): void {
    this.#pacer?.dispose();
  }

  #nextFrame(): Int16Array {
    const start = this.#position;
    this.#position += samplesPerFrame;
    return Int16Array.from({ length: samplesPerFrame }, (_, index) => sampleAt(this.#recording, start + index));
  }
}
