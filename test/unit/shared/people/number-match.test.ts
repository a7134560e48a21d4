import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableNumber, numberKey, sameNumber } from '#shared/people/number-match.ts';

describe('number matching', () => {
  it.each([
    ['+49 (0)89 12-34 567', '+49891234567'],
    ['0049 89 1234567', '+49891234567'],
    ['tel:+49-89-1234;phone-context=x', '+49891234'],
    ['sip:201@example.org', '201'],
    ['*21#', '*21#'],
    ['Anna', ''],
    ['', ''],
  ])('%j compares as %j', (text, expected) => {
    expect(comparableNumber(text)).toBe(expected);
  });

  it.each([
    ['0176 1234567', '+49 176 1234567', true],
    ['0049 176 1234567', '0176/1234567', true],
    ['201', '201', true],
    ['201', '+49 89 201', false],
    ['0201', '+49 201', false],
    ['0176 1234567', '+49 177 1234567', false],
    ['anna', 'anna', false],
  ])('%j and %j: %j', (a, b, expected) => {
    expect(sameNumber(a, b)).toBe(expected);
    expect(sameNumber(b, a)).toBe(expected);
  });

  describe('on a line whose numbering is known', () => {
    const munich = { country: 'DE', areaCode: '89', outsidePrefix: '0', internalLength: 4 };

    it('finds one contact by every way to write the number', () => {
      const spellings = [
        '+49 176 1234567',
        '0176 1234567',
        '0049 176 1234567',
        '0-0176 1234567',
        '0 0049 176/1234567',
        'tel:+491761234567',
      ];
      expect(new Set(spellings.map((spelling) => numberKey(spelling, munich)))).toEqual(new Set(['+491761234567']));
      for (const a of spellings) for (const b of spellings) expect(sameNumber(a, b, munich)).toBe(true);
      expect(sameNumber('0-0176 1234567', '+49 176 1234567')).toBe(false);
    });

    it.each([
      ['123456', '+49 89 123456', true],
      ['0-089 123456', '123456', true],
      ['1234', '+49 89 1234', false],
      ['201', '0201', false],
      ['*21', '21', false],
      ['anna', 'anna', false],
    ])('%j and %j: %j', (a, b, expected) => {
      expect(sameNumber(a, b, munich)).toBe(expected);
    });
  });

  it('does not mind how a number is spaced', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{6,13}$/);
    fc.assert(fc.property(digits, (number) => sameNumber(`+${number}`, `00 ${[...number].join(' ')}`)));
  });
});
