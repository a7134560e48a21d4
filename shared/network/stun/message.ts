/**
 * STUN messages (RFC 8489) as bytes: header, attributes, FINGERPRINT. What stands in the attributes is read by `stun-attributes.ts`
 * and `stun-address.ts`; keyed integrity is `stun-integrity.ts`.
 */
import { stunAttributes } from './attributes.ts';
import { crc32, headerBytes, magicCookie, padded, viewOf } from './bytes.ts';

export type StunClass = 'request' | 'indication' | 'success' | 'error';

/** Binding (RFC 8489), and the methods of TURN (RFC 8656). */
export const stunMethods = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;

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
  /** Without those that stand behind an integrity attribute and count for nothing (RFC 8489 sections 14.5 and 14.6). */
  readonly attributes: readonly StunAttribute[];
}

const fingerprintMask = 0x5354554e;
const classes: readonly StunClass[] = ['request', 'indication', 'success', 'error'];

/**
 * @returns undefined for anything that is not one whole STUN message: other leading bits, no magic cookie, a length that
 * does not fit, an attribute beyond the end, or a wrong FINGERPRINT. A message without FINGERPRINT is one, too: who demands it asks
 * `hasFingerprint`.
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
    attributes: withoutUncovered(attributes),
  };
}

/** The value of the first attribute of that type: only the first counts (RFC 8489 section 14). */
export function valueOf(message: StunMessage, type: number): Uint8Array | undefined {
  return message.attributes.find((attribute) => attribute.type === type)?.value;
}

/** Whether the message carries a FINGERPRINT; `decodeStun` has seen that it is right. */
export function hasFingerprint(message: StunMessage): boolean {
  return message.attributes.at(-1)?.type === stunAttributes.fingerprint;
}

export interface StunParts {
  readonly class: StunClass;
  readonly method: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  readonly attributes: readonly { readonly type: number; readonly value: Uint8Array }[];
}

/** A message as bytes, without FINGERPRINT. */
export function encodePlainStun(parts: StunParts): Uint8Array<ArrayBuffer> {
  const length = parts.attributes.reduce((sum, { value }) => sum + 4 + padded(value.length), 0);
  const bytes = new Uint8Array(headerBytes + length);
  const view = viewOf(bytes);
  const stunClass = classes.indexOf(parts.class);
  const { method } = parts;
  view.setUint16(0, (method & 0xf) | ((method & 0x70) << 1) | ((method & 0xf80) << 2) | ((stunClass & 1) << 4) | ((stunClass & 2) << 7));
  view.setUint16(2, length);
  view.setUint32(4, magicCookie);
  bytes.set(parts.transactionId.subarray(0, 12), 8);
  let offset = headerBytes;
  for (const { type, value } of parts.attributes) offset = writeAttribute(bytes, offset, type, value);
  return bytes;
}

/** A message as bytes, closed by a FINGERPRINT. */
export function encodeStun(parts: StunParts): Uint8Array<ArrayBuffer> {
  return withFingerprint(encodePlainStun(parts));
}

/** The message with one attribute more. */
export function withAttribute(message: Uint8Array, type: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(message.length + 4 + padded(value.length));
  bytes.set(message);
  viewOf(bytes).setUint16(2, bytes.length - headerBytes);
  writeAttribute(bytes, message.length, type, value);
  return bytes;
}

/** The message closed by a FINGERPRINT: the CRC of all before it, with the length that it has in the end (RFC 8489 section 14.7). */
export function withFingerprint(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = withAttribute(message, stunAttributes.fingerprint, new Uint8Array(4));
  viewOf(bytes).setUint32(bytes.length - 4, fingerprintOf(bytes.subarray(0, bytes.length - 8)));
  return bytes;
}

function writeAttribute(bytes: Uint8Array, offset: number, type: number, value: Uint8Array): number {
  const view = viewOf(bytes);
  view.setUint16(offset, type);
  view.setUint16(offset + 2, value.length);
  bytes.set(value, offset + 4);
  return offset + 4 + padded(value.length);
}

/** FINGERPRINT is the last attribute. */
function isRightFingerprint(bytes: Uint8Array, { value, offset }: StunAttribute): boolean {
  if (value.length !== 4 || offset + 8 !== bytes.length) return false;
  return viewOf(value).getUint32(0) === fingerprintOf(bytes.subarray(0, offset));
}

function fingerprintOf(bytes: Uint8Array): number {
  return (crc32(bytes) ^ fingerprintMask) >>> 0;
}

/** Behind MESSAGE-INTEGRITY only MESSAGE-INTEGRITY-SHA256 and FINGERPRINT count, behind the former only the latter. */
function withoutUncovered(attributes: readonly StunAttribute[]): readonly StunAttribute[] {
  const { messageIntegrity, messageIntegritySha256, fingerprint } = stunAttributes;
  const first = attributes.findIndex(({ type }) => type === messageIntegrity || type === messageIntegritySha256);
  if (first < 0) return attributes;
  const mayFollow: readonly number[] = attributes[first]?.type === messageIntegrity ? [messageIntegritySha256, fingerprint] : [fingerprint];
  return attributes.filter(({ type }, index) => index <= first || mayFollow.includes(type));
}
