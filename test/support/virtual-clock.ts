import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock that stands still until told to move. Wall time starts at `startWallMs` and moves with the monotonic time. */
export class VirtualClock implements Clock {
  readonly #pending = new Set<Pending>();
  #nowMs = 0;
  #wallOffsetMs: number;
  #nextOrder = 0;

  constructor(startWallMs = Date.UTC(2026, 0, 5, 9, 0, 0)) {
    this.#wallOffsetMs = startWallMs;
  }

  /** Scheduled actions that neither ran nor were disposed; tests use it to prove that no timer stayed behind. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Milliseconds until the next action is due; undefined when none is. */
  get nextDelayMs(): number | undefined {
    const next = this.#next(Infinity);
    return next === undefined ? undefined : next.dueMs - this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs;
  }

  schedule(delayMs: number, action: () => void): Disposable {
    const entry: Pending = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#nextOrder++, action };
    this.#pending.add(entry);
    return toDisposable(() => this.#pending.delete(entry));
  }

  /** Moves both times by `ms` and runs what falls due on the way, in order, each at its own instant. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) this.#run(next);
    this.#nowMs = endMs;
  }

  /** As `advance`, and lets promises settle before, between and after the actions. */
  async advanceAsync(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#run(next);
      await settle();
    }
    this.#nowMs = endMs;
  }

  /** Sets the wall time forward or back (negative), as a user or NTP does; no timer moves. */
  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  #next(untilMs: number): Pending | undefined {
    let found: Pending | undefined;
    for (const entry of this.#pending) {
      if (entry.dueMs > untilMs) continue;
      if (found === undefined || entry.dueMs < found.dueMs || (entry.dueMs === found.dueMs && entry.order < found.order)) found = entry;
    }
    return found;
  }

  #run(entry: Pending): void {
    this.#pending.delete(entry);
    this.#nowMs = entry.dueMs;
    entry.action();
  }
}

/** One turn of the event loop: every promise that can settle without input from outside has settled after it. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
