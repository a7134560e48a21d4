import { describe, expect, it } from 'vitest';
import { transferHoldMs, transferMs } from '#shared/calls/transfer-steps.ts';
import type { CallEvent } from '#shared/calls/call-state.ts';
import { ben, dialled, means, run, talking, types } from '#test/support/calls/machine-run.ts';

const blind: CallEvent = { type: 'transfer', to: ben, target: { kind: 'blind', target: '202' }, slot: null, holdFirst: true };
const park: CallEvent = { type: 'transfer', to: ben, target: { kind: 'blind', target: '700' }, slot: '701', holdFirst: true };
const attended: CallEvent = { type: 'transfer', to: ben, target: { kind: 'attended', call: 'b' }, slot: null, holdFirst: false };
const held: CallEvent = { type: 'local-hold-changed', held: true };
const busy = { code: 'transfer-target-busy', details: { status: 486 } } as const;
const failed: CallEvent = { type: 'transfer-failed', error: busy };
const bye: CallEvent = { type: 'terminated', by: 'remote' };
const late: CallEvent = { type: 'deadline', name: 'transfer', means };

describe('a transfer', () => {
  it('lets the caller hear music before the far end is asked', () => {
    const { call, effects } = talking([blind, held]);
    expect(effects).toEqual([
      { type: 'hold-sip', held: true },
      { type: 'set-deadline', name: 'transfer', afterMs: transferHoldMs },
      { type: 'refer', to: { kind: 'blind', target: '202' } },
      { type: 'set-deadline', name: 'transfer', afterMs: transferMs },
    ]);
    expect(call).toMatchObject({ transfer: { stage: 'asked', to: ben } });
  });

  it('asks at once where the caller is on hold already, or the hold is refused or does not come', () => {
    expect(types(talking([{ type: 'set-held', held: true }, held, blind]).effects)).toEqual(['hold-sip', 'refer', 'set-deadline']);
    const refused: CallEvent = { type: 'local-hold-failed', held: true, error: { code: 'call-refused', details: {} } };
    for (const news of [refused, late]) expect(types(talking([blind, news]).effects)).toContain('refer');
  });

  it('is told how far it is, and ends the call when it worked', () => {
    const { call } = talking([blind, held, { type: 'transfer-accepted' }, { type: 'transfer-ringing' }]);
    expect(call).toMatchObject({ transfer: { stage: 'ringing' } });
    const done = talking([blind, held, { type: 'transfer-accepted' }, { type: 'transfer-succeeded' }]);
    expect(done.call).toMatchObject({ phase: 'ending', reason: { kind: 'transferred', to: ben } });
    expect(done.effects).toContainEqual({ type: 'hang-up-sip' });
    expect(done.effects).toContainEqual({ type: 'clear-deadline', name: 'transfer' });
  });

  it('worked when the far end says good-bye after it agreed, and not before', () => {
    expect(talking([blind, held, { type: 'transfer-accepted' }, bye]).call).toMatchObject({ reason: { kind: 'transferred' } });
    expect(talking([blind, held, bye]).call).toMatchObject({ reason: { kind: 'hung-up', by: 'remote' } });
  });

  it('that fails leaves the caller to be taken back, and says why', () => {
    const { call, effects } = talking([blind, held, { type: 'transfer-accepted' }, failed]);
    expect(call).toMatchObject({
      phase: 'connected',
      transfer: { stage: 'failed' },
      trouble: { code: 'transfer-target-busy', details: { name: 'Ben K.', status: 486 } },
    });
    expect(effects).toContainEqual({ type: 'clear-deadline', name: 'transfer' });
    const back = talking([blind, held, failed, { type: 'set-held', held: false }, { type: 'local-hold-changed', held: false }]);
    expect(back.call).toMatchObject({ transfer: null, hold: { local: false } });
  });

  it('lost the caller who says good-bye before we are back', () => {
    expect(talking([blind, held, failed, bye]).call).toMatchObject({
      reason: { kind: 'failed', error: { code: 'transfer-caller-lost', details: { name: 'Ben K.' } } },
    });
    const back: CallEvent[] = [
      { type: 'set-held', held: false },
      { type: 'local-hold-changed', held: false },
    ];
    expect(talking([blind, held, failed, ...back, bye]).call).toMatchObject({ reason: { kind: 'hung-up', by: 'remote' } });
    const read: CallEvent = { type: 'deadline', name: 'trouble', means };
    expect(talking([blind, held, failed, read, bye]).call).toMatchObject({ reason: { kind: 'hung-up', by: 'remote' } });
  });

  it('of which nothing more is heard has failed', () => {
    const { call } = talking([blind, held, { type: 'transfer-accepted' }, late]);
    expect(call).toMatchObject({ transfer: { stage: 'failed' }, trouble: { code: 'transfer-target-not-answered' } });
  });

  it('is given up by taking the caller back before the far end was asked', () => {
    const { call, effects } = talking([blind, { type: 'set-held', held: false }, held]);
    expect(call).toMatchObject({ transfer: null });
    expect(types(effects)).not.toContain('refer');
  });

  it('is not asked twice', () => {
    expect(types(talking([blind, held, blind, attended]).effects).filter((type) => type === 'refer')).toHaveLength(1);
  });

  it('of a call that is not put on hold leaves it as it was when it fails', () => {
    const { call } = talking([attended, { type: 'transfer-accepted' }, failed]);
    expect(call).toMatchObject({ transfer: null, hold: { local: false }, trouble: { code: 'transfer-target-busy' } });
  });

  it('goes on when the person leaves it to itself', () => {
    const { call } = talking([blind, held, { type: 'transfer-accepted' }, { type: 'hang-up' }]);
    expect(call).toMatchObject({ phase: 'ending', reason: { kind: 'transferred', to: ben } });
  });
});

describe('parking', () => {
  it('is a transfer that ends as parked', () => {
    const { call } = talking([park, held, { type: 'transfer-succeeded' }]);
    expect(call).toMatchObject({ reason: { kind: 'parked', slot: '701' } });
  });

  it('fails in its own words', () => {
    expect(talking([park, held, failed]).call).toMatchObject({ trouble: { code: 'park-failed' } });
  });
});

describe('the call with whom another is connected', () => {
  const over: CallEvent = { type: 'handed-over', to: ben };

  it('ends as transferred, whichever way it goes', () => {
    expect(talking([over, bye]).call).toMatchObject({ reason: { kind: 'transferred', to: ben } });
    expect(talking([over, { type: 'hang-up' }]).call).toMatchObject({ reason: { kind: 'transferred', to: ben } });
  });

  it('ends as transferred when it still rang and its INVITE was cleared by the server, but not when it was refused', () => {
    const refused = { type: 'rejected', status: 603, who: ben, error: null } as const;
    const ringing: readonly CallEvent[] = [{ type: 'ringing' }, over];
    expect(run(dialled(), [...ringing, { ...refused, cleared: true }]).call).toMatchObject({ reason: { kind: 'transferred', to: ben } });
    expect(run(dialled(), [...ringing, { ...refused, cleared: false }]).call).toMatchObject({ reason: { kind: 'declined', by: 'remote' } });
  });

  it('is left when it does not go by itself', () => {
    const { call, effects } = talking([over, { type: 'handover-done' }, { type: 'deadline', name: 'handover', means }]);
    expect(types(effects)).toContain('hang-up-sip');
    expect(call).toMatchObject({ phase: 'ending', reason: { kind: 'transferred' } });
  });

  it('is a plain call again when nothing came of it', () => {
    expect(talking([over, { type: 'handover-undone' }, bye]).call).toMatchObject({ reason: { kind: 'hung-up', by: 'remote' } });
  });
});
