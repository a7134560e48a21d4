/** A pause longer than this is heard as one; frames come every 10 to 20 ms, and a jitter buffer may stretch a little. In ms. */
const pauseMs = 120;

/** When sound arrived at one end, frame by frame: wall times in ms. */
export class SoundLog {
  #frames: number[] = [];

  /** @param times in ascending order */
  add(times: readonly number[]): void {
    this.#frames.push(...times);
  }

  /** Whether sound has come without a pause during the last `forMs` before `now`. */
  isSteady(now: number, forMs: number): boolean {
    const from = now - forMs;
    const before = this.#frames.findLast((at) => at <= from);
    return before !== undefined && this.#pauses(from, now).length === 0;
  }

  /** Time without sound between two moments: the sum of all pauses that reach into that time. */
  silentMs(from: number, to: number): number {
    return this.#pauses(from, to).reduce((sum, pause) => sum + pause, 0);
  }

  /** Forgets what lies before a moment, but for the last frame. */
  forgetBefore(moment: number): void {
    const last = this.#frames.findLastIndex((at) => at < moment);
    this.#frames = this.#frames.slice(Math.max(0, last));
  }

  #pauses(from: number, to: number): number[] {
    const first = Math.max(
      0,
      this.#frames.findLastIndex((at) => at <= from),
    );
    const inside = this.#frames.slice(first).filter((at) => at <= to);
    return [...inside, to].flatMap((at, index, all) => {
      const pause = at - (all[index - 1] ?? at);
      return pause > pauseMs ? [pause] : [];
    });
  }
}
