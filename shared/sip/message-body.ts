import { char } from './characters.ts';
import { findHeader } from './find-header.ts';
import type { HeaderField } from './message.ts';
import { noParameters, parseParameters, type Parameters } from './parse-parameters.ts';
import { readHeaders } from './read-headers.ts';
import { decodeUtf8 } from './text-codec.ts';

/** One part of what a message carries; a body that is not divided is one part. */
export interface BodyPart {
  /** Media type in lower case without parameters, such as `application/sdp`; empty when none is named. */
  readonly type: string;
  /** Content-Disposition in lower case (RFC 5621 section 4); empty when none is named. */
  readonly disposition: string;
  /** Whether the sender says what is to happen when the part is not understood. */
  readonly handling: 'required' | 'optional' | null;
  readonly content: Uint8Array;
}

/** More parts than this, or parts deeper inside of parts, are nobody's honest message. */
const mostParts = 32;
const deepest = 3;

/**
 * The parts of a body, those of a multipart inside of a multipart among them, in order (RFC 2046 section 5.1, RFC 5621).
 * @param headers of the message; names in any case
 * @returns empty for a message without body; undefined when a multipart body cannot be cut
 */
export function bodyParts(headers: readonly HeaderField[], body: Uint8Array): readonly BodyPart[] | undefined {
  if (body.length === 0) return [];
  const parts: BodyPart[] = [];
  return collect(headers, body, 0, parts) ? parts : undefined;
}

/** The first part of one of these types that may stand for the session or the message itself. */
export function findPart(parts: readonly BodyPart[], types: readonly string[]): BodyPart | undefined {
  // an early session (RFC 3959) is another session than the one that is negotiated
  return parts.find((part) => types.includes(part.type) && part.disposition !== 'early-session');
}

/** The text of the first such part; null when there is none. */
export function textOfPart(headers: readonly HeaderField[], body: Uint8Array, type: string): string | null {
  const part = findPart(bodyParts(headers, body) ?? [], [type]);
  return part === undefined ? null : decodeUtf8(part.content);
}

/** @returns false when it cannot be cut */
function collect(headers: readonly HeaderField[], body: Uint8Array, depth: number, parts: BodyPart[]): boolean {
  const [type, parameters] = mediaType(findHeader(headers, 'Content-Type') ?? '');
  if (!type.startsWith('multipart/')) {
    const [disposition, ofDisposition] = mediaType(findHeader(headers, 'Content-Disposition') ?? '');
    const handling = ofDisposition.get('handling')?.toLowerCase();
    parts.push({ type, disposition, handling: handling === 'required' || handling === 'optional' ? handling : null, content: body });
    return parts.length <= mostParts;
  }
  const boundary = parameters.get('boundary') ?? '';
  const pieces = boundary === '' || depth === deepest ? undefined : cut(body, boundary);
  return pieces?.every((piece) => collectPiece(piece, depth, parts)) ?? false;
}

function collectPiece(piece: Uint8Array, depth: number, parts: BodyPart[]): boolean {
  const [head, content] = splitHead(piece);
  // the first line is a start line to the reader of headers
  return collect(readHeaders(`\n${head}`).fields, content, depth + 1, parts);
}

/** What stands between the delimiters; undefined when the last one is missing. */
function cut(body: Uint8Array, boundary: string): Uint8Array[] | undefined {
  const delimiter = `--${boundary}`;
  const pieces: Uint8Array[] = [];
  let start = -1;
  for (let line = 0; line < body.length; line = lineAfter(body, line)) {
    const behind = line + delimiter.length;
    const isLast = hasTextAt(body, behind, '--');
    // `--b` is not the delimiter of a boundary that only begins with `b`
    if (!hasTextAt(body, line, delimiter) || !(isLast || isBlank(body[behind]))) continue;
    if (start >= 0) pieces.push(body.subarray(start, Math.max(start, beforeLineEnd(body, line))));
    if (isLast) return start < 0 ? undefined : pieces;
    if (pieces.length > mostParts) return undefined;
    start = lineAfter(body, line);
  }
  return undefined;
}

function splitHead(piece: Uint8Array): readonly [head: string, content: Uint8Array] {
  for (let line = 0; line < piece.length; line = lineAfter(piece, line)) {
    const isEmpty = piece[line] === char.lineFeed || (piece[line] === char.carriageReturn && piece[line + 1] === char.lineFeed);
    if (isEmpty) return [decodeUtf8(piece.subarray(0, line)), piece.subarray(lineAfter(piece, line))];
  }
  return [decodeUtf8(piece), piece.subarray(piece.length)];
}

function lineAfter(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(char.lineFeed, from);
  return end < 0 ? bytes.length : end + 1;
}

/** End of the text before the line that begins at `line`: its line end belongs to the delimiter. */
function beforeLineEnd(bytes: Uint8Array, line: number): number {
  const end = line - 1;
  return bytes[end - 1] === char.carriageReturn ? end - 1 : end;
}

function isBlank(byte: number | undefined): boolean {
  return byte === undefined || byte === char.space || byte === char.tab || byte === char.carriageReturn || byte === char.lineFeed;
}

function hasTextAt(bytes: Uint8Array, position: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[position + index] !== text.charCodeAt(index)) return false;
  return true;
}

function mediaType(value: string): readonly [type: string, parameters: Parameters] {
  const semicolon = value.indexOf(';');
  const type = (semicolon < 0 ? value : value.slice(0, semicolon)).replace(/\s+/g, '').toLowerCase();
  return [type, (semicolon < 0 ? undefined : parseParameters(value.slice(semicolon))) ?? noParameters];
}
