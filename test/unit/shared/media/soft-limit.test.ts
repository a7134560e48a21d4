import fc from 'fast-check';
import { expect, it } from 'vitest';
import { limitedRange, softLimit, softLimitCurve } from '#shared/media/soft-limit.ts';

it('leaves ordinary sound as it is and never leaves full scale', () => {
  fc.assert(
    fc.property(fc.double({ min: -0.7, max: 0.7, noNaN: true }), (sample) => {
      expect(softLimit(sample)).toBe(sample);
    }),
  );
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (sample) => {
      expect(Math.abs(softLimit(sample))).toBeLessThanOrEqual(1);
      expect(softLimit(-sample)).toBeCloseTo(-softLimit(sample), 12);
    }),
  );
});

it('bends without a kink: louder stays louder, and no step is steeper than the sound', () => {
  const steps = Array.from({ length: 2_000 }, (_, at) => softLimit((at + 1) / 1_000) - softLimit(at / 1_000));
  expect(Math.min(...steps)).toBeGreaterThan(0);
  expect(Math.max(...steps)).toBeLessThanOrEqual(0.001 + 1e-9);
});

it('is a curve over twice full scale with silence in its middle', () => {
  const curve = softLimitCurve(4_097);
  expect(curve[2_048]).toBe(0);
  expect(curve[0]).toBeCloseTo(softLimit(-limitedRange), 6);
  expect(curve.at(-1)).toBeCloseTo(softLimit(limitedRange), 6);
  expect(curve[2_048 + 512]).toBeCloseTo(0.5, 6);
});
