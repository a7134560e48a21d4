/** ITU-T G.711, the decoding side. */
export function decodeMuLaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => {
    const code = ~byte & 0xff;
    const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
    return code & 0x80 ? -magnitude : magnitude;
  });
}

export function decodeALaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => {
    const code = byte ^ 0x55;
    const exponent = (code >> 4) & 7;
    const base = ((code & 0x0f) << 4) + 8;
    const magnitude = exponent === 0 ? base : (base + 0x100) << (exponent - 1);
    return code & 0x80 ? magnitude : -magnitude;
  });
}

/** Frequency of the strongest tone in Hz and its level relative to full scale: Goertzel over a fine grid. */
export function measureTone(samples: Int16Array, rate = 8000): { readonly hertz: number; readonly peak: number } {
  const power = (hertz: number): number => {
    const step = 2 * Math.cos((2 * Math.PI * hertz) / rate);
    let [one, two] = [0, 0];
    samples.forEach((sample, index) => {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / samples.length);
      [one, two] = [sample * window + step * one - two, one];
    });
    return one * one + two * two - step * one * two;
  };
  const best = (from: number, to: number, step: number): number => {
    let [top, at] = [-1, from];
    for (let hertz = from; hertz <= to; hertz += step) {
      const value = power(hertz);
      if (value > top) [top, at] = [value, hertz];
    }
    return at;
  };
  const coarse = best(100, 3900, rate / samples.length);
  const hertz = best(coarse - 5, coarse + 5, 0.1);
  return { hertz, peak: (Math.sqrt(power(hertz)) * 4) / samples.length };
}
