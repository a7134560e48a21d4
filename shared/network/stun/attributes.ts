/** Attributes of STUN (RFC 8489), behaviour discovery (RFC 5780) and TURN (RFC 8656): their numbers, and their values but addresses. */
import { decodeUtf8, encodeUtf8 } from '../../sip/text-codec.ts';
import { viewOf } from './bytes.ts';

export const stunAttributes = {
  mappedAddress: 0x0001,
  changeRequest: 0x0003,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  evenPort: 0x0018,
  requestedTransport: 0x0019,
  dontFragment: 0x001a,
  messageIntegritySha256: 0x001c,
  passwordAlgorithm: 0x001d,
  userHash: 0x001e,
  xorMappedAddress: 0x0020,
  reservationToken: 0x0022,
  responsePort: 0x0027,
  additionalAddressFamily: 0x8000,
  addressErrorCode: 0x8001,
  passwordAlgorithms: 0x8002,
  alternateDomain: 0x8003,
  icmp: 0x8004,
  software: 0x8022,
  alternateServer: 0x8023,
  fingerprint: 0x8028,
  responseOrigin: 0x802b,
  otherAddress: 0x802c,
} as const;

/** Whether a message with an attribute of that number may be used by who does not know it (RFC 8489 section 14). */
export function isOptional(type: number): boolean {
  return type >= 0x8000;
}

export interface StunError {
  /** 300 to 699. */
  readonly code: number;
  readonly reason: string;
}

/** Value of ERROR-CODE (RFC 8489 section 14.8). */
export function encodeErrorCode({ code, reason }: StunError): Uint8Array<ArrayBuffer> {
  const text = encodeUtf8(reason);
  const value = new Uint8Array(4 + text.length);
  value[2] = Math.floor(code / 100);
  value[3] = code % 100;
  value.set(text, 4);
  return value;
}

/** Reads an ERROR-CODE; undefined when it is none. */
export function decodeErrorCode(value: Uint8Array): StunError | undefined {
  const [, , kind = 0, number = 0] = value;
  const hundreds = kind & 7;
  if (value.length < 4 || hundreds < 3 || hundreds > 6 || number > 99) return undefined;
  return { code: hundreds * 100 + number, reason: decodeUtf8(value.subarray(4)) };
}

/** Value of UNKNOWN-ATTRIBUTES (RFC 8489 section 14.13). */
export function encodeUnknownAttributes(types: readonly number[]): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(types.length * 2);
  types.forEach((type, index) => viewOf(value).setUint16(index * 2, type));
  return value;
}

export function decodeUnknownAttributes(value: Uint8Array): number[] {
  return Array.from({ length: value.length >> 1 }, (_, index) => viewOf(value).getUint16(index * 2));
}

/** What a server is asked to answer from: its other address, its other port (RFC 5780 section 7.2). */
export interface ChangeRequest {
  readonly address: boolean;
  readonly port: boolean;
}

export function encodeChangeRequest({ address, port }: ChangeRequest): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0, 0, 0, (address ? 4 : 0) | (port ? 2 : 0));
}

/** Undefined when it is none. */
export function decodeChangeRequest(value: Uint8Array): ChangeRequest | undefined {
  const [, , , flags = 0] = value;
  return value.length === 4 ? { address: (flags & 4) !== 0, port: (flags & 2) !== 0 } : undefined;
}

/** A number of two bytes: RESPONSE-PORT; in front of two unused bytes: CHANNEL-NUMBER. */
export function encodeUint16(number: number, unusedBytes: 0 | 2 = 0): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(2 + unusedBytes);
  viewOf(value).setUint16(0, number);
  return value;
}

/** Undefined when there is none. */
export function decodeUint16(value: Uint8Array): number | undefined {
  return value.length < 2 ? undefined : viewOf(value).getUint16(0);
}

/** LIFETIME in seconds (RFC 8656 section 18.2). */
export function encodeUint32(number: number): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(4);
  viewOf(value).setUint32(0, number);
  return value;
}

/** Undefined when it is none. */
export function decodeUint32(value: Uint8Array): number | undefined {
  return value.length === 4 ? viewOf(value).getUint32(0) : undefined;
}

/** Value of REQUESTED-TRANSPORT (RFC 8656 section 18.7): what the relay speaks with peers; a number of the IANA, UDP is 17. */
export function encodeRequestedTransport(protocol: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(protocol, 0, 0, 0);
}

/** Value of REQUESTED-ADDRESS-FAMILY and ADDITIONAL-ADDRESS-FAMILY (RFC 8656 sections 18.6 and 18.11). */
export function encodeAddressFamily(family: 4 | 6): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(family === 4 ? 1 : 2, 0, 0, 0);
}

/** Value of EVEN-PORT (RFC 8656 section 18.5). `reserveNext`: keep the port behind it, too. */
export function encodeEvenPort(reserveNext: boolean): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(reserveNext ? 0x80 : 0);
}
