import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallView } from '#shared/calls/call.ts';
import { arrangeCalls } from '#renderer/ui/store/call-arrangement.ts';
import { ringingCall, sampleCall } from '#test/support/ui/sample-state.ts';

const onHold = { local: true, remote: false };
const call = (id: string, changes: Partial<CallView> = {}): CallView => sampleCall({ id, ...changes });

/** `kind:ids` of each item. */
function drawn(...calls: CallView[]): string[] {
  return arrangeCalls(calls).map((item) => {
    switch (item.kind) {
      case 'incoming':
        return `incoming:${item.call.id}`;
      case 'call':
        return `${item.slim ? 'slim' : 'call'}:${item.call.id}`;
      case 'consultation':
        return `consultation:${item.consultation.id}>${item.caller.id}`;
      case 'conference':
        return `conference:${item.members.map(({ id }) => id).join('+')}`;
    }
  });
}

describe('the dock', () => {
  it('shows what rings first and keeps the order of the others', () => {
    expect(drawn(call('a', { hold: onHold }), call('b'), ringingCall({ id: 'r' }))).toEqual(['incoming:r', 'slim:a', 'call:b']);
  });

  it('shows a single held call whole', () => {
    expect(drawn(call('a', { hold: onHold }))).toEqual(['call:a']);
  });

  it('draws a consultation with its caller, from the first ring on', () => {
    const caller = call('a', { hold: onHold });
    expect(drawn(caller, call('b', { phase: 'dialling', consultationFor: 'a' }), call('c', { hold: onHold }))).toEqual([
      'consultation:b>a',
      'slim:c',
    ]);
  });

  it('parts them when one of both is over', () => {
    const over = { phase: 'ended', endReason: { kind: 'hung-up', by: 'remote' } } as const;
    expect(drawn(call('a', over), call('b', { consultationFor: 'a' }))).toEqual(['call:a', 'call:b']);
    expect(drawn(call('a'), call('b', { ...over, consultationFor: 'a' }))).toEqual(['call:a', 'call:b']);
  });

  it('draws a conference as one, and whoever is not in it by itself', () => {
    const member = { inConference: true };
    expect(drawn(call('x', { hold: onHold }), call('a', member), call('b', member))).toEqual(['slim:x', 'conference:a+b']);
    expect(drawn(call('a', member), call('b', member), call('c', { consultationFor: 'a' }))).toEqual(['conference:a+b', 'call:c']);
  });

  it('draws every call exactly once, whatever belongs to whatever', () => {
    const names = ['a', 'b', 'c', 'd'] as const;
    const anyCall = fc.record({
      phase: fc.constantFrom<CallView['phase']>('dialling', 'ringing-in', 'ringing-out', 'connected', 'ended'),
      inConference: fc.boolean(),
      consultationFor: fc.constantFrom(null, ...names),
      held: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: names.length }), (made) => {
        const calls = made.map(({ held, ...rest }, index) => call(names[index] ?? '', { ...rest, hold: { local: held, remote: false } }));
        const shown = arrangeCalls(calls).flatMap((item) => {
          if (item.kind === 'consultation') return [item.caller, item.consultation];
          if (item.kind === 'conference') return item.members;
          return [item.call];
        });
        expect(shown.map(({ id }) => id).sort()).toEqual(calls.map(({ id }) => id).sort());
      }),
    );
  });
});
