/** So many rebuilds are made within `guardWindowMs`; the next waits until the oldest death is that long ago. */
export const guardLimit = 3;
export const guardWindowMs = 60_000;

/**
 * How long to wait before the next rebuild, in ms; 0 for at once.
 * @param deaths monotonic times of all deaths, oldest first, the latest included
 */
export function restartDelayMs(deaths: readonly number[], nowMs: number): number {
  const recent = deaths.filter((death) => nowMs - death < guardWindowMs);
  const oldest = recent.at(-guardLimit - 1);
  return oldest === undefined ? 0 : Math.max(0, oldest + guardWindowMs - nowMs);
}
