import { char } from './characters.ts';
import { HeadScanner } from './head-scanner.ts';
import type { ParseFault, SipMessage } from './message.ts';
import { lengthFault, type MessageHead, readHead, refuse, scanFault } from './message-head.ts';
import { completeMessage } from './parse-message.ts';

export type StreamEvent =
  | { readonly kind: 'message'; readonly message: SipMessage; readonly bytes: Uint8Array }
  /**
   * `fatal`: the end of the message cannot be known, so nothing after it can be read: answer if the fault says so, then close.
   * Otherwise the message was cut out whole and the stream goes on.
   */
  | { readonly kind: 'fault'; readonly fault: ParseFault; readonly fatal: boolean; readonly bytes: Uint8Array }
  /** CRLF between messages: the answer to our ping (RFC 5626 section 4.4.1), or nothing of interest when none is open. */
  | { readonly kind: 'pong' }
  /** A second CRLF right behind the first: the peer's ping, to be answered with CRLF. */
  | { readonly kind: 'ping' };

const smallestBuffer = 2048;

/**
 * Cuts a byte stream (TCP, TLS) into SIP messages (RFC 3261 section 18.3). The events do not depend on how the bytes are cut
 * into chunks, and each byte is looked at once. Between pushes at most one incomplete message is held, under the same caps
 * as everywhere. Content-Length is required here.
 */
export class StreamFramer {
  #buffer = new Uint8Array(smallestBuffer);
  #length = 0;
  #scanner: HeadScanner | undefined;
  /** Set once the head is whole: from then on only bytes are counted. */
  #head: MessageHead | undefined;
  #emptyLines = 0;
  #broken = false;

  /** Bytes of the incomplete message that is being held. */
  get buffered(): number {
    return this.#length;
  }

  /** True while part of a message waits for the rest; the transport may set a deadline on that. */
  get insideMessage(): boolean {
    return this.#scanner !== undefined;
  }

  /** Takes the next bytes. After a fatal fault everything is ignored. The chunk is copied, so it may be reused. */
  push(chunk: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    if (this.#broken) return events;
    this.#append(chunk);
    let start = 0;
    for (;;) {
      if (this.#scanner === undefined) start = this.#skipEmptyLines(start, events);
      if (this.#scanner === undefined) break;
      const end = this.#readMessage(this.#scanner, this.#buffer.subarray(start, this.#length), events);
      if (end === undefined) break;
      start += end;
    }
    if (this.#broken) this.#release();
    else this.#keepFrom(start);
    return events;
  }

  /** Moves over CRLFs to the next message and begins it; stops at the end, or before a CR whose LF has not come yet. */
  #skipEmptyLines(from: number, events: StreamEvent[]): number {
    let index = from;
    for (; index < this.#length; index++) {
      const byte = this.#buffer[index];
      if (byte === char.carriageReturn) {
        if (index + 1 === this.#length) return index;
        if (this.#buffer[index + 1] !== char.lineFeed) continue;
        index++;
        this.#emptyLines++;
        events.push({ kind: this.#emptyLines % 2 === 1 ? 'pong' : 'ping' });
      } else if (byte !== char.lineFeed) {
        this.#emptyLines = 0;
        this.#scanner = new HeadScanner(0);
        return index;
      }
    }
    return index;
  }

  /** Reads on in the message that begins with `bytes`. Gives its length when it is whole, undefined when bytes are missing. */
  #readMessage(scanner: HeadScanner, bytes: Uint8Array, events: StreamEvent[]): number | undefined {
    const head = this.#head ?? this.#readHead(scanner, bytes, events);
    if (head === undefined) return undefined;
    this.#head = head;
    const end = scanner.bodyStart + (head.headers.contentLength ?? 0);
    if (bytes.length < end) return undefined;
    const message = bytes.slice(0, end);
    const result = completeMessage(head, message, scanner.bodyStart);
    events.push(
      result.ok
        ? { kind: 'message', message: result.message, bytes: message }
        : { kind: 'fault', fault: result.fault, fatal: false, bytes: message },
    );
    this.#scanner = undefined;
    this.#head = undefined;
    return end;
  }

  #readHead(scanner: HeadScanner, bytes: Uint8Array, events: StreamEvent[]): MessageHead | undefined {
    const scanned = scanner.scan(bytes, bytes.length);
    if (scanned === 'more') return undefined;
    const head = readHead(bytes, 0, scanner);
    const fault = scanned === 'fault' ? scanFault(head, scanner) : (lengthFault(head) ?? missingLength(head));
    if (fault === undefined) return head;
    this.#broken = true;
    events.push({ kind: 'fault', fault, fatal: true, bytes: bytes.slice() });
    return undefined;
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = needed;
  }

  #keepFrom(start: number): void {
    if (start === this.#length) return this.#release();
    if (start === 0) return;
    this.#buffer.copyWithin(0, start, this.#length);
    this.#length -= start;
  }

  /** Forgets all bytes, and the room of a large message with them. */
  #release(): void {
    this.#length = 0;
    if (this.#buffer.length > smallestBuffer) this.#buffer = new Uint8Array(smallestBuffer);
  }
}

function missingLength(head: MessageHead): ParseFault | undefined {
  if (head.headers.contentLength !== undefined) return undefined;
  return refuse(head, 'framing', 'content-length-missing', 'A message on a stream has no Content-Length.', 400);
}
