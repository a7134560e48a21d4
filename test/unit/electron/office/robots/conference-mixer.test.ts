import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixMinusOwn } from '#electron/office/robots/conference-mixer.ts';
import { SampleQueue } from '#electron/office/robots/sample-queue.ts';

const frame = (value: number): Int16Array => new Int16Array(160).fill(value);

describe('mix of a conference', () => {
  it('is for everybody the sum of the others, cut where 16 bits end', () => {
    const sample = fc.integer({ min: -32_768, max: 32_767 });
    fc.assert(
      fc.property(fc.array(fc.option(sample, { nil: undefined }), { maxLength: 8 }), (values) => {
        const mixed = mixMinusOwn(values.map((value) => (value === undefined ? undefined : frame(value))));
        values.forEach((own, index) => {
          const others = values.reduce<number>((sum, value) => sum + (value ?? 0), 0) - (own ?? 0);
          expect(mixed[index]?.[159]).toBe(Math.max(-32_768, Math.min(32_767, others)));
        });
      }),
    );
  });
});

describe('sample queue', () => {
  it('gives back what came in, in order, however it was cut, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 320 }), { maxLength: 20 }), (sizes) => {
        const queue = new SampleQueue();
        const heard: number[] = [];
        let next = 0;
        for (const size of sizes) {
          queue.push(Int16Array.from({ length: size }, () => next++));
          for (let taken = queue.take(160); taken !== undefined; taken = queue.take(160)) heard.push(...taken);
        }
        expect(heard).toEqual(heard.map((_, index) => index));
        expect(heard.length % 160).toBe(0);
      }),
    );
  });

  it('waits for a start, drops the oldest of too much, and waits again when it ran dry', () => {
    const queue = new SampleQueue();
    queue.push(frame(1));
    queue.push(frame(2));
    expect(queue.take(160)).toBeUndefined();
    for (let value = 3; value <= 12; value++) queue.push(frame(value));
    expect(queue.take(160)?.[0]).toBe(5);
    while (queue.take(160) !== undefined);
    queue.push(frame(1));
    expect(queue.take(160)).toBeUndefined();
  });
});
