import { char } from './characters.ts';
import { type HeadFault, HeadScanner } from './head-scanner.ts';
import { maxBodyBytes } from './limits.ts';
import type { FaultLayer, ParseFault, ParseResult } from './message.ts';
import { parseStartLine, type RequestLine, type StartLineFault, type StatusLine } from './parse-start-line.ts';
import { type HeaderDraft, readHeaders } from './read-headers.ts';
import { decodeUtf8 } from './text-codec.ts';

const magicCookie = 'z9hG4bK';
const noBody = new Uint8Array(0);

/** Methods in the IANA registry; a request of another method is answered 501 rather than 400 (RFC 4475 section 3.1.2.18). */
const registeredMethods: ReadonlySet<string> = new Set(
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(' '),
);

const headFaults: Readonly<Record<HeadFault, string>> = {
  'start-line-too-long': 'The start line is longer than 8 KiB.',
  'header-line-too-long': 'A header is longer than 8 KiB.',
  'headers-too-many': 'There are more than 100 headers.',
  'headers-too-large': 'The headers are larger than 64 KiB.',
  'line-end-stray': 'A carriage return stands alone in the headers.',
};

/**
 * Reads one whole message: a WebSocket frame or a datagram, or what the stream framer cut out. Never throws; time grows
 * linearly with the bytes. The body is a view on `bytes`, cut at Content-Length; without that header it is the rest.
 */
export function parseMessage(bytes: Uint8Array): ParseResult {
  let start = 0;
  while (start < bytes.length && (bytes[start] === char.carriageReturn || bytes[start] === char.lineFeed)) start++;
  const scanner = new HeadScanner(start);
  const scanned = scanner.scan(bytes, bytes.length);
  return parseScanned(bytes, start, scanner, scanned);
}

/** Reads a message whose head was already looked for; `scanned` is the scanner's last word. */
export function parseScanned(bytes: Uint8Array, start: number, scanner: HeadScanner, scanned: 'more' | 'complete' | 'fault'): ParseResult {
  const head = readHeaders(decodeUtf8(bytes.subarray(start, scanner.headersEnd)));
  const startLine = parseStartLine(head.startLine);
  if (scanned !== 'complete') {
    const code = scanner.fault ?? 'headers-unterminated';
    const message = scanner.fault === undefined ? 'The message ends before the empty line behind its headers.' : headFaults[scanner.fault];
    return refuse(head, startLine, 'framing', code, message, 400);
  }
  if (startLine.kind === 'fault') return refuse(head, startLine, startLine.layer, startLine.code, startLine.message, startLine.status);
  const bodyStart = scanner.bodyStart;
  const available = bytes.length - bodyStart;
  const fault = head.lengthFault;
  if (fault !== undefined) return refuse(head, startLine, 'framing', fault.code, fault.message, 400);
  const length = head.contentLength ?? available;
  if (length > maxBodyBytes) return refuse(head, startLine, 'framing', 'body-too-large', 'The body is larger than 256 KiB.', 513);
  if (length > available) return refuse(head, startLine, 'framing', 'body-truncated', 'The body is shorter than its Content-Length.', 400);
  const body = length === 0 ? noBody : new Uint8Array(bytes.buffer, bytes.byteOffset + bodyStart, length);
  return validate(head, startLine, body);
}

function validate(head: HeaderDraft, startLine: RequestLine | StatusLine, body: Uint8Array): ParseResult {
  const { fault, from, to, callId, cseq, via, fields: headers, contacts, contactStar } = head;
  if (fault !== undefined) return refuse(head, startLine, 'header', fault.code, fault.message, 400);
  if (from === undefined || to === undefined || callId === undefined || cseq === undefined || via.length === 0) {
    return refuse(head, startLine, 'validation', 'header-missing', `Missing: ${missingHeaders(head)}.`, 400);
  }
  if (startLine.kind === 'response') {
    const { kind, status, reason } = startLine;
    return { ok: true, message: { kind, status, reason, headers, via, from, to, contacts, contactStar, callId, cseq, body } };
  }
  const { kind, method, uri } = startLine;
  if (cseq.method !== method) {
    const status = registeredMethods.has(method) ? 400 : 501;
    return refuse(head, startLine, 'validation', 'cseq-mismatch', 'The method in CSeq is not the method of the request.', status);
  }
  if (head.contactAmbiguous) {
    return refuse(head, startLine, 'header', 'contact-malformed', 'A Contact with URI headers has no angle brackets.', 400);
  }
  if (via[0]?.branch === magicCookie) {
    return refuse(head, startLine, 'validation', 'branch-empty', 'The branch of the topmost Via is a magic cookie and nothing else.', 400);
  }
  return { ok: true, message: { kind, method, uri, headers, via, from, to, contacts, contactStar, callId, cseq, body } };
}

function missingHeaders(head: HeaderDraft): string {
  const names: string[] = [];
  if (head.via.length === 0) names.push('Via');
  if (head.from === undefined) names.push('From');
  if (head.to === undefined) names.push('To');
  if (head.callId === undefined) names.push('Call-ID');
  if (head.cseq === undefined) names.push('CSeq');
  return names.join(', ');
}

/** Builds the fault. `status` is what a UAS answers, if this is a request that may be answered and its Via could be read. */
function refuse(
  head: HeaderDraft,
  startLine: RequestLine | StatusLine | StartLineFault,
  layer: FaultLayer,
  code: string,
  message: string,
  status: number | undefined,
): ParseResult {
  const kind = startLine.kind === 'fault' ? startLine.of : startLine.kind;
  const method = startLine.kind === 'response' ? undefined : startLine.method;
  const answerable = kind === 'request' && method !== 'ACK' && head.fields.some((field) => field.name === 'Via');
  const fault: ParseFault = {
    layer,
    code,
    message,
    answerStatus: answerable ? status : undefined,
    salvaged: { kind, method, headers: head.fields },
  };
  return { ok: false, fault };
}
