import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableNumber, sameNumber } from '#shared/people/number-match.ts';

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

  it('does not mind how a number is spaced', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{6,13}$/);
    fc.assert(fc.property(digits, (number) => sameNumber(`+${number}`, `00 ${[...number].join(' ')}`)));
  });
});
