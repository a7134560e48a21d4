/** Addresses in STUN attributes: MAPPED-ADDRESS and its kin (RFC 8489 section 14.1), and the XORed ones (section 14.2). */
import { magicCookie, viewOf } from './bytes.ts';

export interface StunAddress {
  readonly family: 4 | 6;
  /** Dotted quad, or IPv6 as RFC 5952 writes it. */
  readonly address: string;
  readonly port: number;
}

/** Value of MAPPED-ADDRESS, RESPONSE-ORIGIN, OTHER-ADDRESS or ALTERNATE-SERVER; undefined when the address cannot be read. */
export function encodeAddress(address: StunAddress): Uint8Array<ArrayBuffer> | undefined {
  const plain = addressBytes(address.address);
  if (plain?.length !== (address.family === 4 ? 4 : 16)) return undefined;
  const value = new Uint8Array(4 + plain.length);
  value[1] = address.family === 4 ? 1 : 2;
  viewOf(value).setUint16(2, address.port);
  value.set(plain, 4);
  return value;
}

/** Reads what `encodeAddress` writes; undefined when it is none. */
export function decodeAddress(value: Uint8Array): StunAddress | undefined {
  const family = value[1] === 1 ? 4 : value[1] === 2 ? 6 : undefined;
  if (family === undefined || value.length !== (family === 4 ? 8 : 20)) return undefined;
  return { family, address: addressText(value.subarray(4)), port: viewOf(value).getUint16(2) };
}

/** Value of XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS; undefined when the address cannot be read. */
export function encodeXorAddress(address: StunAddress, transactionId: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const value = encodeAddress(address);
  return value === undefined ? undefined : xored(value, transactionId);
}

/** Reads an XORed address; undefined when it is none. */
export function decodeXorAddress(value: Uint8Array, transactionId: Uint8Array): StunAddress | undefined {
  return decodeAddress(xored(value, transactionId));
}

/** The one way to write an address; undefined when it is none. Two texts name the same address when this is the same. */
export function canonicalAddress(address: string): string | undefined {
  const bytes = addressBytes(address);
  return bytes === undefined ? undefined : addressText(bytes);
}

/** Turns a value over and back: port and address, but neither the family nor the byte before it. */
function xored(value: Uint8Array, transactionId: Uint8Array): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(20);
  viewOf(mask).setUint16(2, magicCookie >>> 16);
  viewOf(mask).setUint32(4, magicCookie);
  mask.set(transactionId.subarray(0, 12), 8);
  return Uint8Array.from(value, (byte, index) => byte ^ (mask[index] ?? 0));
}

/** Four or sixteen bytes; undefined when the text is no address. */
export function addressBytes(address: string): Uint8Array | undefined {
  const bytes = address.includes(':') ? groups(address) : decimals(address);
  const length = address.includes(':') ? 16 : 4;
  return bytes.length === length && bytes.every((byte) => byte >= 0 && byte <= 255) ? Uint8Array.from(bytes) : undefined;
}

function decimals(address: string): number[] {
  return address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : -1));
}

/** Bytes of an IPv6 address; `::` stands for as many zero groups as are missing, and an IPv4 address may stand at the end. */
function groups(address: string): number[] {
  const [head = '', tail, ...more] = withoutQuad(address).split('::');
  if (more.length > 0) return [];
  const before = groupBytes(head);
  if (tail === undefined) return before;
  const after = groupBytes(tail);
  return [...before, ...Array<number>(Math.max(0, 16 - before.length - after.length)).fill(0), ...after];
}

function withoutQuad(address: string): string {
  const [, start, quad] = /^(.*:)(\d+(?:\.\d+){3})$/.exec(address) ?? [];
  const bytes = quad === undefined ? undefined : addressBytes(quad);
  if (start === undefined || bytes === undefined) return address;
  const view = viewOf(bytes);
  return `${start}${view.getUint16(0).toString(16)}:${view.getUint16(2).toString(16)}`;
}

function groupBytes(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    const value = /^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : -1;
    return value < 0 ? [-1, -1] : [value >> 8, value & 0xff];
  });
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const view = viewOf(bytes);
  const parts = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2));
  const gap = longestZeros(parts);
  const hex = (from: number, to: number): string =>
    parts
      .slice(from, to)
      .map((part) => part.toString(16))
      .join(':');
  return gap === undefined ? hex(0, 8) : `${hex(0, gap.start)}::${hex(gap.end, 8)}`;
}

/** The run of zero groups that `::` stands for: the longest, the first of equals, never a single one. */
function longestZeros(parts: readonly number[]): { readonly start: number; readonly end: number } | undefined {
  let found: { start: number; end: number } | undefined;
  for (let start = 0; start < parts.length; start++) {
    let end = start;
    while (parts[end] === 0) end++;
    if (end - start > Math.max(1, found === undefined ? 1 : found.end - found.start)) found = { start, end };
    start = Math.max(start, end - 1);
  }
  return found;
}
