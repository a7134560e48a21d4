import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeStun,
  decodeXorAddress,
  encodeStun,
  encodeXorAddress,
  integrityScope,
  stunAttributes,
  type StunMessage,
} from '#shared/network/stun-message.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Test vectors of RFC 5769. */
const vectors = {
  req: bytesOf(
    '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b3600060009' +
      '6576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  ),
  respv4: bytesOf(
    '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f9' +
      '2af9ba53f06be7d780280004c07d4c96',
  ),
  respv6: bytesOf(
    '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014' +
      'a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c',
  ),
  reqltc: bytesOf(
    '000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b39353464364f4c3334' +
      '6f4c394653547679363473410014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666',
  ),
};

const decoded = (bytes: Uint8Array): StunMessage => {
  const message = decodeStun(bytes);
  if (message === undefined) throw new Error('not decoded');
  return message;
};
const attribute = (message: StunMessage, type: number) => {
  const found = message.attributes.find((each) => each.type === type);
  if (found === undefined) throw new Error(`no attribute ${type}`);
  return found;
};
const hmacMatches = (bytes: Uint8Array, key: Buffer | string): boolean => {
  const integrity = attribute(decoded(bytes), stunAttributes.messageIntegrity);
  return createHmac('sha1', key).update(integrityScope(bytes, integrity)).digest().equals(integrity.value);
};

describe('STUN messages', () => {
  it('reads the vectors of RFC 5769', () => {
    const request = decoded(vectors.req);
    expect([request.class, request.method]).toEqual(['request', 1]);
    expect(Buffer.from(attribute(request, stunAttributes.username).value).toString()).toBe('evtj:h6vY');
    for (const [bytes, address] of [
      [vectors.respv4, { family: 4, address: '192.0.2.1', port: 32_853 }],
      [vectors.respv6, { family: 6, address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 }],
    ] as const) {
      const response = decoded(bytes);
      expect(response.class).toBe('success');
      expect(decodeXorAddress(attribute(response, stunAttributes.xorMappedAddress).value, response.transactionId)).toEqual(address);
    }
    expect(Buffer.from(attribute(decoded(vectors.reqltc), stunAttributes.realm).value).toString()).toBe('example.org');
  });

  it('finds what their MESSAGE-INTEGRITY covers', () => {
    for (const bytes of [vectors.req, vectors.respv4, vectors.respv6]) expect(hmacMatches(bytes, 'VOkJxbRl1RmTxUk/WvJxBt')).toBe(true);
    const key = createHash('md5').update('マトリックス:example.org:TheMatrIX').digest();
    expect(hmacMatches(vectors.reqltc, key)).toBe(true);
  });

  it('refuses every vector with one byte changed under a FINGERPRINT', () => {
    for (const bytes of [vectors.req, vectors.respv4, vectors.respv6]) {
      bytes.forEach((byte, index) => {
        const bad = bytes.slice();
        bad[index] = byte ^ 1;
        const message = decodeStun(bad);
        // a change that turns the FINGERPRINT's own type or another length over leaves no fingerprint to check
        const unchecked = message !== undefined && !message.attributes.some(({ type }) => type === stunAttributes.fingerprint);
        expect(message === undefined || unchecked).toBe(true);
      });
    }
  });

  it('reads what it wrote', () => {
    const part = fc.record({ type: fc.integer({ min: 0, max: 0x7fff }), value: fc.uint8Array({ maxLength: 60 }) });
    fc.assert(
      fc.property(
        fc.constantFrom('request' as const, 'indication' as const, 'success' as const, 'error' as const),
        fc.integer({ min: 0, max: 0xfff }),
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.array(part, { maxLength: 8 }),
        (stunClass, method, transactionId, attributes) => {
          const message = decoded(encodeStun({ class: stunClass, method, transactionId, attributes }));
          expect(message).toMatchObject({ class: stunClass, method });
          expect(message.transactionId).toEqual(transactionId);
          expect(message.attributes.slice(0, -1).map(({ type, value }) => ({ type, value: Uint8Array.from(value) }))).toEqual(attributes);
        },
      ),
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeStun(bytes)));
    const header = bytesOf('0001000c2112a442000102030405060708090a0b');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (rest) => void decodeStun(Uint8Array.from([...header, ...rest]))),
    );
  });

  it('turns addresses both ways', () => {
    const transactionId = new Uint8Array(12).fill(7);
    for (const address of [
      { family: 4, address: '127.0.0.1', port: 1 },
      { family: 6, address: '0:0:0:0:0:0:0:1', port: 65_535 },
    ] as const) {
      expect(decodeXorAddress(encodeXorAddress(address, transactionId) ?? new Uint8Array(), transactionId)).toEqual(address);
    }
    expect(encodeXorAddress({ family: 6, address: '::1', port: 5 }, transactionId)).toEqual(
      encodeXorAddress({ family: 6, address: '0:0:0:0:0:0:0:1', port: 5 }, transactionId),
    );
    expect(encodeXorAddress({ family: 4, address: '1.2.3.400', port: 5 }, transactionId)).toBeUndefined();
    expect(encodeXorAddress({ family: 6, address: '1:2:3', port: 5 }, transactionId)).toBeUndefined();
    expect(decodeXorAddress(Uint8Array.of(0, 1, 2), transactionId)).toBeUndefined();
  });
});
