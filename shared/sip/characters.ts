/** ASCII codes that the parsers look for. */
export const char = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  percent: 0x25,
  comma: 0x2c,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  semicolon: 0x3b,
  lessThan: 0x3c,
  equals: 0x3d,
  greaterThan: 0x3e,
  question: 0x3f,
  at: 0x40,
  leftBracket: 0x5b,
  backslash: 0x5c,
  rightBracket: 0x5d,
  ampersand: 0x26,
  delete: 0x7f,
} as const;

const tokenTable = tableOf("-.!%*_+`'~");
const hostTable = tableOf('-._');

function tableOf(marks: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const text of ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', marks]) {
    for (let index = 0; index < text.length; index++) table[text.charCodeAt(index)] = 1;
  }
  return table;
}

/** RFC 3261 section 25.1 `token`: at least one character, all of them allowed. */
export function isToken(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (tokenTable[text.charCodeAt(index)] !== 1) return false;
  }
  return end > start;
}

/** A character of a host name; underscores and non-ASCII letters are taken because real networks have them. */
export function isHostCharacter(code: number): boolean {
  return code >= 0x80 || hostTable[code] === 1;
}

/** Linear white space that is left after unfolding. */
export function isSpace(code: number): boolean {
  return code === char.space || code === char.tab;
}

export function isDigit(code: number): boolean {
  return code >= char.zero && code <= char.nine;
}

/** First index from `start` that is no white space, at most `end`. */
export function skipSpace(text: string, start: number, end: number): number {
  let index = start;
  while (index < end && isSpace(text.charCodeAt(index))) index++;
  return index;
}

/** `end` moved left over white space, at least `start`. */
export function trimEnd(text: string, start: number, end: number): number {
  let index = end;
  while (index > start && isSpace(text.charCodeAt(index - 1))) index--;
  return index;
}

/**
 * Reads `1*DIGIT` between two indexes.
 * @returns the number, or undefined when empty, when another character stands there, or above `maximum`.
 */
export function readDigits(text: string, start: number, end: number, maximum: number): number | undefined {
  if (start >= end) return undefined;
  let value = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return undefined;
    value = value * 10 + (code - char.zero);
    if (value > maximum) return undefined;
  }
  return value;
}

/**
 * Index after the quote that closes the quoted string opened at `start`, or -1 when it is never closed. A backslash
 * takes the next character with it (RFC 3261 section 25.1 quoted-pair).
 */
export function skipQuoted(text: string, start: number, end: number): number {
  for (let index = start + 1; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === char.quote) return index + 1;
    if (code === char.backslash) index++;
  }
  return -1;
}

/** The content between the quotes at `start` and `end - 1`, backslashes resolved. */
export function unquote(text: string, start: number, end: number): string {
  const content = text.slice(start + 1, end - 1);
  return content.includes('\\') ? content.replace(/\\([^])/g, '$1') : content;
}

/** A slice in lower case; text that is lower case already is not copied. */
export function lowerCase(text: string, start: number, end: number): string {
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if ((code >= 0x41 && code <= 0x5a) || code >= 0x80) return text.slice(start, end).toLowerCase();
  }
  return text.slice(start, end);
}

/** Splits at commas that stand outside quoted strings; empty elements are left out. An open quote ends with the text. */
export function splitAtCommas(text: string): string[] {
  const elements: string[] = [];
  let from = 0;
  const add = (to: number): void => {
    const start = skipSpace(text, from, to);
    const stop = trimEnd(text, start, to);
    if (stop > start) elements.push(text.slice(start, stop));
  };
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === char.quote) {
      const after = skipQuoted(text, index, text.length);
      if (after < 0) break;
      index = after - 1;
    } else if (code === char.comma) {
      add(index);
      from = index + 1;
    }
  }
  add(text.length);
  return elements;
}
