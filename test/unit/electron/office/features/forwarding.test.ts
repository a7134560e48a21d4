import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AvailabilityBook, type ForwardCase } from '#electron/office/features/availability.ts';
import { followForwarding, forwardedFrom } from '#electron/office/features/forwarding.ts';

const numbers = ['10', '11', '12', '13'];
const number = fc.constantFrom(...numbers);
const when = fc.constantFrom<ForwardCase>('always', 'busy', 'no-answer');

describe('forwarding of the practice office', () => {
  it('keeps orders apart and takes them back', () => {
    const book = new AvailabilityBook();
    book.setForward('10', 'busy', '11');
    book.setForward('10', 'always', '12');
    book.setDoNotDisturb('10', true);
    book.setForward('10', 'always', null);
    expect(book.of('10')).toEqual({ doNotDisturb: true, forward: { busy: '11' } });
    expect(book.of('11')).toEqual({ doNotDisturb: false, forward: {} });
  });

  it('comes to an end whatever everybody has ordered, at nobody twice, and not at the caller', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, when, number)), fc.array(number), number, number, (forwards, closed, caller, dialled) => {
        const book = new AvailabilityBook();
        for (const [from, why, to] of forwards) book.setForward(from, why, to);
        for (const who of closed) book.setDoNotDisturb(who, true);
        const rules = { caller, availabilityOf: (who: string) => book.of(who) };
        const first = followForwarding(dialled, [], rules);
        const { forward } = book.of(first.number);
        const second = forwardedFrom(first, 'no-answer', forward['no-answer'], rules);
        for (const { number: last, left } of [first, ...(second === undefined ? [] : [second])]) {
          const way = [...left.map((hop) => hop.number), last];
          expect(new Set(way).size).toBe(way.length);
          expect(way.slice(1)).not.toContain(caller);
          expect(way[0]).toBe(dialled);
        }
      }),
    );
  });
});
