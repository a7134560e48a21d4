import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChildren, readElementHead, readUnsigned, writeElement, writeElementHead, writeUnsigned } from '#shared/recordings/ebml.ts';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe('the head of an element', () => {
  it.each([
    ['a381', { id: 0xa3, size: 1, headBytes: 2 }],
    ['1a45dfa39f', { id: 0x1a45dfa3, size: 31, headBytes: 5 }],
    ['a34001', { id: 0xa3, size: 1, headBytes: 3 }],
    // exact although eight bytes with their marker are more than a number holds
    ['a30100000000001a2b', { id: 0xa3, size: 0x1a2b, headBytes: 9 }],
    ['a3ff', { id: 0xa3, size: undefined, headBytes: 2 }],
    ['1f43b67501ffffffffffffff', { id: 0x1f43b675, size: undefined, headBytes: 12 }],
    ['a301fffffffffffffe', 'malformed'],
    ['0881', 'malformed'],
    ['a300', 'malformed'],
    ['', 'more'],
    ['1a45df', 'more'],
    ['a340', 'more'],
  ])('%s', (hex, head) => {
    const bytes = bytesOf(hex);
    expect(readElementHead(bytes, 0, bytes.length)).toEqual(head);
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.constantFrom(0xa3, 0x4dbb, 0x2ad7b1, 0x1f43b675), fc.maxSafeNat(), (id, size) => {
        const bytes = writeElementHead(id, size);
        expect(readElementHead(bytes, 0, bytes.length)).toEqual({ id, size, headBytes: bytes.length });
      }),
    );
  });
});

describe('elements', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (payloads) => {
        const bytes = new Uint8Array(Buffer.concat(payloads.map((payload) => writeElement(0x4dbb, payload))));
        expect(readChildren(bytes)?.map(({ payload }) => payload)).toEqual(payloads);
      }),
    );
  });

  it('fill their parent, and are not without number', () => {
    expect(readChildren(bytesOf('a38101a3'))).toBeUndefined();
    expect(readChildren(bytesOf('a38201'))).toBeUndefined();
    expect(readChildren(new Uint8Array(2002).map((_, index) => (index % 2 === 0 ? 0xa3 : 0x80)))).toBeUndefined();
  });

  it('hold numbers', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => readUnsigned(writeUnsigned(value, 8)) === value));
    expect(readUnsigned(new Uint8Array(8).fill(0xff))).toBeUndefined();
    expect(readUnsigned(new Uint8Array(9))).toBeUndefined();
    expect(readUnsigned(new Uint8Array())).toBe(0);
  });
});
