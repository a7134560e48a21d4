import { describe, expect, it } from 'vitest';
import { referralMs } from '#shared/calls/call-endings.ts';
import { troubleMs } from '#shared/calls/call-facts.ts';
import { at, ben, dialled, means, received, run, talking, types } from '#test/support/calls/machine-run.ts';

const error = { code: 'digits-not-sent', details: { digits: '34' } } as const;

describe('digits', () => {
  it('leave the way that the settings say', () => {
    const { call, effects } = talking([{ type: 'send-dtmf', digits: '12', by: 'info' }]);
    expect(call.sentDigits).toBe('12');
    expect(effects).toEqual([{ type: 'send-digits', digits: '12', by: 'info' }]);
  });

  it('that were not sent are not shown as sent', () => {
    const { call, effects } = talking([
      { type: 'send-dtmf', digits: '1234', by: 'info' },
      { type: 'digits-failed', digits: '34', error },
    ]);
    expect(call).toMatchObject({ sentDigits: '12', trouble: error });
    expect(effects).toContainEqual({ type: 'set-deadline', name: 'trouble', afterMs: troubleMs });
  });
});

describe('trouble', () => {
  it('goes with its time, and with the next verb that does something', () => {
    const troubled = talking([{ type: 'troubled', error }]).call;
    const step = { call: troubled, effects: [] };
    expect(run(step, [{ type: 'deadline', name: 'trouble', means }]).call.trouble).toBeNull();
    expect(run(step, [{ type: 'set-muted', muted: false }]).call.trouble).toEqual(error);
    expect(run(step, [{ type: 'remote-changed', remote: ben }]).call.trouble).toEqual(error);
    const { call, effects } = run(step, [{ type: 'set-muted', muted: true }]);
    expect(call.trouble).toBeNull();
    expect(effects).toContainEqual({ type: 'clear-deadline', name: 'trouble' });
  });
});

describe('a referral', () => {
  const received = { type: 'referral-received', referral: { to: ben, by: null } } as const;

  it('waits for the person and is answered once', () => {
    const { call, effects } = talking([received, { type: 'answer-referral', accept: true }, { type: 'answer-referral', accept: false }]);
    expect(effects).toEqual([{ type: 'send-referral-answer', accept: true }]);
    expect(call).toMatchObject({ referral: null });
  });

  it('is gone when the far end takes it back', () => {
    const { call, effects } = talking([received, { type: 'referral-withdrawn' }, { type: 'answer-referral', accept: true }]);
    expect(call).toMatchObject({ referral: null });
    expect(effects).toEqual([]);
  });
});

describe('a referral of somebody who hangs up at once', () => {
  const received = { type: 'referral-received', referral: { to: ben, by: null } } as const;
  const bye = { type: 'terminated', by: 'remote' } as const;

  it('waits on, while the call is over and written down', () => {
    const { call, effects } = talking([{ type: 'media-connected' }, received, { type: 'set-recording', on: true }, bye]);
    expect(call).toMatchObject({ phase: 'referred', referral: { to: ben }, reason: { kind: 'hung-up', by: 'remote' }, endedAt: at });
    expect(effects.slice(-3)).toEqual([
      { type: 'stop-recording' },
      { type: 'write-history' },
      { type: 'set-deadline', name: 'referral', afterMs: referralMs },
    ]);
  });

  it.each([
    [{ type: 'answer-referral', accept: true }, [{ type: 'send-referral-answer', accept: true }]],
    [{ type: 'answer-referral', accept: false }, [{ type: 'send-referral-answer', accept: false }]],
    [{ type: 'hang-up' }, [{ type: 'send-referral-answer', accept: false }]],
    [{ type: 'referral-withdrawn' }, []],
  ] as const)('%j ends it', (event, orders) => {
    const { call, effects } = talking([received, bye, event, event]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'hung-up', by: 'remote' }, connectedAt: at, endedAt: at });
    const after = effects.slice(effects.findIndex(({ type }) => type === 'write-history') + 2);
    expect(after).toEqual([...orders, { type: 'clear-deadline', name: 'referral' }].slice(-2));
  });

  it('is declined when nobody answers it', () => {
    const { call, effects } = talking([received, bye, { type: 'deadline', name: 'referral', means }]);
    expect(call.phase).toBe('ended');
    expect(effects.at(-1)).toEqual({ type: 'send-referral-answer', accept: false });
  });

  it('goes with a call that the person ends, or that is lost', () => {
    expect(talking([received, { type: 'hang-up' }]).call.phase).toBe('ending');
    expect(talking([received, { type: 'terminated', by: 'network' }]).call.phase).toBe('ended');
  });
});

describe('a recording', () => {
  const on = { type: 'set-recording', on: true } as const;

  it('runs since it really runs', () => {
    const { call, effects } = talking([on]);
    expect(call).toMatchObject({ recording: { since: null } });
    expect(effects).toEqual([{ type: 'start-recording' }]);
    expect(talking([on, { type: 'recording-started' }]).call).toMatchObject({ recording: { since: 1_000 } });
  });

  it('stops once: by hand, by the end of the call, or because it cannot go on', () => {
    const ways = [{ type: 'set-recording', on: false }, { type: 'hang-up' }, { type: 'recording-failed', error }] as const;
    for (const way of ways) {
      const { effects } = talking([on, { type: 'recording-started' }, way, { type: 'closed' }]);
      expect(types(effects).filter((type) => type === 'stop-recording')).toEqual(['stop-recording']);
    }
  });

  it('goes on from the peer connection that a repair brought', () => {
    const { effects } = talking([on, { type: 'recording-started' }, { type: 'peer-changed' }]);
    expect(types(effects).slice(-3)).toEqual(['start-audio', 'apply-muted', 'move-recording']);
  });
});

describe('a member of the conference', () => {
  it('is no consultation any more, and can be silenced', () => {
    const { call } = talking([{ type: 'join-conference' }, { type: 'set-silenced', silenced: true }], dialled({ consultationFor: 'b' }));
    expect(call).toMatchObject({ conference: { silenced: true }, consultationFor: null });
  });

  it('may still be called, but not call us', () => {
    expect(run(dialled(), [{ type: 'ringing' }, { type: 'join-conference' }]).call.conference).not.toBeNull();
    expect(run(received(), [{ type: 'join-conference' }]).call.conference).toBeNull();
  });

  it('leaves it with its end', () => {
    expect(talking([{ type: 'join-conference' }, { type: 'terminated', by: 'remote' }]).call.conference).toBeNull();
  });
});
