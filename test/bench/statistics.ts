/** The value in the middle; of an even number the higher of the two. @throws RangeError without values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that at least `fraction` (0 to 1) of the values do not exceed. @throws RangeError without values */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
  if (value === undefined) throw new RangeError('No values to choose from.');
  return value;
}

/** Each value over its partner of the same round. */
export function ratios(values: readonly number[], partners: readonly number[]): number[] {
  return values.flatMap((value, index) => {
    const partner = partners[index];
    return partner === undefined ? [] : [value / partner];
  });
}
