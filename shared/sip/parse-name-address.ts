import { char, isSpace, skipQuoted, skipSpace, trimEnd, unquote } from './characters.ts';
import type { NameAddress } from './message.ts';
import { readParameters } from './parse-parameters.ts';
import { readUri } from './parse-uri.ts';

/**
 * Reads one `name-addr` or `addr-spec` with header parameters (RFC 3261 section 20.10): From, To, Refer-To, Referred-By ...
 * Tolerant: display names without quotes that hold commas, parentheses or letters beyond ASCII; white space inside the angle
 * brackets; `?` in a URI without brackets.
 * @returns undefined when a quote or bracket stays open, the URI cannot be read, or something else follows it.
 */
export function parseNameAddress(text: string): NameAddress | undefined {
  return readNameAddress(text, 0, text.length);
}

/** As `parseNameAddress`, on the part of a text. */
export function readNameAddress(text: string, from: number, to: number): NameAddress | undefined {
  const start = skipSpace(text, from, to);
  const end = trimEnd(text, start, to);
  let displayName = '';
  let open = start;
  if (text.charCodeAt(start) === char.quote && start < end) {
    const afterQuote = skipQuoted(text, start, end);
    if (afterQuote < 0) return undefined;
    displayName = unquote(text, start, afterQuote);
    open = findCode(text, afterQuote, end, char.lessThan);
    if (open < 0) return undefined;
  } else {
    open = findCode(text, start, end, char.lessThan);
    if (open > start) displayName = text.slice(start, trimEnd(text, start, open));
  }
  if (open < 0) return readBare(text, start, end);
  const close = findCode(text, open + 1, end, char.greaterThan);
  if (close < 0) return undefined;
  const uriStart = skipSpace(text, open + 1, close);
  const uri = readUri(text, uriStart, trimEnd(text, uriStart, close));
  if (uri === undefined) return undefined;
  const parameters = readParameters(text, close + 1, end);
  return parameters === undefined ? undefined : { displayName, uri, parameters };
}

/** Without brackets every `;` begins a header parameter, not a URI parameter (RFC 3261 section 20). */
function readBare(text: string, start: number, end: number): NameAddress | undefined {
  const semicolon = findCode(text, start, end, char.semicolon);
  const uriEnd = trimEnd(text, start, semicolon < 0 ? end : semicolon);
  const uri = readUri(text, start, uriEnd);
  const parameters = readParameters(text, uriEnd, end);
  return uri === undefined || parameters === undefined ? undefined : { displayName: '', uri, parameters };
}

/**
 * Reads a comma-separated list (Contact, Route, P-Asserted-Identity, Diversion ...). A comma before anything that can be an
 * address belongs to an unquoted display name (`Bell, Alexander <sip:...>`). Elements that cannot be read are left out.
 */
export function parseNameAddressList(text: string): NameAddress[] {
  const addresses: NameAddress[] = [];
  appendNameAddresses(text, 0, text.length, addresses);
  return addresses;
}

/** As `parseNameAddressList`, on the part of a text, into an existing list. */
export function appendNameAddresses(text: string, start: number, end: number, into: NameAddress[]): void {
  let from = start;
  // a comma counts only when nothing or what may be an address stands before it, and never inside quotes or brackets
  let sawAddress = false;
  let empty = true;
  let bracket = false;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === char.comma && !bracket && (sawAddress || empty)) {
      if (sawAddress) push(text, from, index, into);
      from = index + 1;
      sawAddress = false;
      empty = true;
      continue;
    }
    if (code === char.quote && !bracket) {
      const after = skipQuoted(text, index, end);
      if (after < 0) break;
      index = after - 1;
    } else if (code === char.lessThan) bracket = true;
    else if (code === char.greaterThan) bracket = false;
    else if (code === char.colon) sawAddress = true;
    empty = empty && isSpace(code);
  }
  push(text, from, end, into);
}

function push(text: string, start: number, end: number, into: NameAddress[]): void {
  const address = readNameAddress(text, start, end);
  if (address !== undefined) into.push(address);
}

function findCode(text: string, start: number, end: number, wanted: number): number {
  for (let index = start; index < end; index++) {
    if (text.charCodeAt(index) === wanted) return index;
  }
  return -1;
}
