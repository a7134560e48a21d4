import { describe, expect, it } from 'vitest';
import {
  callInHand,
  callsToJoin,
  callToEnd,
  callToSwap,
  combinationOf,
  consultationInHand,
  ringingCall as ringingOf,
  roleOf,
  verbsOf,
} from '#renderer/ui/store/call-verbs.ts';
import { ringingCall, sampleCall, sampleParty } from '#test/support/ui/sample-state.ts';

const onHold = { hold: { local: true, remote: false } };
const held = sampleCall({ id: 'held', ...onHold });
const live = sampleCall({ id: 'live' });
const dialling = sampleCall({ id: 'dialling', phase: 'dialling' });
const rings = sampleCall({ id: 'rings', phase: 'ringing-out', consultationFor: 'held' });
const asked = sampleCall({ id: 'asked', consultationFor: 'held' });
const emergency = sampleCall({ id: 'emergency', emergency: true });
const ids = (calls: readonly { id: string }[] | undefined) => calls?.map(({ id }) => id);

describe('verbs of a call', () => {
  it.each([
    [ringingCall(), ['answer', 'decline']],
    [live, ['mute', 'hold', 'keypad', 'transfer', 'add', 'more', 'end']],
    [held, ['hold', 'transfer', 'add', 'more', 'end']],
    [sampleCall({ phase: 'early-media' }), ['keypad', 'more', 'end']],
    [dialling, ['more', 'end']],
    [sampleCall({ phase: 'ended' }), []],
    [emergency, ['mute', 'keypad', 'more', 'end']],
    [sampleCall({ transfer: { to: sampleParty('Ben', '204'), consultation: null, progress: 'asked' } }), ['hold', 'more', 'end']],
  ])('are those that work (%#)', (call, verbs) => {
    expect(verbsOf(call)).toEqual(verbs);
  });

  it('do not pass on one half of a consultation: the pair has verbs of its own', () => {
    const calls = [held, asked, live];
    expect(calls.map((call) => roleOf(call, calls))).toEqual(['waiting', 'consultation', 'single']);
    expect(verbsOf(asked, 'consultation')).toEqual(['mute', 'hold', 'keypad', 'more', 'end']);
    expect(verbsOf(held, 'waiting')).toEqual(['hold', 'more', 'end']);
  });
});

describe('the call that a key means', () => {
  it('is the one in hand', () => {
    expect(callInHand([held, live])?.id).toBe('live');
    expect(callInHand([held, dialling])?.id).toBe('held');
    expect(callInHand([dialling])).toBeUndefined();
    expect(ringingOf([live, ringingCall()])?.id).toBe('call-ringing');
    expect(callToEnd([live, ringingCall()])?.id).toBe('call-ringing');
    expect(callToEnd([held, live])?.id).toBe('live');
    expect(callToEnd([dialling])?.id).toBe('dialling');
    expect(callToEnd([sampleCall({ phase: 'ended' })])).toBeUndefined();
  });

  it('is the other half of a consultation when swapping, else who waits longest', () => {
    const earlier = sampleCall({ id: 'earlier', ...onHold });
    expect(callToSwap([earlier, held, asked])?.id).toBe('held');
    expect(callToSwap([earlier, held, live])?.id).toBe('earlier');
    expect(callToSwap([live])).toBeUndefined();
  });

  it('is the consultation in hand, as long as its caller is there', () => {
    expect(consultationInHand([held, rings])?.consultation.id).toBe('rings');
    expect(consultationInHand([held, rings])?.caller.id).toBe('held');
    expect(consultationInHand([{ ...held, phase: 'ended' }, asked])).toBeUndefined();
  });
});

describe('what a conference joins', () => {
  it.each([
    ['a consultation with its caller, and nobody else', [live, held, asked], ['held', 'asked']],
    ['both calls', [held, live], ['held', 'live']],
    ['one more to those who are in', [{ ...live, inConference: true }, held], ['held']],
    ['nothing with one call', [live], undefined],
    ['nothing while the other rings', [held, rings], undefined],
    ['no emergency call', [held, emergency], undefined],
    ['nothing when everybody is in', [{ ...live, inConference: true }], undefined],
  ])('%s', (_what, calls, joined) => {
    expect(ids(callsToJoin(calls))).toEqual(joined);
  });
});

describe('two calls that are put together', () => {
  it.each([
    [held, live, { join: true, connect: true }],
    [held, rings, { join: false, connect: true }],
    [rings, held, { join: false, connect: true }],
    [held, { ...live, inConference: true }, { join: true, connect: false }],
    [
      { ...held, inConference: true },
      { ...live, inConference: true },
      { join: false, connect: false },
    ],
    [held, held, { join: false, connect: false }],
    [held, ringingCall(), { join: false, connect: false }],
    [dialling, rings, { join: false, connect: false }],
    [held, emergency, { join: false, connect: false }],
    [held, sampleCall({ id: 'x', phase: 'ended' }), { join: false, connect: false }],
  ])('can become (%#)', (from, onto, combination) => {
    expect(combinationOf(from, onto)).toEqual(combination);
  });
});
