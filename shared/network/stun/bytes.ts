/** What every part of the STUN codec needs of bytes. */

/** Third to sixth byte of every message since RFC 5389, and the mask of XORed addresses. */
export const magicCookie = 0x2112a442;

export const headerBytes = 20;

/** Length with padding to the next multiple of four (RFC 8489 section 14). */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** CRC-32 of ITU V.42, as FINGERPRINT takes it; half a byte a step. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc >>> 4) ^ (halfByteCrcs[(crc ^ byte) & 0xf] ?? 0);
    crc = (crc >>> 4) ^ (halfByteCrcs[(crc ^ (byte >>> 4)) & 0xf] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const halfByteCrcs = [
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8,
  0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
];
