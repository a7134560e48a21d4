import type { Disposable } from '#shared/util/disposable.ts';

const frameMs = 20;
/** What was missed while the process did not run is not made up for in one burst. */
const maxCatchUpFrames = 5;

/** How many frames are due `elapsedMs` after the start, when `sent` were counted so far; and how many are to be skipped for good. */
export function framesDue(elapsedMs: number, sent: number): { readonly due: number; readonly skipped: number } {
  const behind = Math.max(0, Math.floor(elapsedMs / frameMs) + 1 - sent);
  return behind > maxCatchUpFrames ? { due: 1, skipped: behind - 1 } : { due: behind, skipped: 0 };
}

/**
 * Calls `onFrame` once for each 20 ms of real time. Late timers are made up for by the next one, so that the stream neither
 * drifts nor starves; `skippedBefore` counts frames whose time has passed without them.
 */
export class FramePacer implements Disposable {
  readonly #onFrame: (skippedBefore: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;
  #counted = 0;

  constructor(onFrame: (skippedBefore: number) => void) {
    this.#onFrame = onFrame;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#startMs = performance.now();
    this.#counted = 0;
    this.#tick();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const { due, skipped } = framesDue(performance.now() - this.#startMs, this.#counted);
    for (let index = 0; index < due; index++) this.#onFrame(index === 0 ? skipped : 0);
    this.#counted += due + skipped;
    const nextMs = this.#startMs + this.#counted * frameMs - performance.now();
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, nextMs));
  }
}
