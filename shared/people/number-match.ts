import { interpretNumber, type NumberingSettings } from '../calls/numbering.ts';

/** Fewer digits than this are an extension: only an equal one matches. */
const shortestNationalNumber = 7;

/**
 * A number in the form in which two spellings can be compared: digits, `*`, `#`, and a leading `+` for international
 * ones. `0049 (0)89 12-34` and `+49 89 1234` give the same. Empty when the text is no number.
 */
export function comparableNumber(text: string): string {
  const compact = compactNumber(text);
  return compact.startsWith('00') && compact.length > shortestNationalNumber ? `+${compact.slice(2)}` : compact;
}

/**
 * Whether two spellings mean the same line: equal, or one international and the other the same number in national
 * form behind its trunk zero. Country codes have one to three digits (ITU-T E.164), so no table of them is needed. With the numbering of
 * the line known, local numbers and those behind the prefix of an outside line are found as well.
 */
export function sameNumber(a: string, b: string, numbering?: NumberingSettings): boolean {
  const left = comparableNumber(a);
  const right = comparableNumber(b);
  if (left === '' || right === '') return false;
  if (left === right || isNationalFormOf(left, right) || isNationalFormOf(right, left)) return true;
  return numbering !== undefined && numberKey(a, numbering) === numberKey(b, numbering);
}

/**
 * One key for all spellings of a number on a line: E.164 where its country is known, else its digits. For finding one among many.
 * Empty when the text is no number.
 */
export function numberKey(text: string, numbering: NumberingSettings): string {
  const digits = compactNumber(text);
  if (digits === '' || /[*#]/.test(digits)) return digits;
  const meaning = interpretNumber(digits, numbering);
  const number = meaning.kind === 'internal' ? undefined : meaning.number;
  return number?.number ?? comparableNumber(text);
}

/** Digits, `*`, `#` and a leading `+`; empty when there is anything else. */
function compactNumber(text: string): string {
  const bare = text.replace(/^(tel|sips?):/i, '').replace(/[;@].*$/s, '');
  const compact = bare.replace(/\(0\)/g, '').replace(/[\s()./\-\u2010-\u2015]/gu, '');
  return /^\+?[0-9*#]+$/.test(compact) ? compact : '';
}

function isNationalFormOf(national: string, international: string): boolean {
  if (!international.startsWith('+') || !/^0[1-9]/.test(national)) return false;
  const significant = national.slice(1);
  if (significant.length < shortestNationalNumber - 1 || !international.endsWith(significant)) return false;
  const countryCode = international.length - 1 - significant.length;
  return countryCode >= 1 && countryCode <= 3;
}
