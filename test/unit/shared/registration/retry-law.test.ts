import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterFailure, noFailures, type RetryMemory } from '#shared/registration/retry-law.ts';

const refused = { accepted: false, retryAfterSeconds: undefined };

/** Delays of a row of equal failures with the same random number. */
function delays(count: number, accepted: boolean, fraction: number): number[] {
  let memory: RetryMemory = noFailures;
  return Array.from({ length: count }, () => {
    const step = afterFailure(memory, { accepted, retryAfterSeconds: undefined }, fraction);
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
    const { memory } = afterFailure({ failures: 7, acceptedThenFailed: 7 }, refused, 0.5);
    expect(memory).toEqual({ failures: 8, acceptedThenFailed: 0 });
  });

  it.each([
    [120, 120_000],
    [0, 1_000],
    [4_294_967_295, 3_600_000],
    [Number.NaN, 60_000],
  ])('obeys Retry-After %d, clamped', (seconds, delayMs) => {
    expect(afterFailure(noFailures, { accepted: true, retryAfterSeconds: seconds }, 0).delayMs).toBe(delayMs);
    expect(afterFailure(noFailures, { accepted: true, retryAfterSeconds: seconds }, 0.999_999).delayMs).toBeLessThanOrEqual(delayMs * 1.1);
  });

  it('never asks for a negative or endless wait', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.nat(10_000),
        fc.boolean(),
        fc.option(fc.double(), { nil: undefined }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, accepts, accepted, retryAfterSeconds, fraction) => {
          const { delayMs } = afterFailure({ failures, acceptedThenFailed: accepts }, { accepted, retryAfterSeconds }, fraction);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(3_600_000 * 1.1);
        },
      ),
    );
  });
});
