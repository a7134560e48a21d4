import { describe, expect, it } from 'vitest';
import { callsToHold, callsToResume, mayComeBack, mixOf, referPlan } from '#shared/calls/call-policy.ts';
import type { Call, CallEvent } from '#shared/calls/call-state.ts';
import { dialled, received, run, talking } from '#test/support/calls/machine-run.ts';

const onHold: CallEvent[] = [
  { type: 'set-held', held: true },
  { type: 'local-hold-changed', held: true },
];
const member: CallEvent = { type: 'join-conference' };

function named(id: string, { call }: { readonly call: Call }): Call {
  return { ...call, id };
}

describe('one mouth', () => {
  it('puts everybody else on hold, but not the members of the same conference', () => {
    const calls = [named('a', talking([member])), named('b', talking([member])), named('c', talking()), named('d', talking(onHold))];
    expect(callsToHold(calls, 'd')).toEqual(['a', 'b', 'c']);
    expect(callsToHold(calls, 'a')).toEqual(['c']);
    expect(callsToHold(calls, 'new')).toEqual(['a', 'b', 'c']);
  });

  it('takes a conference back as a whole', () => {
    const calls = [named('a', talking([member, ...onHold])), named('b', talking([member, ...onHold])), named('c', talking(onHold))];
    expect(callsToResume(calls, 'b')).toEqual(['a', 'b']);
    expect(callsToResume(calls, 'c')).toEqual(['c']);
    expect(callsToResume(calls, 'gone')).toEqual(['gone']);
  });

  it('lets nobody come back by itself while somebody else is in hand or being called', () => {
    const waiting = named('a', talking(onHold));
    expect(mayComeBack([waiting], 'a')).toBe(true);
    expect(mayComeBack([waiting, named('b', talking())], 'a')).toBe(false);
    expect(mayComeBack([waiting, named('b', dialled())], 'a')).toBe(false);
    expect(mayComeBack([waiting, named('b', received())], 'a')).toBe(true);
    expect(mayComeBack([], 'a')).toBe(false);
  });
});

describe('the mix', () => {
  it('has the members that stand and are not on hold here; music of a far end is not passed on', () => {
    const calls = [
      named('a', talking([member])),
      named('b', talking([member, { type: 'set-silenced', silenced: true }])),
      named('c', talking([member, { type: 'remote-hold-changed', held: true }])),
      named('d', talking([member, ...onHold])),
      named('e', run(dialled(), [member])),
      named('f', talking()),
    ];
    expect(mixOf(calls)).toEqual([
      { call: 'a', silenced: false },
      { call: 'b', silenced: true },
      { call: 'c', silenced: true },
    ]);
  });
});

describe('two calls that are connected with each other', () => {
  const a = named('a', talking());
  const b = named('b', talking(onHold));
  const called = named('c', run(dialled(), [{ type: 'ringing' }]));

  it('ask the far end of the first that stands', () => {
    expect(referPlan(a, b)).toEqual({ asked: 'a', target: 'b' });
    expect(referPlan(a, called)).toEqual({ asked: 'a', target: 'c' });
    expect(referPlan(called, a)).toEqual({ asked: 'a', target: 'c' });
  });

  it.each([
    ['one and the same', a, a],
    ['both still called', called, named('d', dialled())],
    ['one that rings here', a, named('d', received())],
    ['an emergency call', a, named('d', talking([], dialled({ emergency: true })))],
    ['one that is over', a, named('d', talking([{ type: 'hang-up' }]))],
    ['one that is connected with another already', a, named('d', talking([{ type: 'handed-over', to: a.remote }]))],
  ])('are not when they are %s', (_what, call, other) => {
    expect(referPlan(call, other)).toBeNull();
  });
});
