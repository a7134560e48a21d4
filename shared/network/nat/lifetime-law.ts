/**
 * For how long a NAT keeps a mapping that nothing goes through (RFC 5780 section 4.6). A binary search would wait minutes for each
 * bit, one after the other. Here mappings of many ages are watched side by side: the first that is gone bounds the lifetime from
 * above, and a second round divides what lies in between. That takes twice the lifetime, not many times the longest one.
 */

/** Seconds. `below` is null as long as no mapping was seen gone. */
export interface LifetimeBounds {
  readonly atLeast: number;
  readonly below: number | null;
}

export interface LifetimeRange {
  /** Seconds. */
  readonly shortest: number;
  readonly longest: number;
}

export const lifetimeRange: LifetimeRange = { shortest: 20, longest: 900 };

/** Mappings watched side by side. */
const atOnce = 7;
/** Bounds that lie closer than this tell enough to choose a keep-alive by. */
const precision = 0.15;

/** Ages in seconds at which mappings are to be looked at next, rising; none when enough is known. */
export function nextAges({ atLeast, below }: LifetimeBounds, { shortest, longest }: LifetimeRange): number[] {
  if (below === null) return atLeast === 0 ? ladder(shortest, longest) : [];
  if (below - atLeast <= Math.max(shortest / 20, below * precision)) return [];
  return Array.from({ length: atOnce }, (_, index) => atLeast + ((below - atLeast) * (index + 1)) / (atOnce + 1));
}

/** The bounds after mappings of these ages were looked at; the shortest that is gone counts, because a later one lived by chance. */
export function narrowed(bounds: LifetimeBounds, seen: readonly { readonly age: number; readonly isAlive: boolean }[]): LifetimeBounds {
  const below = Math.min(bounds.below ?? Infinity, ...seen.filter(({ isAlive }) => !isAlive).map(({ age }) => age));
  const lived = seen.filter(({ age, isAlive }) => isAlive && age < below).map(({ age }) => age);
  return { atLeast: Math.max(bounds.atLeast, ...lived), below: Number.isFinite(below) ? below : null };
}

/** Each age twice the one before it, the last as long as anybody asks. */
function ladder(shortest: number, longest: number): number[] {
  const ages: number[] = [];
  for (let age = shortest; age < longest; age *= 2) ages.push(age);
  return [...ages, longest];
}
