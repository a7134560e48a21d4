import type { Disposable } from './disposable.ts';

/** Longest delay that a 32-bit timer takes, in milliseconds; longer ones must be cut into pieces by the clock. */
export const longestTimerMs = 2 ** 31 - 1;

/** Time as a parameter. Protocol timers use `schedule` and `monotonicMs`; wall time is for display and records only. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970 (UTC). */
  wallMs(): number;
  /** Runs `action` once after `delayMs` (0 or more; any finite length). Disposing the result cancels it. */
  schedule(delayMs: number, action: () => void): Disposable;
}
