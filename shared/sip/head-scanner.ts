import { char } from './characters.ts';
import { maxHeaderCount, maxHeaderLineBytes, maxHeadersBytes, maxStartLineBytes } from './limits.ts';

export type HeadFault = 'start-line-too-long' | 'header-line-too-long' | 'headers-too-many' | 'headers-too-large' | 'line-end-stray';

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
  fault: HeadFault | undefined;
  #position: number;
  #lineStart: number;
  #fieldStart: number;
  #fieldCount = 0;

  /** @param start index of the first byte of the start line. */
  constructor(start: number) {
    this.headersEnd = start;
    this.#position = start;
    this.#lineStart = start;
    this.#fieldStart = start;
  }

  /** Goes on up to `end`. `bytes` holds the message from the same index on as in earlier calls. */
  scan(bytes: Uint8Array, end: number): 'more' | 'complete' | 'fault' {
    let index = this.#position;
    while (index < end) {
      const byte = bytes[index] ?? 0;
      if (byte > char.carriageReturn) {
        index++;
        continue;
      }
      if (byte === char.carriageReturn) {
        if (index + 1 >= end) break;
        if (bytes[index + 1] !== char.lineFeed) return this.#fail('line-end-stray');
      } else if (byte === char.lineFeed && this.#endLine(bytes, index)) {
        return this.fault === undefined ? 'complete' : 'fault';
      }
      index++;
    }
    this.#position = index;
    const fieldStart = startsField(bytes, this.#lineStart, index) ? this.#lineStart : this.#fieldStart;
    const tooLong = this.#overCap(fieldStart, index, index);
    return tooLong === undefined ? 'more' : this.#fail(tooLong);
  }

  /** Takes the line that ends with the line feed at `index`; true when there is nothing more to scan. */
  #endLine(bytes: Uint8Array, index: number): boolean {
    const lineStart = this.#lineStart;
    const next = index + 1;
    const lineEnd = index > lineStart && bytes[index - 1] === char.carriageReturn ? index - 1 : index;
    if (this.headersStart === 0) this.#fieldStart = lineStart;
    else if (lineEnd === lineStart) {
      this.bodyStart = next;
      return true;
    } else if (startsField(bytes, lineStart, lineEnd)) {
      this.#fieldStart = lineStart;
      this.#fieldCount++;
    }
    this.fault = this.#overCap(this.#fieldStart, lineEnd, next);
    if (this.fault !== undefined) return true;
    if (this.headersStart === 0) this.headersStart = next;
    this.headersEnd = next;
    this.#lineStart = next;
    return false;
  }

  #overCap(fieldStart: number, lineEnd: number, next: number): HeadFault | undefined {
    const length = lineEnd - fieldStart;
    if (this.headersStart === 0) return length > maxStartLineBytes ? 'start-line-too-long' : undefined;
    if (length > maxHeaderLineBytes) return 'header-line-too-long';
    if (this.#fieldCount > maxHeaderCount) return 'headers-too-many';
    return next - this.headersStart > maxHeadersBytes ? 'headers-too-large' : undefined;
  }

  #fail(fault: HeadFault): 'fault' {
    this.fault = fault;
    return 'fault';
  }
}

/** False when the line continues the one before (RFC 3261 section 7.3.1). */
function startsField(bytes: Uint8Array, start: number, end: number): boolean {
  return start >= end || (bytes[start] !== char.space && bytes[start] !== char.tab);
}
