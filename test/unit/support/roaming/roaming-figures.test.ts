import { expect, it } from 'vitest';
import { figuresOf, tableOf } from '#test/support/roaming/roaming-figures.ts';
import type { Outcome } from '#test/support/roaming/roaming-run.ts';

const outcome = (name: string, silentHereMs: number, silentThereMs: number, more: Partial<Outcome> = {}): Outcome => ({
  name,
  silentHereMs,
  silentThereMs,
  lost: false,
  stale: false,
  registeredMs: 100,
  trouble: '',
  ...more,
});

it('counts the direction that waited longer, a row a kind and one for all', () => {
  const rows = figuresOf([
    outcome('lan to home', 200, 900),
    outcome('lan to home', 400, 100, { lost: true }),
    outcome('cable pulled', 50, 20, { registeredMs: null, stale: true }),
  ]);
  expect(rows).toEqual([
    { name: 'cable pulled', count: 1, gap: { p50: 50, p95: 50, p99: 50 }, registered: null, lost: 0, stale: 1 },
    {
      name: 'lan to home',
      count: 2,
      gap: { p50: 900, p95: 900, p99: 900 },
      registered: { p50: 100, p95: 100, p99: 100 },
      lost: 1,
      stale: 0,
    },
    { name: 'all', count: 3, gap: { p50: 400, p95: 900, p99: 900 }, registered: { p50: 100, p95: 100, p99: 100 }, lost: 1, stale: 1 },
  ]);
  expect(tableOf(rows).split('\n')).toHaveLength(4);
});

it('has nothing to say of no switches', () => expect(figuresOf([])).toEqual([]));
