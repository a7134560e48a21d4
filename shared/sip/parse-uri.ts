import { char, isDigit, isHostCharacter, lowerCase, readDigits, skipSpace, trimEnd } from './characters.ts';
import type { SipUri } from './message.ts';
import { noParameters, type Parameters } from './parse-parameters.ts';

const noHeaders: ReadonlyMap<string, readonly string[]> = new Map();
const largestPort = 65_535;

/**
 * Reads a URI (RFC 3261 section 19.1; `tel:` RFC 3966). Tolerant: any character but white space, controls, `<`, `>` and `"`
 * in the user part, underscores and letters beyond ASCII in hosts, IPv6 zones, an empty port. URI parameters and the values of
 * URI headers are percent-decoded. A URI of another scheme keeps only its scheme and text.
 * @returns undefined when there is no scheme, or a `sip:`/`sips:` URI has no readable host.
 */
export function parseUri(text: string): SipUri | undefined {
  const start = skipSpace(text, 0, text.length);
  return readUri(text, start, trimEnd(text, start, text.length));
}

/** As `parseUri`, on the part of a text without white space around it. */
export function readUri(text: string, start: number, end: number): SipUri | undefined {
  const colon = text.startsWith('sip:', start) ? start + 3 : endOfScheme(text, start, end);
  if (colon < 0) return undefined;
  // one pass: refuse what no URI may hold, find the user's end and whether anything is escaped
  let at = -1;
  let escaped = false;
  for (let index = colon + 1; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code <= char.space || code === char.delete || code === char.quote || code === char.lessThan || code === char.greaterThan) {
      return undefined;
    }
    if (code === char.at && at < 0) at = index;
    else if (code === char.percent) escaped = true;
  }
  const scheme = lowerCase(text, start, colon);
  if (scheme === 'sip' || scheme === 'sips') return readSip(scheme, text, start, colon + 1, at, end, escaped);
  if (scheme === 'tel') return readTel(text, start, colon + 1, end, escaped);
  if (colon + 1 === end) return undefined;
  return {
    scheme,
    user: undefined,
    host: '',
    port: undefined,
    parameters: noParameters,
    headers: noHeaders,
    text: text.slice(start, end),
  };
}

/** Index of the colon behind the scheme, or -1. */
function endOfScheme(text: string, start: number, end: number): number {
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === char.colon) return index > start ? index : -1;
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    const later = index > start && (isDigit(code) || code === 0x2b || code === 0x2d || code === 0x2e);
    if (!letter && !later) return -1;
  }
  return -1;
}

function readSip(
  scheme: string,
  text: string,
  start: number,
  bodyStart: number,
  at: number,
  end: number,
  escaped: boolean,
): SipUri | undefined {
  const hostStart = at < 0 ? bodyStart : at + 1;
  const hostEnd = endOfHost(text, hostStart, end);
  if (hostEnd < 0) return undefined;
  let index = hostEnd;
  let port: number | undefined;
  if (index < end && text.charCodeAt(index) === char.colon) {
    const portStart = index + 1;
    for (index = portStart; index < end && isDigit(text.charCodeAt(index));) index++;
    port = readDigits(text, portStart, index, largestPort);
    if (port === undefined && index > portStart) return undefined;
  }
  let parametersEnd = index;
  if (index < end) {
    const code = text.charCodeAt(index);
    if (code !== char.semicolon && code !== char.question) return undefined;
    while (parametersEnd < end && text.charCodeAt(parametersEnd) !== char.question) parametersEnd++;
  }
  return {
    scheme,
    user: at > bodyStart ? readUser(text, bodyStart, at) : undefined,
    host: lowerCase(text, hostStart, hostEnd),
    port,
    parameters: readUriParameters(text, index, parametersEnd, escaped),
    headers: readUriHeaders(text, parametersEnd, end),
    text: text.slice(start, end),
  };
}

function readTel(text: string, start: number, numberStart: number, end: number, escaped: boolean): SipUri | undefined {
  let index = numberStart;
  while (index < end && text.charCodeAt(index) !== char.semicolon) index++;
  if (index === numberStart) return undefined;
  return {
    scheme: 'tel',
    user: text.slice(numberStart, index),
    host: '',
    port: undefined,
    parameters: readUriParameters(text, index, end, escaped),
    headers: noHeaders,
    text: text.slice(start, end),
  };
}

/** The user without the password that RFC 3261 section 19.1.1 advises against. */
function readUser(text: string, start: number, end: number): string {
  let index = start;
  while (index < end && text.charCodeAt(index) !== char.colon) index++;
  return text.slice(start, index);
}

/** Index behind a host name, IPv4 address or bracketed IPv6 literal, or -1. RFC 5118 section 4.10: `:::` is let through. */
export function endOfHost(text: string, start: number, end: number): number {
  let index = start;
  if (text.charCodeAt(start) === char.leftBracket && start < end) {
    for (index = start + 1; index < end; index++) {
      const code = text.charCodeAt(index);
      if (code === char.rightBracket) return index > start + 2 ? index + 1 : -1;
      if (code !== char.colon && code !== char.percent && (code >= 0x80 || !isHostCharacter(code))) return -1;
    }
    return -1;
  }
  while (index < end && isHostCharacter(text.charCodeAt(index))) index++;
  return index > start ? index : -1;
}

function readUriParameters(text: string, start: number, end: number, escaped: boolean): Parameters {
  if (start >= end) return noParameters;
  const parameters = new Map<string, string | null>();
  let nameStart = start + 1;
  let equals = -1;
  for (let index = nameStart; index <= end; index++) {
    const code = index < end ? text.charCodeAt(index) : char.semicolon;
    if (code === char.equals && equals < 0) equals = index;
    if (code !== char.semicolon) continue;
    const nameEnd = equals < 0 ? index : equals;
    if (nameEnd > nameStart) {
      const name = escaped ? percentDecode(text.slice(nameStart, nameEnd)).toLowerCase() : lowerCase(text, nameStart, nameEnd);
      const value = equals < 0 ? null : text.slice(equals + 1, index);
      if (!parameters.has(name)) parameters.set(name, escaped && value !== null ? percentDecode(value) : value);
    }
    nameStart = index + 1;
    equals = -1;
  }
  return parameters.size === 0 ? noParameters : parameters;
}

function readUriHeaders(text: string, start: number, end: number): ReadonlyMap<string, readonly string[]> {
  if (start + 1 >= end) return noHeaders;
  const headers = new Map<string, string[]>();
  let nameStart = start + 1;
  let equals = -1;
  for (let index = nameStart; index <= end; index++) {
    const code = index < end ? text.charCodeAt(index) : char.ampersand;
    if (code === char.equals && equals < 0) equals = index;
    if (code !== char.ampersand) continue;
    const nameEnd = equals < 0 ? index : equals;
    if (nameEnd > nameStart) {
      const name = text.slice(nameStart, nameEnd);
      const value = equals < 0 ? '' : percentDecode(text.slice(equals + 1, index));
      const values = headers.get(name);
      if (values === undefined) headers.set(name, [value]);
      else values.push(value);
    }
    nameStart = index + 1;
    equals = -1;
  }
  return headers;
}

/** Resolves `%41`; text with broken escapes, or escapes that are no UTF-8, is returned as it stands. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
