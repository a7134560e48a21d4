/** Name and length of an EBML element (RFC 8794 section 3). */
export interface ElementHead {
  /** With its length marker, as specifications write it. */
  readonly id: number;
  /** Bytes of what is inside; undefined when the writer did not know (RFC 8794 section 6.2). */
  readonly size: number | undefined;
  /** Bytes of name and length themselves. */
  readonly headBytes: number;
}

/** An element that is there in full. */
export interface Element {
  readonly id: number;
  /** What is inside. */
  readonly payload: Uint8Array;
  /** The element itself, name and length included. */
  readonly whole: Uint8Array;
}

const longestId = 4;
const longestSize = 8;
/** Children of one master element that are read; what we know has a dozen. */
const mostChildren = 1000;

/**
 * Reads the name and the length of the element at `at`.
 * @param end how far `bytes` are filled
 * @returns `more` when they go on behind `end`; `malformed` when no EBML begins so, or the length is beyond 2^53
 */
export function readElementHead(bytes: Uint8Array, at: number, end: number): ElementHead | 'more' | 'malformed' {
  if (at >= end) return 'more';
  const idBytes = lengthOfNumber(bytes[at] ?? 0);
  if (idBytes > longestId) return 'malformed';
  if (at + idBytes >= end) return 'more';
  const sizeAt = at + idBytes;
  const sizeBytes = lengthOfNumber(bytes[sizeAt] ?? 0);
  if (sizeBytes > longestSize) return 'malformed';
  if (sizeAt + sizeBytes > end) return 'more';
  const head = { id: bigEndian(bytes, at, sizeAt), headBytes: idBytes + sizeBytes };
  if (isAllOnes(bytes, sizeAt, sizeBytes)) return { ...head, size: undefined };
  const size = withoutMarker(bytes, sizeAt, sizeBytes);
  return Number.isSafeInteger(size) ? { ...head, size } : 'malformed';
}

/** The elements inside a master element; undefined when they do not fill it exactly, or are too many. */
export function readChildren(payload: Uint8Array): readonly Element[] | undefined {
  const children: Element[] = [];
  for (let at = 0; at < payload.length;) {
    const head = readElementHead(payload, at, payload.length);
    if (typeof head === 'string' || head.size === undefined || children.length === mostChildren) return undefined;
    const start = at + head.headBytes;
    const end = start + head.size;
    if (end > payload.length) return undefined;
    children.push({ id: head.id, payload: payload.subarray(start, end), whole: payload.subarray(at, end) });
    at = end;
  }
  return children;
}

/** An unsigned integer element (RFC 8794 section 7.2); undefined when it is longer than eight bytes or beyond 2^53. */
export function readUnsigned(payload: Uint8Array): number | undefined {
  if (payload.length > 8) return undefined;
  const value = bigEndian(payload, 0, payload.length);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A number with a length marker in front of its bits (RFC 8794 section 4), as blocks name their track. Undefined when it is cut. */
export function readVariableNumber(bytes: Uint8Array): { readonly value: number; readonly length: number } | undefined {
  const length = lengthOfNumber(bytes[0] ?? 0);
  if (length > longestId || length > bytes.length) return undefined;
  return { value: withoutMarker(bytes, 0, length), length };
}

/** An element with its content. */
export function writeElement(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const size = byteLength(content);
  let sizeBytes = 1;
  // the length that is all ones means unknown
  while (size >= 2 ** (7 * sizeBytes) - 1) sizeBytes += 1;
  return joined([writeElementHead(id, size, sizeBytes), ...content]);
}

/** Name and length. @param sizeBytes how many bytes the length takes, whatever it is */
export function writeElementHead(id: number, size: number, sizeBytes = longestSize): Uint8Array {
  const idBytes = id < 0x100 ? 1 : id < 0x1_0000 ? 2 : id < 0x100_0000 ? 3 : 4;
  const bytes = writeUnsigned(size, idBytes + sizeBytes);
  bytes.set(writeUnsigned(id, idBytes));
  bytes[idBytes] = (bytes[idBytes] ?? 0) | markerOf(sizeBytes);
  return bytes;
}

/** @param length in bytes; more than the value needs is filled with zeros */
export function writeUnsigned(value: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = length - 1, rest = value; rest > 0 && at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}

export function writeFloat(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(byteLength(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function byteLength(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Bytes of a number by the zeros before its marker; more than eight when there is none. */
function lengthOfNumber(first: number): number {
  return Math.clz32(first) - 23;
}

function markerOf(length: number): number {
  return 0x100 >> length;
}

function withoutMarker(bytes: Uint8Array, at: number, length: number): number {
  // eight bytes with the marker would be more than a number holds exactly
  return ((bytes[at] ?? 0) - markerOf(length)) * 256 ** (length - 1) + bigEndian(bytes, at + 1, at + length);
}

function isAllOnes(bytes: Uint8Array, at: number, length: number): boolean {
  if (bytes[at] !== 2 * markerOf(length) - 1) return false;
  for (let index = at + 1; index < at + length; index++) if (bytes[index] !== 0xff) return false;
  return true;
}

function bigEndian(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}
