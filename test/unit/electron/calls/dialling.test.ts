import { beforeEach, describe, expect, it } from 'vitest';
import type { DialogState } from '#shared/people/line-state.ts';
import { CallFixture } from '#test/support/calls/call-fixture.ts';
import { errorWith } from '#test/support/calls/error-with.ts';
import { plainInvite } from '#test/support/calls/fake-line.ts';

const nothingSpecial = { anonymous: null, shownNumber: null };

let t: CallFixture;
beforeEach(() => {
  t = new CallFixture();
});

describe('dialling', () => {
  it('puts the call in hand on hold, behind the INVITE', () => {
    const first = t.talk();
    t.forgetOrders();
    const second = t.service.dial('202');
    expect(t.line.orders).toEqual([
      ['invite', second, '202', plainInvite],
      ['setHold', first, true],
    ]);
  });

  it('notes the call before anybody answers, and again when somebody does', () => {
    const id = t.talk();
    expect(t.journal.drafts).toMatchObject([
      { id, outcome: 'failed', dialled: '201' },
      { id, outcome: 'answered' },
    ]);
    expect(t.journal.entries).toEqual([]);
  });

  it('repeats the last number', () => {
    expect(() => t.service.redial()).toThrowError(errorWith('nothing-to-redial'));
    t.lastDialled = '0891234567';
    t.service.redial();
    expect(t.line.orders).toEqual([['invite', 'c1', '0891234567', plainInvite]]);
  });

  it('is refused for a ninth call', () => {
    for (let n = 0; n < 8; n += 1) t.service.dial('202');
    expect(() => t.service.dial('202')).toThrowError(errorWith('too-many-calls'));
  });

  it('hides the number as the settings or the person say', () => {
    t.service.dial('202', { anonymous: true, shownNumber: null });
    expect(t.line.orders.at(-1)).toEqual(['invite', 'c1', '202', { ...plainInvite, anonymous: true }]);
    expect(t.view('c1').anonymous).toBe(true);
    t.setRules({ dialling: { hideNumber: true } });
    t.service.dial('202', nothingSpecial);
    expect(t.view('c2').anonymous).toBe(true);
    t.service.dial('202', { anonymous: false, shownNumber: null });
    expect(t.view('c3').anonymous).toBe(false);
  });

  it('hides the number by the code of a server that has one, for calls that leave the house', () => {
    t.setRules({
      dialling: { country: 'DE', internalLength: 3 },
      serverFeatures: { codes: { ...t.rules.serverFeatures.codes, 'hide-number-once': '*67' } },
    });
    t.service.dial('089 1234567', { anonymous: true, shownNumber: null });
    t.service.dial('202', { anonymous: true, shownNumber: null });
    const [outside, inside] = t.line.orders.filter(([order]) => order === 'invite');
    expect(outside).toEqual(['invite', 'c1', `*67${t.view('c1').dialled}`, plainInvite]);
    expect(inside).toEqual(['invite', 'c2', '202', { ...plainInvite, anonymous: true }]);
  });

  it('shows the number that was chosen', () => {
    t.setRules({ dialling: { shownNumber: '0892' } });
    t.service.dial('202');
    t.service.dial('202', { anonymous: null, shownNumber: '0893' });
    expect(t.line.orders.filter(([order]) => order === 'invite')).toEqual([
      ['invite', 'c1', '202', { ...plainInvite, shownNumber: '0892' }],
      ['invite', 'c2', '202', { ...plainInvite, shownNumber: '0893' }],
    ]);
  });
});

describe('an emergency call', () => {
  const inProgress = errorWith('emergency-in-progress');

  it('is dialled exactly as typed, never anonymous, and holds the others', () => {
    t.setRules({ dialling: { country: 'DE', outsidePrefix: '0', hideNumber: true, shownNumber: '0892' } });
    const other = t.talk();
    t.forgetOrders();
    const id = t.service.dial('112', { anonymous: true, shownNumber: '0893' });
    expect(t.line.orders).toEqual([
      ['invite', id, '112', plainInvite],
      ['setHold', other, true],
    ]);
    expect(t.view(id)).toMatchObject({ emergency: true, anonymous: false, dialled: '112' });
    expect(t.warnings).toContain('An emergency call is dialled');
  });

  it('knows no limit', () => {
    for (let n = 0; n < 8; n += 1) t.service.dial('202');
    expect(t.view(t.service.dial('112')).emergency).toBe(true);
  });

  it('is refused at once where there is no line, and the attempt is logged', () => {
    t.line.registration = { phase: 'signed-out' };
    expect(() => t.service.dial('112')).toThrowError(errorWith('emergency-not-registered'));
    t.service.setLine(null);
    expect(() => t.service.dial('110')).toThrowError(errorWith('emergency-not-registered'));
    expect(t.warnings.filter((message) => message === 'An emergency call is dialled')).toHaveLength(2);
  });

  it('rings on for as long as it takes', () => {
    const id = t.service.dial('112');
    t.line.say({ call: id, type: 'ringing' });
    t.clock.advance(600_000);
    expect(t.view(id).phase).toBe('ringing-out');
  });

  it('does not give way to a call that comes to stand by itself', () => {
    const slow = t.service.dial('202');
    const help = t.talk('112');
    t.forgetOrders();
    t.line.say({ call: slow, type: 'established', remote: null });
    expect(t.line.orders).toEqual([['setHold', slow, true]]);
    expect(t.view(help).hold.local).toBe(false);
  });

  it('is not transferred, parked, connected or consulted about', () => {
    t.useCodes('asterisk');
    const other = t.talk();
    const help = t.talk('112');
    expect(() => t.service.transfer(help, '202')).toThrowError(errorWith('call-verb-impossible'));
    expect(() => t.service.park(help, null)).toThrowError(errorWith('call-verb-impossible'));
    expect(() => t.service.connect(help, other)).toThrowError(errorWith('call-verb-impossible'));
    expect(() => t.service.consult(help, '202')).toThrowError(errorWith('call-verb-impossible'));
    expect(() => t.service.transfer(other, '112')).toThrowError(errorWith('call-verb-impossible'));
    expect(() => t.service.conference.join([help, other])).toThrowError(inProgress);
  });

  it('is put on hold by nothing but another one', () => {
    t.useCodes('asterisk');
    const other = t.talk();
    const consulted = t.service.consult(other, '203');
    t.line.say({ call: consulted, type: 'established', remote: null });
    t.invite('in');
    const help = t.talk('112');
    t.agreeToHolds();
    const verbs = [
      () => t.service.dial('202'),
      () => t.service.redial(),
      () => t.service.pickUp(null),
      () => t.service.consult(consulted, '202'),
      () => t.service.answer('in'),
      () => t.service.setHeld(other, false),
      () => t.service.swap(consulted),
      () => t.service.backToCaller(consulted),
      () => t.service.conference.join([other, consulted]),
    ];
    t.lastDialled = '202';
    for (const verb of verbs) expect(verb).toThrowError(inProgress);
    expect(() => t.service.setHeld(help, true)).toThrowError(errorWith('call-verb-impossible'));
    expect(t.line.orders).toEqual([]);
    t.service.dial('110');
    expect(t.line.orders).toContainEqual(['setHold', help, true]);
  });

  it('has the person for itself until it is over', () => {
    const help = t.talk('112');
    t.invite('second');
    expect(t.line.orders).toContainEqual(['reject', 'second', 486]);
    t.line.say({ call: help, type: 'terminated', by: 'remote' });
    t.invite('third');
    t.service.answer('third');
    expect(t.view('third').phase).toBe('answering');
  });

  it('is not left for a call that would have been taken by itself', () => {
    t.setRules({ calls: { autoAnswer: { on: true, allowed: ['202'], microphone: 'open' } } });
    t.invite('in', { autoAnswer: { afterSeconds: 3 } });
    const help = t.talk('112');
    t.clock.advance(10_000);
    expect([t.view('in').phase, t.view(help).hold.local]).toEqual(['ringing-in', false]);
  });
});

describe('picking up', () => {
  const ringing: DialogState = {
    id: 'd1',
    state: 'early',
    direction: 'recipient',
    remote: null,
    dialog: { callId: 'x', localTag: 'a', remoteTag: 'b' },
  };

  it('takes the dialog that rings where it is watched', () => {
    t.dialogs = { '203': ringing };
    t.service.pickUp('203');
    expect(t.line.orders).toEqual([['invite', 'c1', '203', { ...plainInvite, pickUp: ringing }]]);
  });

  it('uses the code where nothing is known, or the server hides which dialog it is', () => {
    t.useCodes('asterisk');
    t.service.pickUp('203');
    t.dialogs = { '203': { ...ringing, dialog: null } };
    t.service.pickUp('203');
    expect(t.line.orders.filter(([order]) => order === 'invite').map((order) => order[2])).toEqual(['**203', '**203']);
  });

  it('takes whatever rings in the group', () => {
    t.useCodes('asterisk');
    t.service.pickUp(null);
    expect(t.line.orders[0]?.[2]).toBe('*8');
  });

  it('says that the server does not do it, and that nothing was there', () => {
    expect(() => t.service.pickUp(null)).toThrowError(errorWith('feature-not-offered'));
    expect(() => t.service.pickUp('203')).toThrowError(errorWith('feature-not-offered'));
    t.useCodes('asterisk');
    const id = t.service.pickUp(null);
    t.line.say({ call: id, type: 'rejected', status: 480, reasonPhrase: '', cleared: false, who: null, error: null });
    expect(t.view(id).endReason).toMatchObject({ kind: 'failed', error: { code: 'pick-up-failed' } });
  });
});

describe('fetching a parked call', () => {
  it('dials what the server wants for the place', () => {
    expect(() => t.service.retrieve('701')).toThrowError(errorWith('feature-not-offered'));
    t.useCodes('asterisk');
    const id = t.service.retrieve('701');
    expect(t.line.orders[0]?.[2]).toBe('701');
    t.line.say({
      call: id,
      type: 'rejected',
      status: 404,
      reasonPhrase: '',
      cleared: false,
      who: null,
      error: { code: 'number-unknown', details: {} },
    });
    expect(t.view(id).endReason).toMatchObject({ kind: 'failed', error: { code: 'retrieve-failed' } });
  });
});
