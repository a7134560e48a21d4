import { headerBytes, viewOf } from './bytes.ts';

/** Longer than anything that a TURN server has to say to who asks it for 20 bytes and a permission. */
const longestMessage = 8_192;

/**
 * Cuts the messages of a TURN server out of a stream (RFC 8489 section 6.2.2). ChannelData (RFC 8656 section 12.5) is not expected:
 * no channel is bound here.
 */
export class TurnFramer {
  #rest: Uint8Array = new Uint8Array();

  /** @returns the messages that are whole now; undefined when the stream is not one of STUN messages, and then for good */
  feed(bytes: Uint8Array): Uint8Array[] | undefined {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const messages: Uint8Array[] = [];
    let start = 0;
    while (all.length - start >= headerBytes) {
      const length = headerBytes + viewOf(all).getUint16(start + 2);
      if (viewOf(all).getUint16(start) > 0x3fff || length > longestMessage) return undefined;
      if (all.length - start < length) break;
      messages.push(all.slice(start, start + length));
      start += length;
    }
    this.#rest = all.slice(start);
    return messages;
  }
}
