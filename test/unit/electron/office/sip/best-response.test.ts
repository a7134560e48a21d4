import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseBestResponse } from '#electron/office/sip/best-response.ts';

const best = (...statuses: number[]): number | undefined => statuses[chooseBestResponse(statuses)];

describe('best response (RFC 3261 section 16.7)', () => {
  it('prefers 6xx, then the lowest class, then the most telling', () => {
    expect(best(404, 603, 486)).toBe(603);
    expect(best(500, 302)).toBe(302);
    expect(best(503, 404)).toBe(404);
    expect(best(486, 407)).toBe(407);
    expect(best(408, 480, 487)).toBe(480);
    expect(best(480, 404)).toBe(404);
    expect(best()).toBeUndefined();
  });

  it('does not depend on the order, and is one of the lowest class', () => {
    const statuses = fc.array(fc.integer({ min: 300, max: 699 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(statuses, (given) => {
        const [one, other] = [best(...given) ?? 0, best(...given.toReversed()) ?? 0];
        expect(Math.floor(one / 100)).toBe(Math.floor(other / 100));
        const classes = given.map((status) => Math.floor(status / 100));
        expect(Math.floor(one / 100)).toBe(classes.includes(6) ? 6 : Math.min(...classes));
      }),
    );
  });
});
