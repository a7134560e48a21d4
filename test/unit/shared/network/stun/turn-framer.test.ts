import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeStun, stunMethods } from '#shared/network/stun/message.ts';
import { TurnFramer } from '#shared/network/stun/turn-framer.ts';

const message = (size: number): Uint8Array =>
  encodeStun({
    class: 'indication',
    method: stunMethods.data,
    transactionId: new Uint8Array(12),
    attributes: [{ type: 0x0013, value: new Uint8Array(size) }],
  });

it('gives the messages back however the stream was cut', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 1_500 }), { maxLength: 6 });
  const cuts = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sizes, cuts, (sizes, cuts) => {
      const messages = sizes.map(message);
      const stream = new Uint8Array(Buffer.concat(messages));
      const framer = new TurnFramer();
      const got: Uint8Array[] = [];
      for (let start = 0, turn = 0; start < stream.length; turn++) {
        const end = start + (cuts[turn % cuts.length] ?? 1);
        got.push(...(framer.feed(stream.subarray(start, end)) ?? [new Uint8Array()]));
        start = end;
      }
      expect(got).toEqual(messages);
    }),
  );
});

it.each([
  ['what is no STUN', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['data of a channel that nobody bound', Buffer.from([0x40, 0, 0, 4, ...new Uint8Array(32)])],
  ['a message that never ends', Buffer.from([0x01, 0x13, 0xff, 0xfc, ...new Uint8Array(32)])],
])('does not take %s', (_what, bytes) => {
  expect(new TurnFramer().feed(bytes)).toBeUndefined();
});

it('waits for the rest of a header', () => {
  expect(new TurnFramer().feed(new Uint8Array(19))).toEqual([]);
});
