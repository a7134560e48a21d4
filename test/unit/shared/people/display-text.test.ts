import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayText, partyName } from '#shared/people/display-text.ts';

describe('display text', () => {
  it('keeps what people write', () => {
    expect(displayText('Anna Weber')).toBe('Anna Weber');
    expect(displayText('محمد علي')).toBe('محمد علي');
    expect(displayText('Zoë 👩‍👩‍👧')).toBe('Zoë 👩‍👩‍👧');
  });

  it('takes out what reorders, hides or breaks lines', () => {
    expect(displayText('Bank\u202e9876 fo\u202c')).toBe('Bank9876 fo');
    expect(displayText('a\r\nb\u2028c\u0007')).toBe('a b c');
    expect(displayText('A\u200bn\u2066n\u2069a')).toBe('Anna');
    expect(displayText(`x${'\u0301'.repeat(40)}`)).toBe(`x${'\u0301'.repeat(4)}`);
    expect(displayText('\ud800x')).toBe('\ufffdx');
  });

  it('cuts long texts between code points', () => {
    expect(displayText('😀😀😀😀', 3)).toBe('😀😀…');
  });

  it('is one short line without invisible characters, whatever comes in, and doing it twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = displayText(text);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        expect([...shown].length).toBeLessThanOrEqual(256);
        expect(shown.isWellFormed()).toBe(true);
        expect(displayText(shown)).toBe(shown);
      }),
    );
  });

  it('names a party by the first thing that is known', () => {
    expect(partyName({ displayName: '\u200e', number: '201', uri: 'sip:201@x' })).toBe('201');
    expect(partyName({ displayName: '', number: '', uri: 'sip:x' })).toBe('sip:x');
  });
});
