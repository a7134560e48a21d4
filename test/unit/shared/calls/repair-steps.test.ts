import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostRepairNotes, repairCauses } from '#shared/calls/call.ts';
import type { Call, CallEvent, Step } from '#shared/calls/call-state.ts';
import { transition } from '#shared/calls/call-machine.ts';
import { nextRepairStep, patienceMs, quickSteps, slowStepMs } from '#shared/calls/repair-plan.ts';
import { viewOf } from '#shared/calls/call-view.ts';
import { at, means, received, run, talking } from '#test/support/calls/machine-run.ts';

const lost: CallEvent = { type: 'media-lost', cause: 'network-changed', means };
const overdue: CallEvent = { type: 'deadline', name: 'repair', means };
const cutOff: CallEvent = { type: 'reach-changed', reachable: false };
const back: CallEvent = { type: 'reach-changed', reachable: true };
const stood = talking([{ type: 'media-connected' }]).call;
const on = (call: Call, ...events: CallEvent[]) => run({ call, effects: [] }, events);
const orders = ({ effects }: Pick<Step, 'effects'>) =>
  effects.flatMap((effect) => (effect.type === 'repair-sip' ? effect.strategy : effect.type === 'reopen-audio' ? effect.type : []));
const notes = ({ repairs }: Call) => repairs.map(({ step, outcome }) => `${step} ${outcome}`);

describe('the plan', () => {
  const planned = (cause: (typeof repairCauses)[number], hasRelay: boolean, farEndProduct = '') =>
    Array.from({ length: 8 }, (_, attempt) => nextRepairStep(cause, attempt, { farEndProduct, hasRelay }));

  it.each(['path-lost', 'network-changed'] as const)('restarts ICE twice, takes the call over, and goes on in turns: %s', (cause) => {
    expect(planned(cause, false)).toEqual([
      ...['restart-ice', 'restart-ice', 'replace', 'restart-ice', 'replace', 'restart-ice', 'replace', 'restart-ice'],
    ]);
    expect(planned(cause, true)).toEqual([
      ...['restart-ice', 'restart-ice', 'replace', 'relay', 'replace', 'restart-ice', 'replace', 'relay'],
    ]);
  });

  it('takes a call without sound over at the end only if it was ever heard', () => {
    expect(planned('fell-silent', true)).toEqual(['reopen-audio', 'refresh', 'restart-ice', 'replace', 'relay', null, null, null]);
    expect(planned('fell-silent', false)).toEqual(['reopen-audio', 'refresh', 'restart-ice', 'replace', null, null, null, null]);
    expect(planned('never-heard', false)).toEqual(['reopen-audio', 'refresh', 'restart-ice', null, null, null, null, null]);
    expect(planned('not-sending', true)).toEqual(['reopen-audio', null, null, null, null, null, null, null]);
  });

  it.each(['window-lost', 'path-missing'] as const)('makes a new peer connection, at Asterisk by a takeover: %s', (cause) => {
    expect(planned(cause, false).slice(0, 3)).toEqual(['renegotiate', 'replace', 'renegotiate']);
    expect(planned(cause, false, 'Asterisk PBX 22').slice(0, 3)).toEqual(['replace', 'replace', 'replace']);
  });

  it('slows down, but never ends where the path is lost', () => {
    expect(patienceMs('replace', quickSteps - 1)).toBeLessThan(slowStepMs);
    expect(patienceMs('replace', quickSteps)).toBe(slowStepMs);
    expect(nextRepairStep('network-changed', 10_000, means)).not.toBeNull();
  });
});

describe('a repair', () => {
  it('goes through its steps and notes each', () => {
    const { call, ...rest } = on(
      stood,
      lost,
      { type: 'repair-negotiated', strategy: 'restart-ice' },
      overdue,
      { type: 'repair-failed', strategy: 'restart-ice' },
      overdue,
      { type: 'sound-returned' },
    );
    expect(orders(rest)).toEqual(['restart-ice', 'restart-ice', 'replace']);
    expect(notes(call)).toEqual(['restart-ice no-sound', 'restart-ice refused', 'replace helped']);
    expect(call).toMatchObject({ repair: null, repairs: [{ at, because: 'network-changed' }, {}, {}] });
  });

  it('uses nothing up while the line is cut off, and begins with its first step when it is back', () => {
    const { call, ...rest } = on(stood, lost, overdue, cutOff, overdue, overdue, back);
    expect(orders(rest)).toEqual(['restart-ice', 'restart-ice', 'restart-ice']);
    expect(notes(call)).toEqual(['restart-ice no-sound', 'restart-ice interrupted', 'restart-ice under-way']);
    expect(call).toMatchObject({ repair: { attempt: 0, since: at } });
  });

  it('waits at once when the line is cut off before sound is, and counts from then on', () => {
    const { call, ...rest } = on(stood, cutOff, lost);
    expect([orders(rest), rest.effects]).toEqual([[], []]);
    const facts = { codec: null, quality: null, pair: null };
    expect(viewOf(call, facts, null)).toMatchObject({
      repairingSince: at,
      repair: { since: at, step: null, attempt: 0, offline: true },
    });
    expect(viewOf(on(call, back).call, facts, null).repair).toEqual({ since: at, step: 'restart-ice', attempt: 1, offline: false });
  });

  it('ends for a cut line alone neither the call nor its sound', () => {
    expect(on(stood, cutOff).call).toMatchObject({ phase: 'connected', repair: null, reachable: false });
  });

  it('does not take the word of a connection that was there before', () => {
    expect(on(stood, lost, { type: 'media-connected' }).call).toMatchObject({ repair: { step: 'restart-ice' } });
    expect(on(stood, lost, overdue, overdue, { type: 'media-connected' }).call).toMatchObject({ repair: null });
  });

  it('begins anew on each new network, and not because the old path is given up meanwhile', () => {
    const pathLost: CallEvent = { type: 'media-lost', cause: 'path-lost', means };
    expect(on(stood, lost, overdue, pathLost).call).toMatchObject({ repair: { attempt: 1, cause: 'network-changed' } });
    expect(on(stood, lost, overdue, lost).call).toMatchObject({ repair: { attempt: 0 } });
  });

  it('gives way to what is worse, and keeps it', () => {
    const silent: CallEvent = { type: 'media-lost', cause: 'fell-silent', means };
    const window: CallEvent = { type: 'media-lost', cause: 'window-lost', means };
    expect(on(stood, silent, lost).call).toMatchObject({ repair: { cause: 'network-changed', step: 'restart-ice' } });
    expect(on(stood, lost, silent).call).toMatchObject({ repair: { cause: 'network-changed' } });
    expect(on(stood, window, lost).call).toMatchObject({ repair: { cause: 'window-lost', step: 'renegotiate' } });
  });

  it('of a silent far end ends with its plan', () => {
    const { call, ...rest } = on(stood, { type: 'media-lost', cause: 'never-heard', means }, overdue, overdue, overdue);
    expect(orders(rest)).toEqual(['reopen-audio', 'refresh', 'restart-ice']);
    expect(call).toMatchObject({ phase: 'connected', repair: null });
    expect(call.repairs.every(({ outcome }) => outcome === 'no-sound')).toBe(true);
  });

  it('gives a far end its time when it has answered, but does not hurry the slow steps', () => {
    const quick = transition(on(stood, lost).call, { type: 'repair-negotiated', strategy: 'restart-ice' }, at);
    expect(quick.effects).toEqual([{ type: 'set-deadline', name: 'repair', afterMs: 1_200 }]);
    const second = transition(on(stood, lost, overdue).call, { type: 'repair-negotiated', strategy: 'restart-ice' }, at);
    expect(second.effects).toEqual([{ type: 'set-deadline', name: 'repair', afterMs: 2_000 }]);
    const slow = on(stood, lost, ...Array.from({ length: quickSteps }, () => overdue)).call;
    expect(transition(slow, { type: 'repair-negotiated', strategy: 'replace' }, at).effects).toEqual([]);
  });

  it('goes on for hours and keeps a short record', () => {
    const { call } = on(stood, lost, ...Array.from({ length: 1_000 }, () => overdue));
    expect(call).toMatchObject({ phase: 'connected', repair: { attempt: 1_000 } });
    expect(call.repairs).toHaveLength(mostRepairNotes);
  });

  it('keeps its record when the call is over', () => {
    const { call } = on(stood, lost, { type: 'terminated', by: 'remote' });
    expect(notes(call)).toEqual(['restart-ice under-way']);
  });

  it('is none for a call that rings: its answer is made anew', () => {
    const { call, effects } = on(received().call, lost);
    expect([call.phase, effects]).toEqual(['ringing-in', [{ type: 'send-ringing' }]]);
  });
});

it('takes the first step of its plan whenever the line is back, however often it went', () => {
  const steps = fc.array(fc.constantFrom(lost, overdue, cutOff, back), { maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom(...repairCauses.filter((cause) => cause !== 'window-lost')), steps, (cause, events) => {
      let { call } = on(stood, { type: 'media-lost', cause, means });
      for (const event of events) {
        const before = call;
        const step = transition(call, event, at);
        ({ call } = step);
        if (call.phase !== 'connected' || before.phase !== 'connected') throw new Error(`${event.type} ended the call`);
        if (event === back && !before.reachable && before.repair !== null) expect(call.repair?.attempt).toBe(0);
        if (!call.reachable) expect(orders(step)).toEqual([]);
      }
    }),
  );
});
