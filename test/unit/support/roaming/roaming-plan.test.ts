import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nameOf, roamingPlan, start } from '#test/support/roaming/roaming-plan.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';

const cables = { most: 2, minMs: 5_000, maxMs: 8_000 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 });

it('is the same for the same seed, and another for another', () => {
  const [one, again, other] = [1, 1, 2].map((seed) => roamingPlan({ count: 20, cables }, new SeededRandom(seed)));
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
});

it('begins in the office and leads home by way of the internet and the tunnel', () => {
  const names = roamingPlan({ count: 3, cables }, new SeededRandom(1)).map(nameOf);
  expect(names).toEqual(['lan to public', 'public to vpn', 'vpn to home']);
});

it('goes on where it is, changes something each time, and pulls no more cables than it may, for no longer', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const plan = roamingPlan({ count: 60, cables }, new SeededRandom(seed));
      expect(plan).toHaveLength(60);
      let here = start;
      for (const { kind, from, network, family, lastsMs } of plan) {
        expect(from).toEqual(here);
        if (kind === 'move' || kind === 'overlap') expect(network).not.toBe(from.network);
        if (kind === 'family') expect([network, family === from.family]).toEqual([from.network, false]);
        if (kind === 'cable') expect(lastsMs >= cables.minMs && lastsMs <= cables.maxMs).toBe(true);
        expect(lastsMs > 0).toBe(kind === 'cable' || kind === 'overlap');
        here = { network, family };
      }
      expect(plan.filter(({ kind }) => kind === 'cable').length).toBeLessThanOrEqual(cables.most);
    }),
  );
});

it('meets every kind in a long plan', () => {
  const plan = roamingPlan({ count: 200, cables: { ...cables, most: 10 } }, new SeededRandom(7));
  expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(['move', 'overlap', 'family', 'cable']));
  expect(new Set(plan.map(({ network }) => network))).toEqual(new Set(['lan', 'home', 'vpn', 'public']));
});
