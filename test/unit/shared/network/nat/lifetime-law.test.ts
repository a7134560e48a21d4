import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LifetimeBounds, lifetimeRange, narrowed, nextAges } from '#shared/network/nat/lifetime-law.ts';

/** Plays the measurement against a NAT that keeps mappings for `lifetime` seconds. */
function measure(lifetime: number) {
  let bounds: LifetimeBounds = { atLeast: 0, below: null };
  let seconds = 0;
  let rounds = 0;
  for (let ages = nextAges(bounds, lifetimeRange); ages.length > 0; ages = nextAges(bounds, lifetimeRange)) {
    rounds++;
    const gone = ages.findIndex((age) => age >= lifetime);
    const looked = gone < 0 ? ages : ages.slice(0, gone + 1);
    bounds = narrowed(
      bounds,
      looked.map((age) => ({ age, isAlive: age < lifetime })),
    );
    seconds += looked.at(-1) ?? 0;
  }
  return { ...bounds, seconds, rounds };
}

describe('lifetime of a mapping', () => {
  it('lies between the bounds, which are close, for any NAT', () => {
    fc.assert(
      fc.property(fc.integer({ min: 21, max: 900 }), (lifetime) => {
        const { atLeast, below, seconds, rounds } = measure(lifetime);
        expect(atLeast).toBeLessThan(lifetime);
        expect(below).toBeGreaterThanOrEqual(lifetime);
        expect((below ?? 0) - atLeast).toBeLessThanOrEqual((below ?? 0) * 0.15);
        expect(rounds).toBeLessThanOrEqual(2);
        // the ladder goes to twice the lifetime at most, the second round to the lifetime and a step
        expect(seconds).toBeLessThan(lifetime * 3.3);
      }),
    );
  });

  it('says only what it saw where mappings last longer than anybody asks, or not even as long as the shortest', () => {
    expect(measure(3_600)).toMatchObject({ atLeast: 900, below: null, rounds: 1, seconds: 900 });
    const short = measure(11);
    expect(short.atLeast).toBeLessThan(11);
    expect(short.below).toBeGreaterThanOrEqual(11);
  });

  it('believes the shortest age that was gone', () => {
    const seen = [
      { age: 20, isAlive: true },
      { age: 40, isAlive: false },
      { age: 80, isAlive: true },
    ];
    expect(narrowed({ atLeast: 0, below: null }, seen)).toEqual({ atLeast: 20, below: 40 });
  });
});
