import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterFailure, noFailures, type RetryMemory } from '#shared/registration/retry-law.ts';

const refused = { accepted: false, nothingListens: false, retryAfterSeconds: undefined };

/** Delays of a row of equal failures with the same random number. */
function delays(count: number, accepted: boolean, fraction: number): number[] {
  let memory: RetryMemory = noFailures;
  return Array.from({ length: count }, () => {
    const step = afterFailure(memory, { ...refused, accepted }, fraction);
    memory = step.memory;
    return step.delayMs;
  });
}

describe('the retry law', () => {
  it('tries again at once, then climbs to half a minute and stays', () => {
    expect(delays(9, false, 0.5)).toEqual([125, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000]);
    expect(delays(7, false, 0)).toEqual([0, 800, 1_600, 3_200, 6_400, 12_000, 24_000]);
  });

  it('backs off as RFC 5626 asks when the server takes connections and fails five times', () => {
    expect(delays(5, true, 0).slice(4)).toEqual([15_000]);
    expect(delays(14, true, 0.999_999).at(-1)).toBeGreaterThan(1_799_000);
    expect(delays(14, true, 0.999_999).at(-1)).toBeLessThanOrEqual(1_800_000);
  });

  it('forgets acceptance as soon as a connection is refused', () => {
    const { memory } = afterFailure({ failures: 7, acceptedThenFailed: 7, looks: 0 }, refused, 0.5);
    expect(memory).toEqual({ failures: 8, acceptedThenFailed: 0, looks: 0 });
  });

  it('looks once a second for ten minutes while nothing listens, then twice a minute', () => {
    let memory: RetryMemory = noFailures;
    let elapsedMs = 0;
    const delaysMs: number[] = [];
    for (let look = 0; look < 900; look++) {
      const step = afterFailure(memory, { ...refused, nothingListens: true }, 0.5);
      memory = step.memory;
      elapsedMs += step.delayMs;
      delaysMs.push(step.delayMs);
      if (look === 749) expect(elapsedMs).toBeCloseTo(600_000, -4);
    }
    expect(delaysMs.slice(0, 3)).toEqual([125, 800, 800]);
    expect(delaysMs.slice(751)).toEqual(Array.from({ length: 149 }, () => 30_000));
  });

  it('goes on with the ladder when a server that was looked for does something else', () => {
    const looked = afterFailure({ failures: 0, acceptedThenFailed: 0, looks: 9 }, { ...refused, accepted: true }, 0.5);
    expect(looked).toEqual({ delayMs: 1_000, memory: { failures: 1, acceptedThenFailed: 1, looks: 9 } });
  });

  it.each([
    [120, 120_000],
    [0, 1_000],
    [4_294_967_295, 3_600_000],
    [Number.NaN, 60_000],
  ])('obeys Retry-After %d, clamped', (seconds, delayMs) => {
    expect(afterFailure(noFailures, { ...refused, accepted: true, retryAfterSeconds: seconds }, 0).delayMs).toBe(delayMs);
    expect(afterFailure(noFailures, { ...refused, accepted: true, retryAfterSeconds: seconds }, 0.999_999).delayMs).toBeLessThanOrEqual(
      delayMs * 1.1,
    );
  });

  it('never asks for a negative or endless wait', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.nat(10_000),
        fc.boolean(),
        fc.option(fc.double(), { nil: undefined }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.boolean(),
        fc.nat(1_000),
        (failures, accepts, accepted, retryAfterSeconds, fraction, nothingListens, looks) => {
          const memory = { failures, acceptedThenFailed: accepts, looks };
          const { delayMs } = afterFailure(memory, { accepted, nothingListens, retryAfterSeconds }, fraction);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(3_600_000 * 1.1);
        },
      ),
    );
  });
});
