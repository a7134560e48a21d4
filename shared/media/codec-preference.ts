interface Codec {
  readonly mimeType: string;
  readonly clockRate: number;
}

/**
 * Most wanted first. RED only doubles the bandwidth of Opus, which has forward error correction in band; comfort noise
 * (CN) crashed Chromium's renderer under quick re-offers (electron/electron#36559). Neither is offered or accepted.
 */
const order = ['audio/opus', 'audio/g722', 'audio/pcmu', 'audio/pcma', 'audio/telephone-event'];

/** Sorts the codecs of the runtime and leaves out what Commute does not speak. */
export function preferredCodecs<C extends Codec>(available: readonly C[]): C[] {
  return order.flatMap((mimeType) => available.filter((codec) => codec.mimeType.toLowerCase() === mimeType));
}
