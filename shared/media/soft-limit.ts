/** Up to here a sample stays exactly what it is. */
const linearUpTo = 0.7;

/** The largest sum that the curve tells apart from larger ones: about two voices at full scale. */
export const limitedRange = 2;

/**
 * Several voices together may exceed full scale. Cutting them off there crackles; this bends them smoothly towards it instead
 * and leaves ordinary sound untouched.
 * @param sample any number @returns between -1 and 1
 */
export function softLimit(sample: number): number {
  const size = Math.abs(sample);
  if (size <= linearUpTo) return sample;
  const room = 1 - linearUpTo;
  return Math.sign(sample) * (linearUpTo + room * Math.tanh((size - linearUpTo) / room));
}

/** The curve as a WaveShaperNode takes it, for an input that was divided by `limitedRange`. @param points an odd number, so that silence has one */
export function softLimitCurve(points: number): Float32Array<ArrayBuffer> {
  const curve = new Float32Array(points);
  for (let point = 0; point < points; point++) curve[point] = softLimit(limitedRange * ((2 * point) / (points - 1) - 1));
  return curve;
}
