import { describe, expect, it } from 'vitest';
import { turnedAwayCall } from '#shared/calls/call-beginnings.ts';
import { endingDeadlineMs } from '#shared/calls/call-endings.ts';
import { transition } from '#shared/calls/call-machine.ts';
import { anna, at, ben, dialled, means, received, run, talking, types } from '#test/support/calls/machine-run.ts';

describe('an outgoing call', () => {
  it('rings back, connects, and is hung up here', () => {
    const { call, effects } = run(dialled(), [
      { type: 'trying' },
      { type: 'ringing' },
      { type: 'established', remote: null },
      { type: 'hang-up' },
      { type: 'closed' },
    ]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'hung-up', by: 'local' }, connectedAt: at });
    expect(types(effects)).toEqual([
      'send-invite',
      'set-deadline',
      'write-draft',
      'start-tone',
      'start-audio',
      'stop-tone',
      'clear-deadline',
      'set-deadline',
      'write-draft',
      'hang-up-sip',
      'clear-deadline',
      'set-deadline',
      'clear-deadline',
      'write-history',
    ]);
  });

  it('lets the far end be heard before the answer, without our ringback over it', () => {
    const { call, effects } = run(dialled(), [{ type: 'ringing' }, { type: 'early-media' }, { type: 'ringing' }]);
    expect(call).toMatchObject({ phase: 'early-media', tone: null });
    expect(types(effects).slice(3)).toEqual(['start-tone', 'start-audio', 'stop-tone']);
  });

  it('is cancelled before the answer, also when the answer crosses', () => {
    const { call } = run(dialled(), [
      { type: 'ringing' },
      { type: 'hang-up' },
      { type: 'established', remote: null },
      { type: 'terminated', by: 'remote' },
    ]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'cancelled' }, connectedAt: null });
  });

  it.each([
    [486, { kind: 'busy', who: ben }],
    [600, { kind: 'busy', who: ben }],
    [603, { kind: 'declined', by: 'remote', who: ben }],
    [480, { kind: 'not-answered' }],
  ] as const)('ends for status %i as %o', (status, reason) => {
    const { call } = run(dialled(), [{ type: 'rejected', status, cleared: false, who: ben, error: null }]);
    expect(call).toMatchObject({ phase: 'ended', reason });
  });

  it('is over for us when nobody confirms our good-bye', () => {
    const { call, effects } = run(dialled(), [
      { type: 'established', remote: null },
      { type: 'hang-up' },
      { type: 'deadline', name: 'ending', means },
    ]);
    expect(call.phase).toBe('ended');
    expect(effects).toContainEqual({ type: 'set-deadline', name: 'ending', afterMs: endingDeadlineMs });
  });

  it('gives up when nobody answers for longer than any server waits', () => {
    const { call } = run(dialled(), [{ type: 'ringing' }, { type: 'deadline', name: 'not-answered', means }, { type: 'closed' }]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'not-answered' } });
  });
});

describe('an incoming call', () => {
  it('rings, is answered at once, and connects with the ACK', () => {
    const { call, effects } = run(received(), [{ type: 'answer' }, { type: 'established', remote: null }]);
    expect(call.phase).toBe('connected');
    expect(types(effects)).toEqual([
      ...['send-ringing', 'start-tone', 'write-draft'],
      ...['accept', 'stop-tone', 'start-audio', 'set-deadline', 'write-draft'],
    ]);
  });

  it('has its answer made anew when the media window dies while it rings, and only then', () => {
    const ringing = received().call;
    const window = transition(ringing, { type: 'media-lost', cause: 'window-lost', means }, at);
    expect(window).toEqual({ call: ringing, effects: [{ type: 'send-ringing' }] });
    expect(transition(ringing, { type: 'media-lost', cause: 'path-lost', means }, at)).toEqual({ call: ringing, effects: [] });
  });

  it('is not a missed call when a colleague took it', () => {
    const { call } = run(received(), [{ type: 'cancelled', answeredElsewhere: true, who: ben }]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'answered-elsewhere', who: ben }, tone: null });
  });

  it('is missed when the caller gives up', () => {
    const { call } = run(received(), [{ type: 'cancelled', answeredElsewhere: false, who: null }]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'missed' } });
  });

  it('can be muted while it rings, and is muted when it connects', () => {
    const { effects } = run(received(), [{ type: 'set-muted', muted: true }, { type: 'answer' }, { type: 'established', remote: null }]);
    expect(effects.filter((effect) => effect.type === 'apply-muted')).toHaveLength(2);
  });
});

describe('hold', () => {
  const stands = run(dialled(), [{ type: 'established', remote: null }]);

  it('is asked for once and true when negotiated', () => {
    const { call, effects } = run({ call: stands.call, effects: [] }, [
      { type: 'set-held', held: true },
      { type: 'set-held', held: true },
      { type: 'local-hold-changed', held: true },
    ]);
    expect(call).toMatchObject({ hold: { local: true, remote: false }, holdWish: null });
    expect(types(effects)).toEqual(['hold-sip']);
  });

  it('stays as it was when the far end refuses', () => {
    const { call } = run({ call: stands.call, effects: [] }, [
      { type: 'set-held', held: true },
      { type: 'local-hold-failed', held: true, error: { code: 'call-refused', details: {} } },
    ]);
    expect(call).toMatchObject({ hold: { local: false, remote: false }, holdWish: null, trouble: { code: 'call-verb-impossible' } });
  });

  it('keeps the last wish when the outcome of the one before comes late', () => {
    const { call } = run({ call: stands.call, effects: [] }, [
      { type: 'set-held', held: true },
      { type: 'set-held', held: false },
      { type: 'local-hold-changed', held: true },
    ]);
    expect(call).toMatchObject({ hold: { local: true }, holdWish: false });
  });

  it('comes as soon as a call stands that was put on hold while it was being answered', () => {
    const { effects } = run(received(), [{ type: 'answer' }, { type: 'set-held', held: true }, { type: 'established', remote: null }]);
    expect(effects).toContainEqual({ type: 'hold-sip', held: true });
  });
});

describe('an outgoing call that is sent on', () => {
  it('says who it rings at and who sent it there', () => {
    const { call } = run(dialled(), [{ type: 'redirected', to: ben }, { type: 'ringing' }]);
    expect(call).toMatchObject({ remote: ben, redirectedBy: anna, dialled: '201' });
  });

  it('shows whoever answered for somebody else', () => {
    const { call } = run(dialled(), [
      { type: 'established', remote: null },
      { type: 'remote-changed', remote: ben },
    ]);
    expect(call.remote).toEqual(ben);
  });
});

describe('an emergency call', () => {
  it('is given up by nobody but the person', () => {
    const { call, effects } = run(dialled({ emergency: true }), [{ type: 'ringing' }, { type: 'deadline', name: 'not-answered', means }]);
    expect(call.phase).toBe('ringing-out');
    expect(effects).not.toContainEqual(expect.objectContaining({ type: 'set-deadline' }));
  });

  it('is not sent elsewhere', () => {
    const { call } = talking(
      [{ type: 'transfer', to: ben, target: { kind: 'blind', target: '202' }, slot: null, holdFirst: true }],
      dialled({ emergency: true }),
    );
    expect(call).toMatchObject({ transfer: null });
  });
});

describe('an errand', () => {
  it.each(['pick-up', 'retrieve'] as const)('%s says in its own words that it failed', (errand) => {
    const { call } = run(dialled({ errand, dialled: '*8' }), [{ type: 'rejected', status: 404, cleared: false, who: null, error: null }]);
    expect(call).toMatchObject({ reason: { kind: 'failed', error: { code: `${errand}-failed`, details: { status: 404, number: '*8' } } } });
  });
});

describe('a ringing call', () => {
  const late = (name: 'auto-answer' | 'no-answer') => ({ type: 'deadline', name, means }) as const;

  it.each([
    ['declined', 603],
    ['busy', 486],
    ['unavailable', 480],
  ] as const)('is declined as %s with %i', (as, status) => {
    const { call, effects } = run(received(), [{ type: 'decline', as }, { type: 'closed' }]);
    expect(effects).toContainEqual({ type: 'reject', status });
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'declined', by: 'local' } });
  });

  it('is sent on by hand', () => {
    const { call, effects } = run(received(), [{ type: 'deflect', target: '202' }, { type: 'closed' }]);
    expect(effects).toContainEqual({ type: 'redirect', target: '202', why: 'by-hand' });
    expect(call).toMatchObject({ reason: { kind: 'forwarded', to: '202', why: 'by-hand' } });
  });

  it('is sent on by itself when nobody takes it, and not when somebody did', () => {
    const plan = { noAnswer: { afterMs: 20_000, target: '202' } };
    const alone = run(received(plan), [late('no-answer')]);
    expect(alone.effects).toContainEqual({ type: 'set-deadline', name: 'no-answer', afterMs: 20_000 });
    expect(alone.call).toMatchObject({ phase: 'ending', reason: { kind: 'forwarded', to: '202', why: 'no-answer' } });
    const taken = run(received(plan), [{ type: 'answer' }, late('no-answer')]);
    expect(taken.call.phase).toBe('answering');
    expect(taken.effects).toContainEqual({ type: 'clear-deadline', name: 'no-answer' });
  });

  it('is taken by itself with a tone first and the microphone as wanted', () => {
    const { call, effects } = run(received({ autoAnswer: { afterMs: 0, muted: true } }), [
      late('auto-answer'),
      { type: 'established', remote: null },
    ]);
    expect(call).toMatchObject({ phase: 'connected', autoAnswered: true, muted: true });
    expect(types(effects).slice(0, 7)).toEqual([
      ...['send-ringing', 'set-deadline', 'write-draft'],
      ...['play-tone', 'accept', 'apply-muted', 'start-audio'],
    ]);
  });

  it('rings first when it is to be taken later, and is a plain call when the person is faster', () => {
    const plan = { autoAnswer: { afterMs: 3_000, muted: true } };
    const { call, effects } = run(received(plan), [{ type: 'answer' }, late('auto-answer')]);
    expect(call).toMatchObject({ phase: 'answering', autoAnswered: false, muted: false });
    expect(types(effects)).toContain('start-tone');
    expect(effects).toContainEqual({ type: 'clear-deadline', name: 'auto-answer' });
  });

  it('rings like any other when it may not be taken by itself any more', () => {
    const { call, effects } = run(received({ autoAnswer: { afterMs: 0, muted: true } }), [
      { type: 'auto-answer-dropped', tone: 'call-waiting' },
      late('auto-answer'),
    ]);
    expect(call).toMatchObject({ phase: 'ringing-in', tone: 'call-waiting' });
    expect(effects).toContainEqual({ type: 'start-tone', tone: 'call-waiting' });
  });
});

describe('a call that is turned away', () => {
  const who = { remote: anna, redirectedBy: null, calledAs: null };

  it.each([
    [{ kind: 'busy' }, { type: 'reject', status: 486 }, { kind: 'busy', who: null }],
    [{ kind: 'not-disturbed' }, { type: 'reject', status: 480 }, { kind: 'not-disturbed' }],
    [
      { kind: 'forwarded', to: '202', why: 'always' },
      { type: 'redirect', target: '202', why: 'always' },
      { kind: 'forwarded', to: '202', why: 'always' },
    ],
  ] as const)('for %o never rings, and is written down', (why, order, reason) => {
    const { call, effects } = run(turnedAwayCall('a', who, why, at), [{ type: 'closed' }]);
    expect(effects[0]).toEqual(order);
    expect(call).toMatchObject({ phase: 'ended', reason });
    expect(types(effects)).toEqual([order.type, 'set-deadline', 'clear-deadline', 'write-history']);
  });
});

describe('the loss of the media window', () => {
  const stands = run(dialled(), [{ type: 'established', remote: null }]).call;

  it('is repaired by a re-INVITE, and by takeover when sound does not come back', () => {
    const { call, effects } = run({ call: stands, effects: [] }, [
      { type: 'media-lost', cause: 'window-lost', means: { farEndProduct: 'Kamailio', hasRelay: false } },
      { type: 'peer-changed' },
      { type: 'repair-negotiated', strategy: 'renegotiate' },
      { type: 'deadline', name: 'repair', means: { farEndProduct: 'Kamailio', hasRelay: false } },
    ]);
    expect(effects.filter((effect) => effect.type === 'repair-sip')).toEqual([
      { type: 'repair-sip', strategy: 'renegotiate' },
      { type: 'repair-sip', strategy: 'replace' },
    ]);
    expect(call).toMatchObject({ phase: 'connected', repair: { step: 'replace', attempt: 1 } });
  });

  it('goes straight to takeover with a server that keeps its DTLS', () => {
    const { effects } = run({ call: stands, effects: [] }, [
      { type: 'media-lost', cause: 'window-lost', means: { farEndProduct: 'Asterisk PBX 22', hasRelay: false } },
    ]);
    expect(effects[0]).toEqual({ type: 'repair-sip', strategy: 'replace' });
  });

  it('is over when media flows again', () => {
    const { call } = run({ call: stands, effects: [] }, [
      { type: 'media-lost', cause: 'window-lost', means },
      { type: 'repair-negotiated', strategy: 'renegotiate' },
      { type: 'media-connected' },
    ]);
    expect(call).toMatchObject({ phase: 'connected', repair: null });
  });
});

describe('a media path that never comes to stand', () => {
  const answered = run(dialled(), [{ type: 'established', remote: null }]);
  const late = { type: 'deadline', name: 'media', means } as const;

  it('is repaired by a new peer connection', () => {
    const { call, effects } = run({ call: answered.call, effects: [] }, [late]);
    expect(call).toMatchObject({ phase: 'connected', repair: { cause: 'path-missing', step: 'renegotiate' } });
    expect(effects).toContainEqual({ type: 'repair-sip', strategy: 'renegotiate' });
  });

  it('is not waited for when it stood before the answer was confirmed', () => {
    const { effects } = run(received(), [{ type: 'answer' }, { type: 'media-connected' }, { type: 'established', remote: null }]);
    expect(effects).not.toContainEqual(expect.objectContaining({ name: 'media' }));
  });

  it('is forgotten when it stands', () => {
    const { call, effects } = run({ call: answered.call, effects: [] }, [{ type: 'media-connected' }, late]);
    expect(call).toMatchObject({ phase: 'connected', repair: null });
    expect(effects).toEqual([{ type: 'clear-deadline', name: 'media' }]);
  });
});
