import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAutoAnswer } from '#shared/sip/auto-answer.ts';

const read = (fields: Record<string, string | string[]>) => readAutoAnswer((name) => [fields[name] ?? []].flat())?.afterSeconds ?? null;

describe('a wish to be answered at once', () => {
  it.each([
    ['Alert-Info', '<http://www.notused.com>;info=alert-autoanswer;delay=0', 0],
    ['Alert-Info', '<sip:lab>; info=Alert-AutoAnswer', 0],
    ['Alert-Info', 'info=alert-autoanswer;delay=3', 3],
    ['Alert-Info', ';info=alert-autoanswer', 0],
    ['Alert-Info', '<http://x/a,b;c>;delay=2', 2],
    ['Alert-Info', '<urn:alert:tone:normal>, <x>;info=alert-autoanswer', 0],
    ['Alert-Info', '<http://x>;info=alert-external', null],
    ['Alert-Info', '<http://x;info=alert-autoanswer>', null],
    ['Alert-Info', 'Ring Answer', null],
    ['Alert-Info', '<http://x>;delay=soon', null],
    ['Call-Info', '<sip:lab>;answer-after=0', 0],
    ['Call-Info', '<sip:lab>;answer-after=5;purpose=icon', 5],
    ['Call-Info', '<sip:lab>;purpose=icon', null],
    ['Call-Info', '<sip:lab>;answer-after=-1', null],
    ['Call-Info', '<sip:lab>;answer-after=999999', 120],
    ['Answer-Mode', 'Auto', 0],
    ['Answer-Mode', 'auto;require', 0],
    ['Priv-Answer-Mode', 'Auto', 0],
    ['Answer-Mode', 'Manual', null],
  ])('%s: %s asks for %j', (name, value, expected) => {
    expect(read({ [name]: value })).toBe(expected);
  });

  it('is not there without a header', () => {
    expect(read({})).toBeNull();
  });

  it('yields to the wish for a hand', () => {
    expect(read({ 'Answer-Mode': 'Manual', 'Alert-Info': '<x>;info=alert-autoanswer' })).toBeNull();
  });

  it('reads whatever a stranger sends', () => {
    const value = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(value, value, value, (alert, call, mode) => {
        const seconds = read({ 'Alert-Info': alert, 'Call-Info': `<x>;answer-after=${call}`, 'Answer-Mode': mode });
        expect(seconds === null || (seconds >= 0 && seconds <= 120)).toBe(true);
      }),
    );
  });
});
