/** Companding of ITU-T G.711: one byte for each sample of 8 kHz, 16 bit. */
const muBias = 0x84;
const muClip = 32_635;

/** µ-law (PCMU). */
export function encodeMuLaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const sign = sample < 0 ? 0x80 : 0;
    const magnitude = Math.min(Math.abs(sample), muClip) + muBias;
    const exponent = 24 - Math.clz32(magnitude);
    const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    return ~(sign | (exponent << 4) | mantissa) & 0xff;
  });
}

/** A-law (PCMA). */
export function encodeALaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const sign = sample < 0 ? 0 : 0x80;
    const magnitude = (sample < 0 ? ~sample : sample) >> 3;
    const segment = Math.max(0, 27 - Math.clz32(magnitude));
    const mantissa = (magnitude >> Math.max(1, segment)) & 0x0f;
    return (sign | (segment << 4) | mantissa) ^ 0x55;
  });
}

/** µ-law (PCMU) to samples. */
export function decodeMuLaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => {
    const code = ~byte & 0xff;
    const magnitude = ((((code & 0x0f) << 3) + muBias) << ((code >> 4) & 7)) - muBias;
    return (code & 0x80) === 0 ? magnitude : -magnitude;
  });
}

/** A-law (PCMA) to samples. */
export function decodeALaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => {
    const code = byte ^ 0x55;
    const segment = (code >> 4) & 7;
    const step = ((code & 0x0f) << 4) + 8;
    const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
    return (code & 0x80) === 0 ? -magnitude : magnitude;
  });
}
