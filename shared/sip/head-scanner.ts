import { maxHeaderCount, maxHeaderLineBytes, maxHeadersBytes, maxStartLineBytes } from './limits.ts';

export type HeadFault = 'start-line-too-long' | 'header-line-too-long' | 'headers-too-many' | 'headers-too-large' | 'line-end-stray';

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/**
 * Finds where a message's head ends and holds it to the caps. Incremental: each byte is looked at once, however the bytes
 * are cut into pieces. Lines end with CRLF or LF; a carriage return elsewhere is a fault, since it could smuggle a header
 * through a less careful reader.
 */
export class HeadScanner {
  /** First byte behind the start line; 0 until it was seen. */
  headersStart = 0;
  /** First byte behind the last whole line. */
  headersEnd: number;
  /** First byte behind the empty line that ends the head. */
  bodyStart = 0;
  fault: HeadFault | undefined = undefined;
  /** First byte that was not looked at yet. */
  #position: number;
  /** First byte of the header field whose lines are being read. */
  #fieldStart: number;
  #fieldCount = 0;

  /** @param start index of the first byte of the start line. */
  constructor(start: number) {
    this.headersEnd = start;
    this.#position = start;
    this.#fieldStart = start;
  }

  /** Goes on up to `end`. `bytes` holds the message at the same indexes as in earlier calls. */
  scan(bytes: Uint8Array, end: number): 'more' | 'complete' | 'fault' {
    let index = this.#position;
    let lineStart = this.headersEnd;
    for (; index < end; index++) {
      const byte = bytes[index] ?? 0;
      if (byte > carriageReturn) continue;
      if (byte === carriageReturn) {
        if (index + 1 >= end) break;
        if (bytes[index + 1] !== lineFeed) {
          this.fault = 'line-end-stray';
          return 'fault';
        }
      } else if (byte === lineFeed) {
        const lineEnd = index > lineStart && bytes[index - 1] === carriageReturn ? index - 1 : index;
        if (lineEnd === lineStart && this.headersStart !== 0) {
          this.bodyStart = index + 1;
          return 'complete';
        }
        if (!this.#endLine(bytes, lineEnd, index + 1)) return 'fault';
        lineStart = index + 1;
      }
    }
    this.#position = index;
    const fieldStart = startsField(bytes, lineStart, index) ? lineStart : this.#fieldStart;
    this.fault = this.#overCap(fieldStart, index, index);
    return this.fault === undefined ? 'more' : 'fault';
  }

  /** Takes the line from `headersEnd` to `lineEnd`, the next one begins at `next`; false when a cap is passed. */
  #endLine(bytes: Uint8Array, lineEnd: number, next: number): boolean {
    const lineStart = this.headersEnd;
    if (this.headersStart !== 0 && startsField(bytes, lineStart, lineEnd)) {
      this.#fieldStart = lineStart;
      this.#fieldCount++;
    }
    this.fault = this.#overCap(this.#fieldStart, lineEnd, next);
    if (this.fault !== undefined) return false;
    if (this.headersStart === 0) {
      this.headersStart = next;
      this.#fieldStart = next;
    }
    this.headersEnd = next;
    return true;
  }

  #overCap(fieldStart: number, lineEnd: number, next: number): HeadFault | undefined {
    const length = lineEnd - fieldStart;
    if (this.headersStart === 0) return length > maxStartLineBytes ? 'start-line-too-long' : undefined;
    if (length > maxHeaderLineBytes) return 'header-line-too-long';
    if (this.#fieldCount > maxHeaderCount) return 'headers-too-many';
    return next - this.headersStart > maxHeadersBytes ? 'headers-too-large' : undefined;
  }
}

/** False when the line continues the one before (RFC 3261 section 7.3.1). */
function startsField(bytes: Uint8Array, start: number, end: number): boolean {
  return start >= end || (bytes[start] !== space && bytes[start] !== tab);
}
