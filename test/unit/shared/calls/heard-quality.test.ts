import { expect, it } from 'vitest';
import { heardQuality } from '#shared/calls/heard-quality.ts';

it.each([
  [{ good: 0, fair: 0, poor: 0 }, null],
  [{ good: 60, fair: 5, poor: 5 }, 'good'],
  [{ good: 60, fair: 30, poor: 0 }, 'fair'],
  [{ good: 60, fair: 20, poor: 8 }, 'fair'],
  [{ good: 80, fair: 10, poor: 10 }, 'poor'],
  [{ good: 1, fair: 0, poor: 0 }, 'good'],
] as const)('judges a call with %o as %s', (counts, quality) => {
  expect(heardQuality(counts)).toBe(quality);
});
