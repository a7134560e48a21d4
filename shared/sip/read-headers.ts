import { char, isSpace, isToken, readDigits, skipSpace, trimEnd } from './characters.ts';
import { type HeaderRole, readHeaderKind } from './header-names.ts';
import type { HeaderField, NameAddress, ViaHeader } from './message.ts';
import { appendNameAddresses, readNameAddress } from './parse-name-address.ts';
import { appendVias } from './parse-via.ts';

/** RFC 3261 section 8.1.1.5 has senders stay below 2^31; any 32-bit number is taken. */
const largestSequence = 2 ** 32 - 1;

export interface HeaderFault {
  readonly code: string;
  readonly message: string;
}

/** Everything that header lines say, as far as it could be read. */
export interface HeaderDraft {
  /** Start line, unfolded header fields behind it. */
  readonly startLine: string;
  readonly fields: HeaderField[];
  readonly via: ViaHeader[];
  readonly contacts: NameAddress[];
  contactStar: boolean;
  /** A Contact without angle brackets whose URI has headers: ambiguous (RFC 3261 section 20.10). */
  contactAmbiguous: boolean;
  from: NameAddress | undefined;
  to: NameAddress | undefined;
  callId: string | undefined;
  cseq: { readonly sequence: number; readonly method: string } | undefined;
  contentLength: number | undefined;
  /** The first thing that was wrong with a header that Commute depends on. */
  fault: HeaderFault | undefined;
  /** The same for Content-Length, which is a fault of framing. */
  lengthFault: HeaderFault | undefined;
}

/**
 * Cuts the text of a message's head (start line and whole header lines, CRLF or LF) into fields and reads those that every
 * message needs. Lines that are no header field are left out (RFC 3261 section 8.2.2: a UAS ignores what it cannot read).
 */
export function readHeaders(text: string): HeaderDraft {
  let lineEnd = text.indexOf('\n');
  if (lineEnd < 0) lineEnd = text.length;
  const draft: HeaderDraft = {
    startLine: text.slice(0, beforeLineEnd(text, 0, lineEnd)),
    fields: [],
    via: [],
    contacts: [],
    contactStar: false,
    contactAmbiguous: false,
    from: undefined,
    to: undefined,
    callId: undefined,
    cseq: undefined,
    contentLength: undefined,
    fault: undefined,
    lengthFault: undefined,
  };
  const length = text.length;
  let position = lineEnd + 1;
  while (position < length) {
    lineEnd = text.indexOf('\n', position);
    if (lineEnd < 0) lineEnd = length;
    if (isSpace(text.charCodeAt(lineEnd + 1))) {
      const [line, next] = unfold(text, position, lineEnd);
      readLine(draft, line, 0, line.length);
      position = next;
    } else {
      readLine(draft, text, position, beforeLineEnd(text, position, lineEnd));
      position = lineEnd + 1;
    }
  }
  return draft;
}

function beforeLineEnd(text: string, start: number, lineFeed: number): number {
  return lineFeed > start && text.charCodeAt(lineFeed - 1) === char.carriageReturn ? lineFeed - 1 : lineFeed;
}

/** Joins a line and its continuations with single spaces (RFC 3261 section 7.3.1); also gives the start of the line behind them. */
function unfold(text: string, from: number, firstEnd: number): readonly [string, number] {
  const parts: string[] = [];
  let start = from;
  let lineFeed = firstEnd;
  for (;;) {
    const end = beforeLineEnd(text, start, lineFeed);
    const contentStart = skipSpace(text, start, end);
    parts.push(text.slice(contentStart, trimEnd(text, contentStart, end)));
    start = lineFeed + 1;
    if (start >= text.length || !isSpace(text.charCodeAt(start))) return [parts.join(' '), start];
    const found = text.indexOf('\n', start);
    lineFeed = found < 0 ? text.length : found;
  }
}

function readLine(draft: HeaderDraft, text: string, start: number, end: number): void {
  let colon = start;
  while (colon < end && text.charCodeAt(colon) !== char.colon) colon++;
  if (colon === end) return;
  const nameEnd = trimEnd(text, start, colon);
  const kind = readHeaderKind(text, start, nameEnd);
  if (kind === undefined && !isToken(text, start, nameEnd)) return;
  const valueStart = skipSpace(text, colon + 1, end);
  const valueEnd = trimEnd(text, valueStart, end);
  const value = text.slice(valueStart, valueEnd);
  draft.fields.push({ name: kind === undefined ? text.slice(start, nameEnd) : kind.name, value });
  if (kind !== undefined && kind.role !== 'other') readRole(draft, kind.role, text, valueStart, valueEnd, value);
}

function readRole(draft: HeaderDraft, role: Exclude<HeaderRole, 'other'>, text: string, start: number, end: number, value: string): void {
  switch (role) {
    case 'via':
      if (!appendVias(text, start, end, draft.via)) fail(draft, 'via-malformed', 'A Via header cannot be read.');
      return;
    case 'from':
      if (draft.from !== undefined) return fail(draft, 'header-repeated', 'From stands more than once.');
      draft.from = readNameAddress(text, start, end);
      if (draft.from === undefined) fail(draft, 'from-malformed', 'The From header cannot be read.');
      return;
    case 'to':
      if (draft.to !== undefined) return fail(draft, 'header-repeated', 'To stands more than once.');
      draft.to = readNameAddress(text, start, end);
      if (draft.to === undefined) fail(draft, 'to-malformed', 'The To header cannot be read.');
      return;
    case 'call-id':
      if (draft.callId !== undefined) return fail(draft, 'header-repeated', 'Call-ID stands more than once.');
      draft.callId = value;
      if (value === '') fail(draft, 'call-id-malformed', 'The Call-ID is empty.');
      return;
    case 'cseq':
      if (draft.cseq !== undefined) return fail(draft, 'header-repeated', 'CSeq stands more than once.');
      draft.cseq = readCseq(text, start, end);
      if (draft.cseq === undefined) fail(draft, 'cseq-malformed', 'CSeq is not a 32-bit number and a method.');
      return;
    case 'contact':
      readContact(draft, text, start, end, value);
      return;
    case 'content-length':
      readContentLength(draft, text, start, end);
      return;
  }
}

function readContact(draft: HeaderDraft, text: string, start: number, end: number, value: string): void {
  if (value === '*') {
    draft.contactStar = true;
    return;
  }
  const before = draft.contacts.length;
  appendNameAddresses(text, start, end, draft.contacts);
  if (value.includes('<')) return;
  for (let index = before; index < draft.contacts.length; index++) {
    const contact = draft.contacts[index];
    if (contact !== undefined && contact.uri.headers.size > 0) draft.contactAmbiguous = true;
  }
}

function readCseq(text: string, start: number, end: number): { readonly sequence: number; readonly method: string } | undefined {
  let index = start;
  while (index < end && !isSpace(text.charCodeAt(index))) index++;
  const sequence = readDigits(text, start, index, largestSequence);
  const methodStart = skipSpace(text, index, end);
  if (sequence === undefined || !isToken(text, methodStart, end)) return undefined;
  return { sequence, method: text.slice(methodStart, end) };
}

function readContentLength(draft: HeaderDraft, text: string, start: number, end: number): void {
  const length = readDigits(text, start, end, Number.MAX_SAFE_INTEGER);
  if (length === undefined) {
    draft.lengthFault ??= { code: 'content-length-malformed', message: 'Content-Length is not a number.' };
  } else if (draft.contentLength !== undefined && draft.contentLength !== length) {
    draft.lengthFault ??= { code: 'content-length-conflict', message: 'Content-Length stands more than once with different values.' };
  } else {
    draft.contentLength = length;
  }
}

function fail(draft: HeaderDraft, code: string, message: string): void {
  draft.fault ??= { code, message };
}
