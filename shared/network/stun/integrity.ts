/**
 * Who may say what: MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 sections 14.5 and 14.6), and the keys of short-term and
 * long-term credentials (section 9). The hash functions come as parameters, because this room has none.
 */
import { decodeUtf8, encodeUtf8 } from '../../sip/text-codec.ts';
import { stunAttributes } from './attributes.ts';
import { headerBytes, padded, viewOf } from './bytes.ts';
import { encodePlainStun, type StunAttribute, type StunMessage, type StunParts, withAttribute, withFingerprint } from './message.ts';

export interface StunHashes {
  hmac(algorithm: 'sha1' | 'sha256', key: Uint8Array, bytes: Uint8Array): Uint8Array;
  digest(algorithm: 'md5' | 'sha256', bytes: Uint8Array): Uint8Array;
}

/** Which HMAC protects a message: SHA-1 for everybody, SHA-256 for who offers PASSWORD-ALGORITHMS. */
export type IntegrityKind = 'sha1' | 'sha256';

const integrityOf = {
  sha1: { type: stunAttributes.messageIntegrity, length: 20 },
  sha256: { type: stunAttributes.messageIntegritySha256, length: 32 },
} as const;

export interface Seal {
  readonly kind: IntegrityKind;
  readonly key: Uint8Array;
  readonly fingerprint: boolean;
}

/** A message as bytes, protected by the key. */
export function sealStun(parts: StunParts, seal: Seal, hashes: StunHashes): Uint8Array<ArrayBuffer> {
  const plain = encodePlainStun(parts);
  const { type, length } = integrityOf[seal.kind];
  const scope = integrityScope(plain, { offset: plain.length, value: new Uint8Array(length) });
  const sealed = withAttribute(plain, type, hashes.hmac(seal.kind, seal.key, scope));
  return seal.fingerprint ? withFingerprint(sealed) : sealed;
}

/**
 * Whether the integrity attribute of that kind is there and right. A truncated HMAC is not: no usage of STUN that is spoken here allows one.
 * @param bytes those that `message` was decoded from
 */
export function isSealed(bytes: Uint8Array, message: StunMessage, { kind, key }: Pick<Seal, 'kind' | 'key'>, hashes: StunHashes): boolean {
  const { type, length } = integrityOf[kind];
  const integrity = message.attributes.find((attribute) => attribute.type === type);
  if (integrity?.value.length !== length) return false;
  return equal(hashes.hmac(kind, key, integrityScope(bytes, integrity)), integrity.value);
}

/**
 * The bytes that an integrity attribute is the HMAC of: everything before it, with the length that the message would have if it
 * ended behind it.
 */
function integrityScope(bytes: Uint8Array, integrity: Pick<StunAttribute, 'offset' | 'value'>): Uint8Array<ArrayBuffer> {
  const scope = new Uint8Array(bytes.subarray(0, integrity.offset));
  viewOf(scope).setUint16(2, integrity.offset + 4 + integrity.value.length - headerBytes);
  return scope;
}

/** Time does not tell how much of it is right. */
function equal(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  one.forEach((byte, index) => (difference |= byte ^ (other[index] ?? 0)));
  return difference === 0;
}

/** Key of short-term credentials (RFC 8489 section 9.1.1), as ICE uses them. */
export function shortTermKey(password: string): Uint8Array {
  return encodeUtf8(opaque(password));
}

/** How the key of long-term credentials is made, with its number in PASSWORD-ALGORITHMS (RFC 8489 section 18.5). */
export const passwordAlgorithms = { md5: 0x0001, sha256: 0x0002 } as const;
export type PasswordAlgorithm = keyof typeof passwordAlgorithms;

export interface LongTermCredentials {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
}

/** Key of long-term credentials (RFC 8489 section 18.5.1). */
export function longTermKey(credentials: LongTermCredentials, algorithm: PasswordAlgorithm, hashes: StunHashes): Uint8Array {
  const { username, realm, password } = credentials;
  return hashes.digest(algorithm, encodeUtf8([username, realm, password].map(opaque).join(':')));
}

/** Value of USERHASH (RFC 8489 section 14.4): the user name for who listens on the way. */
export function userHash({ username, realm }: Pick<LongTermCredentials, 'username' | 'realm'>, hashes: StunHashes): Uint8Array {
  return hashes.digest('sha256', encodeUtf8([username, realm].map(opaque).join(':')));
}

/** Value of PASSWORD-ALGORITHMS, or with one algorithm of PASSWORD-ALGORITHM; neither of ours has parameters (RFC 8489 section 14.11). */
export function encodePasswordAlgorithms(algorithms: readonly PasswordAlgorithm[]): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(algorithms.length * 4);
  algorithms.forEach((name, index) => viewOf(value).setUint16(index * 4, passwordAlgorithms[name]));
  return value;
}

/** The algorithms of a server that are known here, in its order; what cannot be read ends the list. */
export function decodePasswordAlgorithms(value: Uint8Array): PasswordAlgorithm[] {
  const found: PasswordAlgorithm[] = [];
  for (let offset = 0; offset + 4 <= value.length; offset += 4 + padded(viewOf(value).getUint16(offset + 2))) {
    const number = viewOf(value).getUint16(offset);
    if (number === passwordAlgorithms.md5) found.push('md5');
    if (number === passwordAlgorithms.sha256) found.push('sha256');
  }
  return found;
}

/** What a server says of itself in the beginning of its NONCE, where nobody on the way can take it out (RFC 8489 section 9.2). */
export function nonceFeatures(nonce: Uint8Array): { readonly passwordAlgorithms: boolean; readonly userAnonymity: boolean } {
  const [, first] = /^obMatJos2([A-Za-z0-9+/])[A-Za-z0-9+/]{3}/.exec(decodeUtf8(nonce)) ?? [];
  // 24 bits in base64, the first of which are the two that have a meaning (RFC 8489 section 18.1)
  const bits = first === undefined ? 0 : base64Alphabet.indexOf(first);
  return { passwordAlgorithms: (bits & 0x20) !== 0, userAnonymity: (bits & 0x10) !== 0 };
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** OpaqueString of RFC 8265 section 4.2, which user names, realms and passwords go through. */
function opaque(text: string): string {
  return text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}
