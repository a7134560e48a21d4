import { char, lowerCase, skipQuoted, skipSpace, trimEnd, unquote } from './characters.ts';

/** `;name=value` lists: names in lower case; a parameter without a value maps to null; quoted values are unquoted. The first of a name wins. */
export type Parameters = ReadonlyMap<string, string | null>;

export const noParameters: Parameters = new Map();

/**
 * Reads header parameters (RFC 3261 section 25.1 `generic-param`) from `;tag=1;x="a b";lr`. Tolerant: white space around
 * every sign, empty parameters (`;;`), any character in a value.
 * @returns undefined when the text does not begin with `;`, a quote stays open, or an unquoted comma stands there.
 */
export function parseParameters(text: string): Parameters | undefined {
  return readParameters(text, 0, text.length);
}

/** As `parseParameters`, on the part of a text. */
export function readParameters(text: string, start: number, end: number): Parameters | undefined {
  let index = skipSpace(text, start, end);
  if (index >= end) return noParameters;
  if (text.charCodeAt(index) !== char.semicolon) return undefined;
  const parameters = new Map<string, string | null>();
  while (index < end) {
    const nameStart = skipSpace(text, index + 1, end);
    let stop = nameStart;
    let code = 0;
    for (; stop < end; stop++) {
      code = text.charCodeAt(stop);
      if (code === char.semicolon || code === char.equals) break;
      if (code === char.comma || code === char.quote) return undefined;
    }
    const nameEnd = trimEnd(text, nameStart, stop);
    const hasValue = stop < end && code === char.equals;
    let value: string | null = null;
    if (hasValue) {
      const valueStart = skipSpace(text, stop + 1, end);
      stop = endOfValue(text, valueStart, end);
      if (stop < 0) return undefined;
      value = readValue(text, valueStart, trimEnd(text, valueStart, stop));
    }
    if (nameEnd > nameStart) {
      const name = lowerCase(text, nameStart, nameEnd);
      if (!parameters.has(name)) parameters.set(name, value);
    }
    index = stop;
  }
  return parameters.size === 0 ? noParameters : parameters;
}

/** Index of the `;` that ends the value, or `end`; -1 on an open quote or an unquoted comma. */
function endOfValue(text: string, start: number, end: number): number {
  let index = start;
  while (index < end) {
    const code = text.charCodeAt(index);
    if (code === char.semicolon) return index;
    if (code === char.comma) return -1;
    if (code === char.quote) {
      index = skipQuoted(text, index, end);
      if (index < 0) return -1;
    } else index++;
  }
  return end;
}

function readValue(text: string, start: number, end: number): string {
  const quoted = end - start >= 2 && text.charCodeAt(start) === char.quote && text.charCodeAt(end - 1) === char.quote;
  return quoted ? unquote(text, start, end) : text.slice(start, end);
}
