import { beforeEach, describe, expect, it } from 'vitest';
import { referralMs } from '#shared/calls/call-endings.ts';
import { ben, CallFixture } from '#test/support/calls/call-fixture.ts';
import { errorWith } from '#test/support/calls/error-with.ts';
import { plainInvite } from '#test/support/calls/fake-line.ts';

const impossible = errorWith('call-verb-impossible');
const busy = { code: 'transfer-target-busy', details: {} } as const;

let t: CallFixture;
beforeEach(() => {
  t = new CallFixture();
});

/** A caller on hold, and a consultation on their behalf that is answered. */
function consultation(): { caller: string; consulted: string } {
  const caller = t.talk();
  const consulted = t.service.consult(caller, '202');
  t.line.say({ call: consulted, type: 'established', remote: ben });
  t.agreeToHolds();
  return { caller, consulted };
}

describe('a blind transfer', () => {
  it('holds, asks, and ends when the target answers', () => {
    const id = t.talk();
    t.forgetOrders();
    t.service.transfer(id, '202');
    expect(t.line.orders).toEqual([['setHold', id, true]]);
    t.agreeToHolds();
    t.service.setMuted(id, true);
    t.line.say({ call: id, type: 'transfer-accepted' });
    t.line.say({ call: id, type: 'transfer-ringing' });
    expect(t.view(id).transfer).toEqual({ to: { displayName: '', number: '202', uri: '202' }, consultation: null, progress: 'ringing' });
    t.line.say({ call: id, type: 'transfer-succeeded' });
    expect(t.line.orders).toEqual([
      ['refer', id, { kind: 'blind', target: '202' }],
      ['hangUp', id],
    ]);
    t.line.say({ call: id, type: 'closed' });
    expect(t.journal.entries).toMatchObject([{ id, outcome: 'transferred', party: '202', endedBy: 'local' }]);
  });

  it('takes the caller back by itself when the target is busy, and says so', () => {
    const id = t.talk();
    t.service.transfer(id, '202');
    t.agreeToHolds();
    t.line.say({ call: id, type: 'transfer-failed', error: busy });
    expect(t.line.orders.at(-1)).toEqual(['setHold', id, false]);
    expect(t.view(id)).toMatchObject({ transfer: null, trouble: { code: 'transfer-target-busy', details: { name: '202' } } });
  });

  it('leaves the caller on hold when somebody else is in hand by then, and says so', () => {
    const id = t.talk();
    t.service.transfer(id, '202');
    t.agreeToHolds();
    const other = t.talk('203');
    t.forgetOrders();
    t.line.say({ call: id, type: 'transfer-failed', error: busy });
    expect(t.line.orders).toEqual([]);
    expect(t.view(id).trouble?.code).toBe('transfer-target-busy');
    expect(t.view(other).hold.local).toBe(false);
  });

  it('is refused for what is no number, for an unanswered call and while one is under way', () => {
    const ringing = t.service.dial('202');
    expect(() => t.service.transfer(ringing, '203')).toThrowError(impossible);
    const id = t.talk();
    expect(() => t.service.transfer(id, 'Anna')).toThrowError(errorWith('number-invalid'));
    t.service.transfer(id, '202');
    expect(() => t.service.transfer(id, '203')).toThrowError(impossible);
    expect(() => t.service.transfer('gone', '203')).toThrowError(errorWith('call-unknown'));
  });
});

describe('a consultation', () => {
  it('waits for whoever is asked, with the caller on hold', () => {
    const caller = t.talk();
    t.forgetOrders();
    const consulted = t.service.consult(caller, '202');
    expect(t.line.orders).toEqual([
      ['invite', consulted, '202', plainInvite],
      ['setHold', caller, true],
    ]);
    expect(t.view(consulted).consultationFor).toBe(caller);
    expect(() => t.service.consult(caller, '203')).toThrowError(impossible);
  });

  it('is completed: the caller is asked to call whoever is consulted, in place of our call', () => {
    const { caller, consulted } = consultation();
    t.service.completeTransfer(consulted);
    expect(t.line.orders).toEqual([['refer', caller, { kind: 'attended', call: consulted }]]);
    expect(t.view(caller).transfer).toMatchObject({ consultation: consulted, progress: 'asked' });
    t.line.say({ call: caller, type: 'transfer-accepted' });
    t.line.say({ call: consulted, type: 'terminated', by: 'remote' });
    t.line.say({ call: caller, type: 'transfer-succeeded' });
    t.line.say({ call: caller, type: 'closed' });
    expect(t.journal.entries).toMatchObject([
      { id: consulted, outcome: 'transferred', party: 'Anna Weber' },
      { id: caller, outcome: 'transferred', party: 'Ben K.' },
    ]);
  });

  it('is left when the far end of the consultation does not say good-bye by itself', () => {
    const { caller, consulted } = consultation();
    t.service.completeTransfer(consulted);
    t.line.say({ call: caller, type: 'transfer-succeeded' });
    t.clock.advance(3_000);
    expect(t.line.orders).toContainEqual(['hangUp', consulted]);
    expect(t.view(consulted).endReason).toMatchObject({ kind: 'transferred' });
  });

  it('is completed while it still rings', () => {
    const caller = t.talk();
    const consulted = t.service.consult(caller, '202');
    t.line.say({ call: consulted, type: 'ringing' });
    t.agreeToHolds();
    t.service.completeTransfer(consulted);
    expect(t.line.orders).toEqual([['refer', caller, { kind: 'attended', call: consulted }]]);
    t.line.say({ call: consulted, type: 'closed' });
    expect(t.view(consulted).endReason).toMatchObject({ kind: 'transferred' });
    t.line.say({ call: caller, type: 'transfer-accepted' });
    t.line.say({ call: caller, type: 'transfer-failed', error: busy });
    expect(t.line.orders).toContainEqual(['setHold', caller, false]);
  });

  it('goes on in hand when completing it fails; the caller stays on hold', () => {
    const { caller, consulted } = consultation();
    t.service.completeTransfer(consulted);
    t.forgetOrders();
    t.line.say({ call: caller, type: 'transfer-failed', error: { code: 'transfer-refused', details: {} } });
    expect(t.line.orders).toEqual([]);
    expect(t.view(caller).trouble).toMatchObject({ code: 'transfer-refused', details: { name: 'Ben K.' } });
    t.line.say({ call: consulted, type: 'terminated', by: 'remote' });
    expect(t.view(consulted).endReason).toEqual({ kind: 'hung-up', by: 'remote' });
    expect(t.line.orders).toEqual([['setHold', caller, false]]);
  });

  it('ends by going back to the caller', () => {
    const { caller, consulted } = consultation();
    t.service.backToCaller(consulted);
    expect(t.line.orders).toEqual([
      ['hangUp', consulted],
      ['setHold', caller, false],
    ]);
    expect(t.view(caller).trouble).toBeNull();
  });

  it.each([
    ['is busy', { type: 'rejected', status: 486, reasonPhrase: '', cleared: false, who: null, error: null }],
    ['declines', { type: 'rejected', status: 603, reasonPhrase: '', cleared: false, who: null, error: null }],
    ['hangs up', { type: 'terminated', by: 'remote' }],
  ] as const)('brings the caller back when the one who is asked %s, and says so', (_what, news) => {
    const caller = t.talk();
    const consulted = t.service.consult(caller, '202');
    t.agreeToHolds();
    t.line.say({ call: consulted, ...news });
    expect(t.line.orders).toEqual([['setHold', caller, false]]);
    expect(t.view(caller).trouble).toEqual({ code: 'consultation-failed', details: { name: '202' } });
  });

  it('leaves the caller waiting when somebody else is in hand by then', () => {
    const caller = t.talk();
    const consulted = t.service.consult(caller, '202');
    t.invite('in');
    t.service.answer('in');
    t.agreeToHolds();
    t.line.say({ call: consulted, type: 'rejected', status: 486, reasonPhrase: '', cleared: false, who: null, error: null });
    expect(t.line.orders).toEqual([]);
    expect(t.view(caller).trouble?.code).toBe('consultation-failed');
  });

  it('is a call of its own when the caller hangs up', () => {
    const { caller, consulted } = consultation();
    t.line.say({ call: caller, type: 'terminated', by: 'remote' });
    expect(t.view(consulted)).toMatchObject({ phase: 'connected', consultationFor: null });
    expect(() => t.service.completeTransfer(consulted)).toThrowError(impossible);
    expect(() => t.service.backToCaller(consulted)).toThrowError(impossible);
  });
});

describe('connecting two calls', () => {
  it('asks the far end of the first, which waits with music', () => {
    const one = t.talk();
    const other = t.talk('202');
    t.agreeToHolds();
    t.service.connect(other, one);
    expect(t.line.orders).toEqual([['setHold', other, true]]);
    t.agreeToHolds();
    expect(t.view(other).transfer).toMatchObject({ consultation: one });
  });

  it('is impossible for calls that ring here, and for one call', () => {
    const one = t.talk();
    t.invite('in');
    expect(() => t.service.connect(one, 'in')).toThrowError(impossible);
    expect(() => t.service.connect(one, one)).toThrowError(impossible);
  });
});

describe('parking', () => {
  it('sends the far end to the place', () => {
    const id = t.talk();
    expect(() => t.service.park(id, null)).toThrowError(errorWith('feature-not-offered'));
    t.setRules({ serverFeatures: { codes: { ...t.rules.serverFeatures.codes, park: '*68{slot}' } } });
    t.service.park(id, '701');
    t.agreeToHolds();
    expect(t.line.orders).toEqual([['refer', id, { kind: 'blind', target: '*68701' }]]);
    t.agreeToHolds();
    t.line.say({ call: id, type: 'transfer-accepted' });
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    expect(t.view(id).endReason).toEqual({ kind: 'parked', slot: '701' });
  });

  it('leaves the place to a server whose code does not name one', () => {
    t.useCodes('asterisk');
    const id = t.talk();
    t.service.park(id, '703');
    t.agreeToHolds();
    expect(t.line.orders).toEqual([['refer', id, { kind: 'blind', target: '700' }]]);
    t.line.say({ call: id, type: 'transfer-succeeded' });
    expect(t.view(id).endReason).toEqual({ kind: 'parked', slot: '' });
  });

  it('that does not work brings the caller back', () => {
    t.useCodes('asterisk');
    const id = t.talk();
    t.service.park(id, null);
    t.agreeToHolds();
    t.line.say({ call: id, type: 'transfer-failed', error: busy });
    expect(t.view(id).trouble?.code).toBe('park-failed');
    expect(t.line.orders.at(-1)).toEqual(['setHold', id, false]);
  });
});

describe('being transferred', () => {
  const clara = { displayName: '', number: '204', uri: 'sip:204@office.test' };

  function referred(): string {
    const id = t.talk();
    t.line.say({ call: id, type: 'referral-received', referral: { to: clara, by: ben } });
    t.forgetOrders();
    return id;
  }

  it('asks first, then dials on behalf of the far end', () => {
    const id = referred();
    expect(t.view(id).referral).toEqual({ to: clara, by: ben });
    t.service.answerReferral(id, true);
    expect(t.line.orders).toEqual([
      ['answerReferral', id, true],
      ['invite', 'c2', clara.uri, { ...plainInvite, referral: id }],
      ['setHold', id, true],
    ]);
    expect(t.view(id).referral).toBeNull();
  });

  it('is refused without a word said', () => {
    const id = referred();
    t.service.answerReferral(id, false);
    expect(t.line.orders).toEqual([['answerReferral', id, false]]);
    expect(() => t.service.answerReferral(id, true)).toThrowError(impossible);
  });

  it('is not lost when whoever asked hangs up at once: the call is over, silently, and the question stays', () => {
    const id = referred();
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    expect(t.view(id)).toMatchObject({ phase: 'referred', referral: { to: clara, by: ben }, endReason: { kind: 'hung-up', by: 'remote' } });
    expect(t.journal.entries).toMatchObject([{ id, outcome: 'answered', endedBy: 'remote' }]);
    t.clock.advance(referralMs - 1);
    expect([t.view(id).phase, t.service.hasLiveCalls]).toEqual(['referred', false]);
    t.service.answerReferral(id, true);
    expect(t.line.orders).toEqual([
      ['answerReferral', id, true],
      ['invite', 'c2', clara.uri, { ...plainInvite, referral: id }],
    ]);
    t.line.say({ call: 'c2', type: 'established', remote: null });
    t.clock.advance(10_000);
    expect(t.service.views().map((call) => call.id)).toEqual(['c2']);
    expect([t.journal.entries.length, t.media.orders.filter(([order]) => order === 'startTone')]).toEqual([1, []]);
  });

  it('of somebody who has gone is declined by the person, or by nobody', () => {
    for (const answer of [(id: string) => t.service.hangUp(id), () => t.clock.advance(referralMs)]) {
      const id = referred();
      t.line.say({ call: id, type: 'terminated', by: 'remote' });
      answer(id);
      expect(t.line.orders).toEqual([['answerReferral', id, false]]);
      expect(t.view(id).phase).toBe('ended');
      expect(() => t.service.answerReferral(id, true)).toThrowError(impossible);
    }
  });

  it('leaves others on hold when whoever asked has gone', () => {
    const other = t.talk('203');
    const id = t.talk();
    t.agreeToHolds();
    t.line.say({ call: id, type: 'referral-received', referral: { to: clara, by: ben } });
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    expect(t.line.orders).toEqual([]);
    expect(t.view(other).hold.local).toBe(true);
  });

  it('brings us back to whoever asked when nobody is there', () => {
    const id = referred();
    t.service.answerReferral(id, true);
    t.agreeToHolds();
    t.line.say({ call: 'c2', type: 'rejected', status: 486, reasonPhrase: '', cleared: false, who: null, error: null });
    expect(t.line.orders).toEqual([['setHold', id, false]]);
    expect(t.view(id).trouble?.code).toBe('consultation-failed');
  });

  it('is not begun where no call can be placed', () => {
    const id = referred();
    t.line.registration = { phase: 'signed-out' };
    expect(() => t.service.answerReferral(id, true)).toThrowError(errorWith('not-registered'));
    expect(t.view(id).referral).not.toBeNull();
  });
});
