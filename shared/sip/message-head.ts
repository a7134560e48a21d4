import type { HeadFault, HeadScanner } from './head-scanner.ts';
import { maxBodyBytes, maxHeadersBytes, maxStartLineBytes } from './limits.ts';
import type { FaultLayer, ParseFault } from './message.ts';
import { parseStartLine, type RequestLine, type StartLineFault, type StatusLine } from './parse-start-line.ts';
import { type HeaderDraft, readHeaders } from './read-headers.ts';
import { decodeUtf8 } from './text-codec.ts';

/** What stands before the body, as far as it could be read. */
export interface MessageHead {
  readonly startLine: RequestLine | StatusLine | StartLineFault;
  readonly headers: HeaderDraft;
}

const headFaults: Readonly<Record<HeadFault, string>> = {
  'start-line-too-long': 'The start line is longer than 8 KiB.',
  'header-line-too-long': 'A header is longer than 8 KiB.',
  'headers-too-many': 'There are more than 100 headers.',
  'headers-too-large': 'The headers are larger than 64 KiB.',
  'line-end-stray': 'A carriage return stands alone in the headers.',
};

/** Reads the lines that the scanner found whole, from `start` on. */
export function readHead(bytes: Uint8Array, start: number, scanner: HeadScanner): MessageHead {
  const headers = readHeaders(decodeUtf8(bytes.subarray(start, scanner.headersEnd)));
  return { startLine: parseStartLine(headers.startLine), headers };
}

/**
 * The head of a whole message in which one header is over its cap, for the answer only: without that header, be it From, the
 * sender could not tell which request was refused. Undefined when even the cap over all headers is passed.
 */
export function readRefusedHead(bytes: Uint8Array, start: number): MessageHead | undefined {
  const text = decodeUtf8(bytes.subarray(start, start + maxStartLineBytes + maxHeadersBytes));
  const end = /\r?\n\r?\n/.exec(text)?.index;
  if (end === undefined) return undefined;
  const headers = readHeaders(text.slice(0, end));
  return { startLine: parseStartLine(headers.startLine), headers };
}

/** Why the scanner's end keeps the message from being cut; without a fault of its own the bytes ended too early. */
export function scanFault(head: MessageHead, scanner: HeadScanner): ParseFault {
  return scanner.fault === undefined
    ? refuse(head, 'framing', 'headers-unterminated', 'The message ends before the empty line behind its headers.', 400)
    : refuse(head, 'framing', scanner.fault, headFaults[scanner.fault], 400);
}

/** Why the end of the body cannot be known or is out of reach; undefined when it can. */
export function lengthFault(head: MessageHead): ParseFault | undefined {
  const { startLine, headers } = head;
  if (startLine.kind === 'fault' && startLine.of === 'unknown') return startLineFault(head, startLine);
  if (headers.lengthFault !== undefined) return refuse(head, 'framing', headers.lengthFault.code, headers.lengthFault.message, 400);
  if ((headers.contentLength ?? 0) <= maxBodyBytes) return undefined;
  return refuse(head, 'framing', 'body-too-large', 'The body is larger than 256 KiB.', 513);
}

export function startLineFault(head: MessageHead, fault: StartLineFault): ParseFault {
  return refuse(head, fault.layer, fault.code, fault.message, fault.status);
}

/** Builds the fault. `status` is what a UAS answers, if this is a request that may be answered and its Via could be read. */
export function refuse(head: MessageHead, layer: FaultLayer, code: string, message: string, status: number | undefined): ParseFault {
  const { startLine, headers } = head;
  const kind = startLine.kind === 'fault' ? startLine.of : startLine.kind;
  const method = startLine.kind === 'response' ? undefined : startLine.method;
  const answerable = kind === 'request' && method !== 'ACK' && headers.fields.some((field) => field.name === 'Via');
  return { layer, code, message, answerStatus: answerable ? status : undefined, salvaged: { kind, method, headers: headers.fields } };
}
