import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, decodeAddress, decodeXorAddress, encodeAddress, encodeXorAddress } from '#shared/network/stun/address.ts';

const transactionId = Uint8Array.from({ length: 12 }, (_, index) => index * 20);
const nothing = new Uint8Array();

describe('addresses in STUN messages', () => {
  it('turns them both ways, plain and XORed', () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    const family = fc.oneof(
      fc.ipV4().map((address) => ({ family: 4 as const, address })),
      fc.ipV6().map((address) => ({ family: 6 as const, address })),
    );
    fc.assert(
      fc.property(family, port, (place, number) => {
        const address = { ...place, port: number };
        const expected = { ...address, address: canonicalAddress(place.address) };
        expect(decodeAddress(encodeAddress(address) ?? nothing)).toEqual(expected);
        expect(decodeXorAddress(encodeXorAddress(address, transactionId) ?? nothing, transactionId)).toEqual(expected);
        expect(isIP(expected.address ?? '')).toBe(place.family);
      }),
    );
  });

  it.each([
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::', '::'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['fe80:0:0:0:1:2:3:0', 'fe80::1:2:3:0'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1::', '1::'],
    ['192.0.2.1', '192.0.2.1'],
  ])('writes %s as %s (RFC 5952)', (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical);
  });

  it.each([
    '',
    'example.org',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '1:2:3',
    '1:2:3:4:5:6:7:8:9',
    '::1::',
    'fe80::1%eth0',
    '::g',
    '1.2.3.-4',
    '::1.2.3',
    '::1.2.3.256',
    '1.2.3.4::',
    '::1.2.3.4:1',
    '1:2:3:4:5:6:7:1.2.3.4',
  ])('does not read %s', (address) => {
    expect(canonicalAddress(address)).toBeUndefined();
    expect(encodeXorAddress({ family: 4, address, port: 5 }, transactionId)).toBeUndefined();
  });

  it('takes no address of the other family and no value of another length', () => {
    expect(encodeAddress({ family: 4, address: '::1', port: 1 })).toBeUndefined();
    expect(encodeAddress({ family: 6, address: '127.0.0.1', port: 1 })).toBeUndefined();
    expect(decodeAddress(Uint8Array.of(0, 1, 2))).toBeUndefined();
    expect(decodeAddress(new Uint8Array(8))).toBeUndefined();
    expect(decodeXorAddress(Uint8Array.of(0, 1, ...new Uint8Array(18)), transactionId)).toBeUndefined();
  });
});
