import { char } from './characters.ts';
import { HeadScanner } from './head-scanner.ts';
import { maxBodyBytes } from './limits.ts';
import type { ParseFault, ParseResult } from './message.ts';
import { lengthFault, type MessageHead, readHead, readRefusedHead, refuse, scanFault, startLineFault } from './message-head.ts';
import type { HeaderDraft } from './read-headers.ts';

/** Begins every branch made by RFC 3261 (section 8.1.1.7). */
const magicCookie = 'z9hG4bK';
const noBody = new Uint8Array(0);

/** Methods in the IANA registry; a request of another method is answered 501 rather than 400 (RFC 4475 section 3.1.2.18). */
const registeredMethods: ReadonlySet<string> = new Set(
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(' '),
);

/**
 * Reads one whole message: a WebSocket frame or a datagram. Never throws; time grows linearly with the bytes. The body is a
 * view on `bytes`, cut at Content-Length; without that header it is the rest.
 */
export function parseMessage(bytes: Uint8Array): ParseResult {
  let start = 0;
  while (start < bytes.length && (bytes[start] === char.carriageReturn || bytes[start] === char.lineFeed)) start++;
  const scanner = new HeadScanner(start);
  const scanned = scanner.scan(bytes, bytes.length);
  const refusedHead = scanner.fault === 'header-line-too-long' ? readRefusedHead(bytes, start) : undefined;
  const head = refusedHead ?? readHead(bytes, start, scanner);
  return scanned === 'complete' ? completeMessage(head, bytes, scanner.bodyStart) : refused(scanFault(head, scanner));
}

/** Reads the rest of a message whose head is known; the message ends with `bytes`. */
export function completeMessage(head: MessageHead, bytes: Uint8Array, bodyStart: number): ParseResult {
  const fault = lengthFault(head);
  if (fault !== undefined) return refused(fault);
  const available = bytes.length - bodyStart;
  const length = head.headers.contentLength ?? available;
  if (length > maxBodyBytes) return refused(refuse(head, 'framing', 'body-too-large', 'The body is larger than 256 KiB.', 513));
  if (length > available) return refused(refuse(head, 'framing', 'body-truncated', 'The body is shorter than its Content-Length.', 400));
  return validate(head, length === 0 ? noBody : new Uint8Array(bytes.buffer, bytes.byteOffset + bodyStart, length));
}

function validate(head: MessageHead, body: Uint8Array): ParseResult {
  const { startLine } = head;
  if (startLine.kind === 'fault') return refused(startLineFault(head, startLine));
  const { fault, from, to, callId, cseq, via, fields: headers, contacts, contactStar } = head.headers;
  if (fault !== undefined) return refused(refuse(head, 'header', fault.code, fault.message, 400));
  if (from === undefined || to === undefined || callId === undefined || cseq === undefined || via.length === 0) {
    return refused(refuse(head, 'validation', 'header-missing', `Missing: ${missingHeaders(head.headers)}.`, 400));
  }
  if (startLine.kind === 'response') {
    const { kind, status, reason } = startLine;
    return { ok: true, message: { kind, status, reason, headers, via, from, to, contacts, contactStar, callId, cseq, body } };
  }
  const { kind, method, uri } = startLine;
  if (cseq.method !== method) {
    const status = registeredMethods.has(method) ? 400 : 501;
    return refused(refuse(head, 'validation', 'cseq-mismatch', 'The method in CSeq is not the method of the request.', status));
  }
  if (head.headers.contactAmbiguous) {
    return refused(refuse(head, 'header', 'contact-malformed', 'A Contact with URI headers has no angle brackets.', 400));
  }
  if (via[0]?.branch === magicCookie) {
    return refused(refuse(head, 'validation', 'branch-empty', 'The branch of the topmost Via is a magic cookie and nothing else.', 400));
  }
  return { ok: true, message: { kind, method, uri, headers, via, from, to, contacts, contactStar, callId, cseq, body } };
}

function refused(fault: ParseFault): ParseResult {
  return { ok: false, fault };
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
