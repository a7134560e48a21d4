import { describe, expect, it } from 'vitest';
import { callInHand, callToEnd, ringingCall as ringingOf, verbsOf } from '#renderer/ui/store/call-verbs.ts';
import { ringingCall, sampleCall } from '#test/support/ui/sample-state.ts';

const held = sampleCall({ id: 'held', hold: { local: true, remote: false } });
const live = sampleCall({ id: 'live' });
const dialling = sampleCall({ id: 'dialling', phase: 'dialling' });

describe('verbs of a call', () => {
  it.each([
    [ringingCall(), ['answer', 'decline']],
    [live, ['mute', 'hold', 'keypad', 'more', 'end']],
    [held, ['hold', 'more', 'end']],
    [sampleCall({ phase: 'early-media' }), ['keypad', 'more', 'end']],
    [dialling, ['more', 'end']],
    [sampleCall({ phase: 'ended' }), ['more']],
  ])('are those that work (%#)', (call, verbs) => {
    expect(verbsOf(call)).toEqual(verbs);
  });

  it('find the call that a key means', () => {
    expect(callInHand([held, live])?.id).toBe('live');
    expect(callInHand([held, dialling])?.id).toBe('held');
    expect(callInHand([dialling])).toBeUndefined();
    expect(ringingOf([live, ringingCall()])?.id).toBe('call-ringing');
    expect(callToEnd([live, ringingCall()])?.id).toBe('call-ringing');
    expect(callToEnd([held, live])?.id).toBe('live');
    expect(callToEnd([dialling])?.id).toBe('dialling');
    expect(callToEnd([sampleCall({ phase: 'ended' })])).toBeUndefined();
  });
});
