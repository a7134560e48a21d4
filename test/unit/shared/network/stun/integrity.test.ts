import { describe, expect, it } from 'vitest';
import { stunAttributes } from '#shared/network/stun/attributes.ts';
import {
  decodePasswordAlgorithms,
  encodePasswordAlgorithms,
  isSealed,
  longTermKey,
  nonceFeatures,
  sealStun,
  shortTermKey,
  userHash,
} from '#shared/network/stun/integrity.ts';
import { decodeStun, valueOf, withAttribute } from '#shared/network/stun/message.ts';
import { stunHashes } from '#test/support/stun-hashes.ts';
import { stunVector } from '#test/support/stun-vectors.ts';

const matrix = { username: 'マトリックス', password: 'TheMatrIX', realm: 'example.org' };
const parts = { class: 'request' as const, method: 1, transactionId: new Uint8Array(12).fill(9), attributes: [] };
const accepts = (bytes: Uint8Array, kind: 'sha1' | 'sha256', key: Uint8Array): boolean => {
  const message = decodeStun(bytes);
  return message !== undefined && isSealed(bytes, message, { kind, key }, stunHashes);
};

describe('integrity of STUN messages', () => {
  it('has the user hash and the algorithms of RFC 8489 appendix B.1', () => {
    const message = decodeStun(stunVector('userhash').bytes);
    if (message === undefined) throw new Error('not decoded');
    expect(Buffer.from(userHash(matrix, stunHashes))).toEqual(Buffer.from(valueOf(message, stunAttributes.userHash) ?? []));
    expect(decodePasswordAlgorithms(valueOf(message, stunAttributes.passwordAlgorithm) ?? new Uint8Array())).toEqual(['sha256']);
  });

  it('makes the keys of both credentials out of prepared texts (RFC 8265)', () => {
    expect(Buffer.from(longTermKey({ username: 'user', realm: 'realm', password: 'pass' }, 'md5', stunHashes)).toString('hex')).toBe(
      '8493fbc53ba582fb4c044c456bdc40eb',
    );
    expect(longTermKey(matrix, 'sha256', stunHashes)).toHaveLength(32);
    expect(shortTermKey('a\u00a0b e\u0301')).toEqual(shortTermKey('a b \u00e9'));
  });

  it.each(['sha1', 'sha256'] as const)('accepts its own %s seal with the right key only', (kind) => {
    const key = shortTermKey('secret');
    const bytes = sealStun(parts, { kind, key, fingerprint: true }, stunHashes);
    expect(accepts(bytes, kind, key)).toBe(true);
    expect(accepts(bytes, kind, shortTermKey('Secret'))).toBe(false);
    expect(accepts(bytes, kind === 'sha1' ? 'sha256' : 'sha1', key)).toBe(false);
  });

  it('accepts no truncated hash', () => {
    const key = shortTermKey('secret');
    const scope = sealStun(parts, { kind: 'sha256', key, fingerprint: false }, stunHashes);
    const short = withAttribute(scope.slice(0, 20), stunAttributes.messageIntegritySha256, scope.subarray(24, 40));
    expect(decodeStun(short)).toBeDefined();
    expect(accepts(short, 'sha256', key)).toBe(false);
  });

  it('passes over algorithms that it does not know', () => {
    expect([...encodePasswordAlgorithms(['sha256', 'md5'])]).toEqual([0, 2, 0, 0, 0, 1, 0, 0]);
    const list = Uint8Array.of(0, 9, 0, 3, 1, 2, 3, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1);
    expect(decodePasswordAlgorithms(list)).toEqual(['sha256', 'md5']);
    expect(decodePasswordAlgorithms(Uint8Array.of(0, 2, 0xff, 0xff))).toEqual(['sha256']);
  });

  it.each([
    ['obMatJos2AAAArest', false, false],
    ['obMatJos2gAAArest', true, false],
    ['obMatJos2QAAArest', false, true],
    ['obMatJos2wAAA', true, true],
    ['obMatJos2', false, false],
    ['0123456789', false, false],
  ])('reads what the nonce %s says of the server', (nonce, algorithms, userAnonymity) => {
    expect(nonceFeatures(Buffer.from(nonce))).toEqual({ passwordAlgorithms: algorithms, userAnonymity });
  });
});
