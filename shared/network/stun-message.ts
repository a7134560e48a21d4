/** STUN messages (RFC 8489), encoded and decoded over bytes. Keyed integrity is left to whoever has a hash function. */
export type StunClass = 'request' | 'indication' | 'success' | 'error';

export const stunMethods = { binding: 0x001 } as const;

export const stunAttributes = {
  mappedAddress: 0x0001,
  changeRequest: 0x0003,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  xorMappedAddress: 0x0020,
  software: 0x8022,
  fingerprint: 0x8028,
  responseOrigin: 0x802b,
  otherAddress: 0x802c,
} as const;

export interface StunAddress {
  readonly family: 4 | 6;
  /** Dotted quad, or eight hexadecimal groups without compression. */
  readonly address: string;
  readonly port: number;
}

export interface StunAttribute {
  readonly type: number;
  readonly value: Uint8Array;
  /** Where the attribute's header begins in the message; integrity covers what stands before. */
  readonly offset: number;
}

export interface StunMessage {
  readonly class: StunClass;
  readonly method: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  readonly attributes: readonly StunAttribute[];
}

const headerBytes = 20;
const magicCookie = 0x2112a442;
const fingerprintMask = 0x5354554e;
const classes: readonly StunClass[] = ['request', 'indication', 'success', 'error'];

/**
 * @returns undefined for anything that is not one whole STUN message: other leading bits, no magic cookie, a length that
 * does not fit, an attribute beyond the end, or a wrong FINGERPRINT.
 */
export function decodeStun(bytes: Uint8Array): StunMessage | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = viewOf(bytes);
  const type = view.getUint16(0);
  if (type > 0x3fff || view.getUint32(4) !== magicCookie) return undefined;
  const length = view.getUint16(2);
  if (length % 4 !== 0 || headerBytes + length !== bytes.length) return undefined;
  const attributes: StunAttribute[] = [];
  for (let offset = headerBytes; offset < bytes.length;) {
    if (offset + 4 > bytes.length) return undefined;
    const valueEnd = offset + 4 + view.getUint16(offset + 2);
    if (valueEnd > bytes.length) return undefined;
    attributes.push({ type: view.getUint16(offset), value: bytes.subarray(offset + 4, valueEnd), offset });
    offset += 4 + padded(valueEnd - offset - 4);
  }
  const fingerprint = attributes.find((attribute) => attribute.type === stunAttributes.fingerprint);
  if (fingerprint !== undefined && !isRightFingerprint(bytes, fingerprint)) return undefined;
  return {
    class: classes[((type >> 4) & 1) | ((type >> 7) & 2)] ?? 'request',
    method: (type & 0xf) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80),
    transactionId: new Uint8Array(bytes.subarray(8, headerBytes)),
    attributes,
  };
}

export interface StunParts {
  readonly class: StunClass;
  readonly method: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  readonly attributes: readonly { readonly type: number; readonly value: Uint8Array }[];
}

/** A message as bytes, closed by a FINGERPRINT. */
export function encodeStun(parts: StunParts): Uint8Array<ArrayBuffer> {
  const length = parts.attributes.reduce((sum, { value }) => sum + 4 + padded(value.length), 8);
  const bytes = new Uint8Array(headerBytes + length);
  const view = viewOf(bytes);
  const stunClass = classes.indexOf(parts.class);
  const { method } = parts;
  view.setUint16(0, (method & 0xf) | ((method & 0x70) << 1) | ((method & 0xf80) << 2) | ((stunClass & 1) << 4) | ((stunClass & 2) << 7));
  view.setUint16(2, length);
  view.setUint32(4, magicCookie);
  bytes.set(parts.transactionId.subarray(0, 12), 8);
  let offset = headerBytes;
  for (const { type, value } of parts.attributes) {
    view.setUint16(offset, type);
    view.setUint16(offset + 2, value.length);
    bytes.set(value, offset + 4);
    offset += 4 + padded(value.length);
  }
  view.setUint16(offset, stunAttributes.fingerprint);
  view.setUint16(offset + 2, 4);
  view.setUint32(offset + 4, (crc32(bytes.subarray(0, offset)) ^ fingerprintMask) >>> 0);
  return bytes;
}

/**
 * The bytes that MESSAGE-INTEGRITY is the HMAC-SHA1 of (RFC 8489 section 14.5): everything before it, with the length that
 * the message would have if it ended behind it.
 */
export function integrityScope(bytes: Uint8Array, integrity: Pick<StunAttribute, 'offset' | 'value'>): Uint8Array<ArrayBuffer> {
  const scope = new Uint8Array(bytes.subarray(0, integrity.offset));
  viewOf(scope).setUint16(2, integrity.offset + 4 + integrity.value.length - headerBytes);
  return scope;
}

/** Value of XOR-MAPPED-ADDRESS (RFC 8489 section 14.2); undefined when the address cannot be read. */
export function encodeXorAddress(address: StunAddress, transactionId: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const plain = addressBytes(address);
  if (plain === undefined) return undefined;
  const value = new Uint8Array(4 + plain.length);
  value[1] = address.family === 4 ? 1 : 2;
  viewOf(value).setUint16(2, address.port ^ (magicCookie >>> 16));
  value.set(xored(plain, transactionId), 4);
  return value;
}

/** Reads an XOR-MAPPED-ADDRESS; undefined when it is none. */
export function decodeXorAddress(value: Uint8Array, transactionId: Uint8Array): StunAddress | undefined {
  const family = value[1] === 1 ? 4 : value[1] === 2 ? 6 : undefined;
  if (family === undefined || value.length !== (family === 4 ? 8 : 20)) return undefined;
  const plain = xored(value.subarray(4), transactionId);
  return { family, address: addressText(plain), port: viewOf(value).getUint16(2) ^ (magicCookie >>> 16) };
}

function xored(bytes: Uint8Array, transactionId: Uint8Array): Uint8Array {
  const mask = new Uint8Array(16);
  viewOf(mask).setUint32(0, magicCookie);
  mask.set(transactionId.subarray(0, 12), 4);
  return bytes.map((byte, index) => byte ^ (mask[index] ?? 0));
}

function addressBytes({ family, address }: StunAddress): Uint8Array | undefined {
  const bytes = family === 4 ? decimals(address) : groups(address);
  return bytes.length === (family === 4 ? 4 : 16) && bytes.every((byte) => byte >= 0 && byte <= 255) ? Uint8Array.from(bytes) : undefined;
}

function decimals(address: string): number[] {
  return address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : -1));
}

/** Bytes of an IPv6 address; `::` stands for as many zero groups as are missing. */
function groups(address: string): number[] {
  const [head = '', tail] = address.split('::', 2);
  const read = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : -256));
  const [before, after] = [read(head), tail === undefined ? [] : read(tail)];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<number>(missing).fill(0), ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const view = viewOf(bytes);
  return Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2).toString(16)).join(':');
}

/** FINGERPRINT is the last attribute, and the CRC of all before it (RFC 8489 section 14.7). */
function isRightFingerprint(bytes: Uint8Array, { value, offset }: StunAttribute): boolean {
  if (value.length !== 4 || offset + 8 !== bytes.length) return false;
  return viewOf(value).getUint32(0) === (crc32(bytes.subarray(0, offset)) ^ fingerprintMask) >>> 0;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
