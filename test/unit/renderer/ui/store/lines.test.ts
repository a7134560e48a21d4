import { describe, expect, it } from 'vitest';
import type { LineState } from '#shared/people/line-state.ts';
import { lineText } from '#renderer/ui/i18n/line-text.ts';
import { createTexts } from '#renderer/ui/i18n/text.ts';
import { lineOf } from '#renderer/ui/store/lines.ts';
import { sampleParty, samplePeople } from '#test/support/ui/sample-state.ts';

const [anna] = samplePeople;
if (anna === undefined) throw new Error('The sample has people.');
const person = { ...anna, numbers: ['201', '+49 170 55'] };
const line = (number: string, activity: LineState['activity'], remote: LineState['remote'] = null): LineState => ({
  number,
  activity,
  remote,
});

describe('the line of somebody', () => {
  it('is the one of several that needs attention most', () => {
    const lines = [line('203', 'ringing'), line('201', 'idle'), line('+49 170 55', 'busy')];
    expect(lineOf(lines, person)).toBe(lines[2]);
    expect(lineOf([line('201', 'ringing'), line('+49 170 55', 'busy')], person)?.activity).toBe('ringing');
    expect(lineOf([line('203', 'busy')], person)).toBeUndefined();
  });

  it('is told in words, with the far end when it is known', () => {
    const texts = createTexts('en');
    const jonas = sampleParty('Jonas\u202e Meyer', '202');
    expect(lineText(texts, undefined)).toBe('State not known');
    expect(lineText(texts, line('201', 'idle', jonas))).toBe('No call');
    expect(lineText(texts, line('201', 'busy', sampleParty('', '')))).toBe('On a call with sip:@127.0.0.1');
    expect(lineText(texts, line('201', 'busy'))).toBe('On a call');
    expect(lineText(texts, line('201', 'ringing', jonas))).toBe('Rings: Jonas Meyer calls');
  });
});
