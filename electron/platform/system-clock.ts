import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import { type Clock, longestTimerMs } from '#shared/util/clock.ts';

/** The real time. Timers keep the process alive until they fire or are disposed. */
export class SystemClock implements Clock {
  monotonicMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  schedule(delayMs: number, action: () => void): Disposable {
    let timer: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const pieceMs = Math.min(remainingMs, longestTimerMs);
      timer = setTimeout(() => {
        if (remainingMs > pieceMs) arm(remainingMs - pieceMs);
        else action();
      }, pieceMs);
    };
    arm(Math.max(0, delayMs));
    return toDisposable(() => clearTimeout(timer));
  }
}
