/** The part of an RTP header that must run on evenly in one stream (RFC 3550 section 5.1). */
export interface RtpPosition {
  readonly ssrc: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
}

/**
 * Joins incoming streams to one outgoing stream. Inside a stream all steps are kept, losses and pauses too, so that the far
 * end's jitter buffer sees the network as it was; a new SSRC goes on right behind the last packet.
 */
export class RtpContinuity {
  #ssrc: number | undefined;
  #sequenceOffset: number;
  #timestampOffset: number;
  #last: { sequenceNumber: number; timestamp: number } | undefined;

  /** @param start random first values (RFC 3550 section 5.1). */
  constructor(start: { readonly sequenceNumber: number; readonly timestamp: number }) {
    this.#sequenceOffset = start.sequenceNumber;
    this.#timestampOffset = start.timestamp;
  }

  /** @param frameTicks timestamp step of one packet. */
  next(incoming: RtpPosition, frameTicks: number): { readonly sequenceNumber: number; readonly timestamp: number } {
    if (incoming.ssrc !== this.#ssrc) {
      this.#ssrc = incoming.ssrc;
      const last = this.#last;
      if (last !== undefined) {
        this.#sequenceOffset = last.sequenceNumber + 1 - incoming.sequenceNumber;
        this.#timestampOffset = last.timestamp + frameTicks - incoming.timestamp;
      }
    }
    const sequenceNumber = (incoming.sequenceNumber + this.#sequenceOffset) & 0xffff;
    const timestamp = (incoming.timestamp + this.#timestampOffset) >>> 0;
    this.#last = { sequenceNumber, timestamp };
    return this.#last;
  }
}
