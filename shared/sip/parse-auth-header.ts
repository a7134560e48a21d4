import { char, isToken, skipQuoted, skipSpace, splitAtCommas, unquote } from './characters.ts';

/** One challenge or one set of credentials (RFC 3261 section 20.44, RFC 7235). */
export interface AuthValue {
  /** As received: `Digest`, `Bearer` ... ; empty in Authentication-Info. */
  readonly scheme: string;
  /** Names in lower case, values without quotes whether they stood there or not; the first of a name wins. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads WWW-Authenticate and Proxy-Authenticate values, one for each header, each with any number of challenges, in order.
 * Tolerant: quotes present or missing on every parameter, white space anywhere, empty elements and trailing commas, a last quote
 * that is never closed. What cannot be read is left out.
 */
export function parseChallenges(values: readonly string[]): AuthValue[] {
  return values.flatMap(readChallenges);
}

/** Reads an Authorization or Proxy-Authorization value; undefined when it names no scheme. */
export function parseCredentials(value: string): AuthValue | undefined {
  return readChallenges(value)[0];
}

/** Reads an Authentication-Info value (RFC 3261 section 20.6): parameters without a scheme. */
export function parseAuthenticationInfo(value: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const element of splitAtCommas(value)) addParameters(parameters, element, 0);
  return parameters;
}

function readChallenges(value: string): AuthValue[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const element of splitAtCommas(value)) {
    const current = found.at(-1);
    const end = schemeEnd(element, current === undefined);
    if (end < 0) {
      if (current !== undefined) addParameters(current.parameters, element, 0);
      continue;
    }
    const challenge = { scheme: element.slice(0, end), parameters: new Map<string, string>() };
    found.push(challenge);
    addParameters(challenge.parameters, element, end);
  }
  return found;
}

/**
 * Index behind the scheme that begins the element, or -1 when the element belongs to the challenge before it. A lone word is
 * a scheme only when it comes first; later it is a parameter without a value.
 */
function schemeEnd(element: string, first: boolean): number {
  const end = endOfToken(element, 0);
  if (end === 0) return -1;
  const next = skipSpace(element, end, element.length);
  if (next === element.length) return first ? end : -1;
  return next > end && element.charCodeAt(next) !== char.equals ? end : -1;
}

/** Reads `name=value`, and whatever follows a quoted value when only a comma was forgotten. */
function addParameters(parameters: Map<string, string>, element: string, from: number): void {
  let index = from;
  while (index < element.length) {
    const start = skipSpace(element, index, element.length);
    const nameEnd = endOfToken(element, start);
    const equals = skipSpace(element, nameEnd, element.length);
    if (nameEnd === start || element.charCodeAt(equals) !== char.equals) return;
    const name = element.slice(start, nameEnd).toLowerCase();
    const valueStart = skipSpace(element, equals + 1, element.length);
    let value: string;
    if (element.charCodeAt(valueStart) === char.quote) {
      const close = skipQuoted(element, valueStart, element.length);
      index = close < 0 ? element.length : close;
      value = close < 0 ? element.slice(valueStart + 1) : unquote(element, valueStart, close);
    } else {
      index = element.length;
      value = element.slice(valueStart);
    }
    if (!parameters.has(name)) parameters.set(name, value);
  }
}

function endOfToken(text: string, start: number): number {
  let index = start;
  while (index < text.length && isToken(text, index, index + 1)) index++;
  return index;
}
