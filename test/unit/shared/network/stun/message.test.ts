import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAddress, decodeXorAddress } from '#shared/network/stun/address.ts';
import { decodeErrorCode, decodeUnknownAttributes, stunAttributes } from '#shared/network/stun/attributes.ts';
import { isSealed, longTermKey, sealStun, shortTermKey } from '#shared/network/stun/integrity.ts';
import {
  decodeStun,
  encodePlainStun,
  encodeStun,
  hasFingerprint,
  stunMethods,
  valueOf,
  withAttribute,
  withFingerprint,
  type StunMessage,
} from '#shared/network/stun/message.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { stunHashes } from '#test/support/stun-hashes.ts';
import { stunVector, stunVectors, type StunVector } from '#test/support/stun-vectors.ts';

const decoded = (bytes: Uint8Array): StunMessage => {
  const message = decodeStun(bytes);
  if (message === undefined) throw new Error('not decoded');
  return message;
};
const text = (message: StunMessage, type: number): string => Buffer.from(valueOf(message, type) ?? []).toString();
const keyOf = ({ credentials, integrity }: StunVector): Uint8Array =>
  'realm' in credentials
    ? longTermKey(credentials, integrity === 'sha1' ? 'md5' : 'sha256', stunHashes)
    : shortTermKey(credentials.password);
/** What a receiver does who expects exactly this protection. */
const isAccepted = (bytes: Uint8Array, vector: StunVector): boolean => {
  const message = decodeStun(bytes);
  if (message === undefined || (vector.fingerprint && !hasFingerprint(message))) return false;
  return isSealed(bytes, message, { kind: vector.integrity, key: keyOf(vector) }, stunHashes);
};
const ends: readonly number[] = [stunAttributes.messageIntegrity, stunAttributes.messageIntegritySha256, stunAttributes.fingerprint];

describe('STUN messages', () => {
  it('reads the vectors of RFC 5769 and RFC 8489', () => {
    const request = decoded(stunVector('req').bytes);
    expect([request.class, request.method, request.transactionId.length]).toEqual(['request', stunMethods.binding, 12]);
    expect([text(request, stunAttributes.software), text(request, stunAttributes.username)]).toEqual(['STUN test client', 'evtj:h6vY']);
    for (const [name, address] of [
      ['respv4', { family: 4, address: '192.0.2.1', port: 32_853 }],
      ['respv6', { family: 6, address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 }],
    ] as const) {
      const response = decoded(stunVector(name).bytes);
      expect([response.class, text(response, stunAttributes.software)]).toEqual(['success', 'test vector']);
      expect(decodeXorAddress(valueOf(response, stunAttributes.xorMappedAddress) ?? new Uint8Array(), response.transactionId)).toEqual(
        address,
      );
    }
    const longTerm = decoded(stunVector('reqltc').bytes);
    expect([stunAttributes.username, stunAttributes.nonce, stunAttributes.realm].map((type) => text(longTerm, type))).toEqual([
      'マトリックス',
      'f//499k954d6OL34oL9FSTvy64sA',
      'example.org',
    ]);
    expect(text(decoded(stunVector('userhash').bytes), stunAttributes.nonce)).toBe('obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA');
  });

  it.each(stunVectors)('writes $name again as it was', (vector) => {
    const { attributes, ...head } = decoded(vector.bytes);
    const content = attributes.filter(({ type }) => !ends.includes(type)).map(({ type, value }) => ({ type, value }));
    const seal = { kind: vector.integrity, key: keyOf(vector), fingerprint: vector.fingerprint };
    const again = sealStun({ ...head, attributes: content }, seal, stunHashes);
    expect(isAccepted(again, vector)).toBe(true);
    // RFC 5769 pads with spaces where RFC 8489 wants zeros, and only that may differ, with what is computed from it
    const spaced = vector.credentials === stunVector('req').credentials;
    expect(spaced ? again.length : Buffer.from(again)).toEqual(spaced ? vector.bytes.length : Buffer.from(vector.bytes));
    expect(
      decoded(again)
        .attributes.filter(({ type }) => !ends.includes(type))
        .map(({ type, value }) => ({ type, value })),
    ).toEqual(content);
  });

  it.each(stunVectors)('takes $name, and no copy of it with one bit turned over', (vector) => {
    expect(isAccepted(vector.bytes, vector)).toBe(true);
    for (let bit = 0; bit < vector.bytes.length * 8; bit++) {
      const bad = vector.bytes.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isAccepted(bad, vector), `bit ${bit}`).toBe(false);
    }
  });

  it('reads what it wrote, with and without FINGERPRINT', () => {
    const type = fc.integer({ min: 0, max: 0xffff }).filter((each) => !ends.includes(each));
    const part = fc.record({ type, value: fc.uint8Array({ maxLength: 60 }) });
    fc.assert(
      fc.property(
        fc.constantFrom('request' as const, 'indication' as const, 'success' as const, 'error' as const),
        fc.integer({ min: 0, max: 0xfff }),
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.array(part, { maxLength: 8 }),
        (stunClass, method, transactionId, attributes) => {
          const parts = { class: stunClass, method, transactionId, attributes };
          for (const [message, behind] of [
            [decoded(encodePlainStun(parts)), 0],
            [decoded(encodeStun(parts)), 1],
          ] as const) {
            expect(message).toMatchObject({ class: stunClass, method });
            expect(message.transactionId).toEqual(transactionId);
            expect(hasFingerprint(message)).toBe(behind === 1);
            const read = message.attributes.slice(0, attributes.length).map(({ type, value }) => ({ type, value: Uint8Array.from(value) }));
            expect(read).toEqual(attributes);
            expect(message.attributes).toHaveLength(attributes.length + behind);
          }
        },
      ),
    );
  });

  it('leaves out what stands behind the integrity', () => {
    const parts = { class: 'request' as const, method: 1, transactionId: new Uint8Array(12), attributes: [] };
    const sealed = sealStun(parts, { kind: 'sha1', key: Uint8Array.of(1), fingerprint: false }, stunHashes);
    const twice = withAttribute(sealed, stunAttributes.messageIntegritySha256, new Uint8Array(32));
    const stuffed = withFingerprint(withAttribute(twice, stunAttributes.username, Uint8Array.of(65)));
    expect(decoded(stuffed).attributes.map(({ type }) => type)).toEqual([
      stunAttributes.messageIntegrity,
      stunAttributes.messageIntegritySha256,
      stunAttributes.fingerprint,
    ]);
    expect(isSealed(stuffed, decoded(stuffed), { kind: 'sha1', key: Uint8Array.of(1) }, stunHashes)).toBe(true);
  });

  it('refuses what is not one whole message', () => {
    const { bytes } = stunVector('req');
    const changed = (index: number, value: number): Uint8Array => bytes.map((byte, at) => (at === index ? value : byte));
    for (const bad of [
      new Uint8Array(),
      bytes.subarray(0, 19),
      bytes.subarray(0, 60),
      Uint8Array.from([...bytes, 0, 0, 0, 0]),
      changed(0, 0x40),
      changed(0, 0x80),
      changed(4, 0),
      changed(3, 0x57),
      changed(23, 0xff),
    ]) {
      expect(decodeStun(bad)).toBeUndefined();
    }
  });

  it('never throws on a million random packets and mutated vectors', () => {
    const random = new SeededRandom(5769);
    const next = (below: number): number => Math.floor(random.fraction() * below);
    let whole = 0;
    for (let count = 0; count < 1_000_000; count++) {
      const bytes = count % 2 === 0 ? noise(next) : mutated(next);
      const message = decodeStun(bytes);
      if (message === undefined) continue;
      whole++;
      for (const { value } of message.attributes) {
        decodeXorAddress(value, message.transactionId);
        decodeAddress(value);
        decodeErrorCode(value);
        decodeUnknownAttributes(value);
      }
    }
    // a generator that never gets past the header would prove nothing
    expect(whole).toBeGreaterThan(100_000);
  }, 60_000);
});

/** A message head with a length that fits, and anything behind it. */
function noise(next: (below: number) => number): Uint8Array {
  const length = next(16) * 4;
  const bytes = new Uint8Array(20 + length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = next(256);
  bytes.set([next(64), next(256), 0, next(20) === 0 ? next(256) : length, 0x21, 0x12, 0xa4, 0x42]);
  // small lengths, so that more than one attribute is read
  for (let index = 22; index + 1 < bytes.length && next(8) > 0; index += 4 + next(3) * 4) bytes.set([0, next(13)], index);
  return bytes;
}

/** A vector with some bytes changed, cut off or put in; half of them without their FINGERPRINT, or nothing would get past it. */
function mutated(next: (below: number) => number): Uint8Array {
  const vector = stunVectors[next(stunVectors.length)] ?? stunVector('req');
  const bytes = vector.bytes.slice(0, vector.fingerprint && next(2) === 0 ? -8 : undefined);
  if (next(4) > 0) bytes[3] = bytes.length - 20;
  for (let changes = next(4); changes > 0; changes--) bytes[next(bytes.length)] = next(256);
  return next(8) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
}
