import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDialTarget } from '#shared/calls/dial-target.ts';

describe('what a person typed', () => {
  it.each([
    ['9196', '9196'],
    [' 201 ', '201'],
    ['+49 (0)89 123-456', '+4989123456'],
    ['0049 (0) 89/123 456', '004989123456'],
    ['(089) 123.456', '089123456'],
    ['+49\u00a089\u2011123', '+4989123'],
    ['*72201', '*72201'],
    ['*9419203*1234', '*9419203*1234'],
    ['#9419', '#9419'],
    ['**203', '**203'],
    ['tel:+49-89-123', '+4989123'],
    ['tel:201;phone-context=example.org', '201'],
    ['sip:bob@example.org', 'sip:bob@example.org'],
    ['SIPS:bob@example.org;transport=ws', 'SIPS:bob@example.org;transport=ws'],
    ['bob@example.org', 'sip:bob@example.org'],
  ])('%j is %j', (typed, target) => {
    expect(readDialTarget(typed)).toEqual({ ok: true, target });
  });

  it.each(['', '   ', 'Bob', 'Bob 201', '+', '12+34', '1,2', 'sip:', 'sip:example.org', 'tel:', '@', 'a b@c', '9'.repeat(129)])(
    '%j is refused',
    (typed) => {
      const read = readDialTarget(typed);
      expect(read).toMatchObject({ ok: false, error: { code: 'number-invalid' } });
    },
  );

  it('keeps every digit and sign of a number, however it is written', () => {
    const digits = fc.array(fc.constantFrom(...'0123456789*#'), { minLength: 1, maxLength: 20 });
    const separator = fc.constantFrom('', ' ', '-', '.', '/', '(', ')', '\u00a0', '\u2013');
    fc.assert(
      fc.property(digits, fc.array(separator, { minLength: 20, maxLength: 20 }), fc.boolean(), (signs, gaps, plus) => {
        const typed = (plus ? '+' : '') + signs.map((sign, index) => `${index === 0 ? '' : (gaps[index] ?? '')}${sign}`).join('');
        // a written "(0)" is the one thing that is left out on purpose
        fc.pre(!/\(\s*0\s*\)/.test(typed));
        expect(readDialTarget(typed)).toEqual({ ok: true, target: (plus ? '+' : '') + signs.join('') });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
        readDialTarget(typed);
      }),
    );
  });
});
