import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeChangeRequest,
  decodeErrorCode,
  decodeUint16,
  decodeUint32,
  decodeUnknownAttributes,
  encodeAddressFamily,
  encodeChangeRequest,
  encodeErrorCode,
  encodeEvenPort,
  encodeRequestedTransport,
  encodeUint16,
  encodeUint32,
  encodeUnknownAttributes,
  isOptional,
  stunAttributes,
} from '#shared/network/stun/attributes.ts';

describe('values of STUN attributes', () => {
  it('reads the errors that it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 699 }), fc.string({ unit: 'grapheme', maxLength: 40 }), (code, reason) => {
        expect(decodeErrorCode(encodeErrorCode({ code, reason }))).toEqual({ code, reason });
      }),
    );
    expect([...encodeErrorCode({ code: 401, reason: 'No' })]).toEqual([0, 0, 4, 1, 78, 111]);
  });

  it.each([[[]], [[0, 0, 4]], [[0, 0, 2, 0]], [[0, 0, 7, 0]], [[0, 0, 4, 100]]])('takes %j for no error', (bytes) => {
    expect(decodeErrorCode(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('asks a server to answer from elsewhere', () => {
    const all = [true, false].flatMap((address) => [true, false].map((port) => ({ address, port })));
    expect(all.map((change) => encodeChangeRequest(change)[3])).toEqual([6, 4, 2, 0]);
    for (const change of all) expect(decodeChangeRequest(encodeChangeRequest(change))).toEqual(change);
    expect(decodeChangeRequest(Uint8Array.of(0, 0, 6))).toBeUndefined();
  });

  it('writes the rest as RFC 5780 and RFC 8656 draw it', () => {
    expect([...encodeUnknownAttributes([3, 0x8022])]).toEqual([0, 3, 0x80, 0x22]);
    expect(decodeUnknownAttributes(Uint8Array.of(0, 3, 0x80, 0x22, 9))).toEqual([3, 0x8022]);
    expect([...encodeUint32(600)]).toEqual([0, 0, 2, 88]);
    expect([decodeUint32(encodeUint32(0xffffffff)), decodeUint32(new Uint8Array(3))]).toEqual([0xffffffff, undefined]);
    expect([...encodeUint16(0x4001, 2)]).toEqual([0x40, 1, 0, 0]);
    expect([decodeUint16(encodeUint16(65_535)), decodeUint16(new Uint8Array(1))]).toEqual([65_535, undefined]);
    expect([...encodeRequestedTransport(17)]).toEqual([17, 0, 0, 0]);
    expect([4, 6].map((family) => [...encodeAddressFamily(family === 4 ? 4 : 6)])).toEqual([
      [1, 0, 0, 0],
      [2, 0, 0, 0],
    ]);
    expect([...encodeEvenPort(true), ...encodeEvenPort(false)]).toEqual([0x80, 0]);
  });

  it('has no number twice, and knows which may be passed over', () => {
    const numbers = Object.values(stunAttributes);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect([isOptional(stunAttributes.changeRequest), isOptional(stunAttributes.otherAddress)]).toEqual([false, true]);
  });
});
