import { char, isDigit, skipSpace } from './characters.ts';

/** RFC 3261 section 20.19: larger values mean this one. In seconds. */
export const largestDeltaSeconds = 2 ** 32 - 1;

/**
 * Reads a number of seconds as Expires, Min-Expires, Retry-After, Min-SE, Session-Expires, and `expires` or `retry-after`
 * parameters carry it. Tolerant: quotes or white space around it, comments and parameters behind it, values beyond 32 bits
 * (cut to `largestDeltaSeconds`). A negative number, a missing one, or another text gives undefined.
 */
export function parseDeltaSeconds(value: string | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  let index = skipSpace(value, 0, value.length);
  const quoted = value.charCodeAt(index) === char.quote;
  if (quoted) index = skipSpace(value, index + 1, value.length);
  const start = index;
  let seconds = 0;
  for (; index < value.length && isDigit(value.charCodeAt(index)); index++) {
    seconds = Math.min(seconds * 10 + value.charCodeAt(index) - char.zero, largestDeltaSeconds);
  }
  if (index === start) return undefined;
  const after = skipSpace(value, index, value.length);
  const next = after < value.length ? value.charAt(after) : '';
  if (quoted) return next === '"' ? seconds : undefined;
  // `18000;duration=3600`, `120 (I'm in a meeting)`, `3600, 60` and `3600.5`
  return next === '' || ';(,.'.includes(next) ? seconds : undefined;
}
