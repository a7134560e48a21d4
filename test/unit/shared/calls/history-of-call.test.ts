import { describe, expect, it } from 'vitest';
import type { EndReason } from '#shared/calls/call.ts';
import type { EndedCall } from '#shared/calls/call-state.ts';
import { draftOfCall, historyOfCall } from '#shared/calls/history-of-call.ts';
import { ringRecord } from '#test/support/calls/ring-records.ts';
import { anna, ben, dialled, received, talking } from '#test/support/calls/machine-run.ts';

const record = { accountId: 'account-1', quality: 'fair', recording: '/r/a.webm', ring: ringRecord() } as const;

function ended(reason: EndReason, over: Partial<EndedCall> = {}): EndedCall {
  return { ...received().call, phase: 'ended', reason, connectedAt: null, endedAt: 9_000, ...over };
}

describe('the call list', () => {
  it.each([
    [{ kind: 'missed' }, 'incoming', 'missed', '', true],
    [{ kind: 'answered-elsewhere', who: ben }, 'incoming', 'answered-elsewhere', 'Ben K.', false],
    [{ kind: 'declined', by: 'local', who: null }, 'incoming', 'declined', '', false],
    [{ kind: 'forwarded', to: '202', why: 'busy' }, 'incoming', 'forwarded', '202', false],
    [{ kind: 'not-disturbed' }, 'incoming', 'not-disturbed', '', false],
    [{ kind: 'busy', who: null }, 'incoming', 'missed', '', true],
    [{ kind: 'busy', who: ben }, 'outgoing', 'busy', 'Ben K.', false],
    [{ kind: 'declined', by: 'remote', who: ben }, 'outgoing', 'declined', 'Ben K.', false],
    [{ kind: 'cancelled' }, 'outgoing', 'cancelled', '', false],
    [{ kind: 'failed', error: { code: 'number-unknown', details: {} } }, 'outgoing', 'failed', '', false],
    [{ kind: 'failed', error: { code: 'call-lost', details: {} } }, 'incoming', 'missed', '', true],
  ] as const)('says of an unanswered call that ended with %o (%s): %s', (reason, direction, outcome, party, unseen) => {
    expect(historyOfCall(ended(reason, { direction }), record)).toMatchObject({
      outcome,
      party,
      unseen,
      quality: null,
      talkMs: 0,
      ringMs: 8_000,
    });
  });

  it.each([
    [{ kind: 'hung-up', by: 'remote' }, 'answered', '', 'remote'],
    [{ kind: 'transferred', to: ben }, 'transferred', 'Ben K.', 'local'],
    [{ kind: 'parked', slot: '701' }, 'parked', '701', 'local'],
  ] as const)('says of a conversation that ended with %o: %s', (reason, outcome, party, endedBy) => {
    const entry = historyOfCall(ended(reason, { connectedAt: 4_000, emergency: true, dialled: '112' }), record);
    expect(entry).toMatchObject({ outcome, party, endedBy, ringMs: 3_000, talkMs: 5_000, quality: 'fair', recording: '/r/a.webm' });
    expect(entry).toMatchObject({ emergency: true, dialled: '112' });
  });

  it('names whom the call came by, or whom it was for', () => {
    const reason = { kind: 'missed' } as const;
    expect(historyOfCall(ended(reason, { redirectedBy: ben, calledAs: anna }), record).via).toBe('Ben K.');
    expect(historyOfCall(ended(reason, { calledAs: { ...anna, displayName: '' } }), record).via).toBe('201');
  });

  it('has a line for a call whose process died', () => {
    expect(draftOfCall(expectLive(received().call), record, 2_000)).toMatchObject({
      outcome: 'missed',
      endedBy: 'network',
      ring: record.ring,
    });
    expect(draftOfCall(expectLive(dialled().call), record, 2_000)).toMatchObject({ outcome: 'failed', errorCode: 'call-lost' });
    expect(draftOfCall(expectLive(talking().call), record, 2_000)).toMatchObject({ outcome: 'answered', talkMs: 1_000 });
  });
});

function expectLive<C extends { readonly phase: string }>(call: C): Exclude<C, { phase: 'referred' | 'ended' }> {
  if (call.phase === 'ended' || call.phase === 'referred') throw new Error('the call is over');
  return call as Exclude<C, { phase: 'referred' | 'ended' }>;
}
