import { beforeEach, describe, expect, it } from 'vitest';
import { CallFixture } from '#test/support/calls/call-fixture.ts';
import { errorWith } from '#test/support/calls/error-with.ts';

let t: CallFixture;
beforeEach(() => {
  t = new CallFixture();
});

/** So many calls in one conference. */
function conference(count = 2): string[] {
  const calls = Array.from({ length: count }, (_, n) => t.talk(`20${n + 1}`));
  t.agreeToHolds();
  t.service.conference.join(calls);
  t.agreeToHolds();
  return calls;
}

describe('a conference', () => {
  it('mixes the calls that are joined, and takes them off hold', () => {
    const one = t.talk();
    const other = t.talk('202');
    t.agreeToHolds();
    t.service.conference.join([one, other]);
    expect(t.line.orders).toEqual([['setHold', one, false]]);
    expect(t.media.orders).toEqual([['setConference', one, other]]);
    expect(t.service.views().every(({ inConference }) => inConference)).toBe(true);
  });

  it('joins a consultation with its caller, also while it still rings', () => {
    const caller = t.talk();
    const consulted = t.service.consult(caller, '202');
    t.line.say({ call: consulted, type: 'ringing' });
    t.agreeToHolds();
    t.service.conference.join([caller, consulted]);
    expect(t.line.orders).toEqual([['setHold', caller, false]]);
    expect(t.media.conference).toEqual([]);
    t.agreeToHolds();
    t.line.say({ call: consulted, type: 'established', remote: null });
    expect(t.media.conference.map(({ peer }) => peer)).toEqual([caller, consulted]);
    expect(t.view(caller).hold.local).toBe(false);
    expect(t.line.orders).toEqual([]);
  });

  it('takes one more', () => {
    const members = conference();
    const third = t.talk('203');
    expect(t.media.conference).toEqual([]);
    t.agreeToHolds();
    t.service.conference.join([third]);
    expect(t.media.conference.map(({ peer }) => peer)).toEqual([...members, third]);
  });

  it('needs two calls that are there', () => {
    const one = t.talk();
    t.invite('in');
    expect(() => t.service.conference.join([one])).toThrowError(errorWith('conference-impossible'));
    expect(() => t.service.conference.join([one, 'in'])).toThrowError(errorWith('conference-impossible'));
    expect(() => t.service.conference.join([one, 'gone'])).toThrowError(errorWith('call-unknown'));
    expect(() => t.service.conference.setMuted(true)).toThrowError(errorWith('conference-impossible'));
  });

  it('goes on hold as a whole when another call is answered, and comes back as a whole', () => {
    const members = conference();
    t.invite('in');
    t.service.answer('in');
    expect(t.line.orders.filter(([order]) => order === 'setHold')).toEqual(members.map((id) => ['setHold', id, true]));
    t.line.say({ call: 'in', type: 'established', remote: null });
    t.agreeToHolds();
    t.service.setHeld(members[0] ?? '', false);
    expect(t.line.orders).toContainEqual(['setHold', members[0], false]);
    expect(t.line.orders).toContainEqual(['setHold', members[1], false]);
    expect(t.line.orders).toContainEqual(['setHold', 'in', true]);
  });

  it('silences a member, and one whose far end plays music', () => {
    const [one = '', other = ''] = conference();
    t.service.conference.setSilenced(one, true);
    expect(t.media.conference).toEqual([
      { peer: one, silenced: true },
      { peer: other, silenced: false },
    ]);
    t.line.say({ call: other, type: 'remote-hold-changed', held: true });
    expect(t.media.conference).toContainEqual({ peer: other, silenced: true });
    expect(() => t.service.conference.setSilenced('gone', true)).toThrowError(errorWith('call-unknown'));
  });

  it('holds and mutes all at once', () => {
    const members = conference();
    t.service.conference.setMuted(true);
    expect(t.service.views().every(({ muted }) => muted)).toBe(true);
    t.service.conference.setHeld(true);
    expect(t.line.orders).toEqual(members.map((id) => ['setHold', id, true]));
    expect(t.media.conference).toEqual([]);
  });

  it('lets a member go on alone, on hold, while the others talk', () => {
    const [one = '', two = '', three = ''] = conference(3);
    t.service.conference.remove(two);
    expect(t.line.orders).toEqual([['setHold', two, true]]);
    expect(t.view(two).inConference).toBe(false);
    expect(t.media.conference.map(({ peer }) => peer)).toEqual([one, three]);
  });

  it('is over when one is left', () => {
    const [one = '', other = ''] = conference();
    t.line.say({ call: one, type: 'terminated', by: 'remote' });
    expect(t.view(other)).toMatchObject({ inConference: false, phase: 'connected' });
    expect(t.media.conference).toEqual([]);
    expect(t.line.orders).toEqual([]);
  });

  it('is declared anew when a repair changes a peer connection, and not with peers that died', () => {
    const [one = '', other = ''] = conference();
    t.media.lost.fire({ peers: [one, other] });
    t.forgetOrders();
    t.line.changePeer(one, 'one~2');
    expect(t.media.orders.filter(([order]) => order === 'setConference')).toEqual([]);
    t.line.changePeer(other, 'other~2');
    expect(t.media.conference.map(({ peer }) => peer)).toEqual(['one~2', 'other~2']);
  });

  it('says on every card when it cannot be mixed', async () => {
    t.media.setConference = () => Promise.reject(new Error('no worklet'));
    const [one = ''] = conference();
    await Promise.resolve();
    await Promise.resolve();
    expect(t.view(one).trouble).not.toBeNull();
  });

  it('ends for all', () => {
    const members = conference();
    t.service.conference.end();
    expect(t.line.orders).toEqual(members.map((id) => ['hangUp', id]));
  });
});

describe('leaving a conference', () => {
  it('connects the two others with each other', () => {
    const [one = '', other = ''] = conference();
    t.service.conference.leave();
    expect(t.line.orders).toEqual([['refer', one, { kind: 'attended', call: other }]]);
    t.line.say({ call: one, type: 'transfer-accepted' });
    t.line.say({ call: other, type: 'terminated', by: 'remote' });
    t.line.say({ call: one, type: 'transfer-succeeded' });
    t.line.say({ call: one, type: 'closed' });
    expect(t.journal.entries).toMatchObject([
      { id: other, outcome: 'transferred' },
      { id: one, outcome: 'transferred' },
    ]);
  });

  it('stays with them when the server cannot, and says so', () => {
    const [one = '', other = ''] = conference();
    t.service.conference.leave();
    t.line.say({ call: one, type: 'transfer-failed', error: { code: 'transfer-refused', details: {} } });
    expect(t.view(one)).toMatchObject({ inConference: true, trouble: { code: 'transfer-refused' } });
    expect(t.view(other).inConference).toBe(true);
    expect(t.media.conference.map(({ peer }) => peer)).toEqual([one, other]);
  });

  it('is impossible with more, who would not hear each other', () => {
    conference(3);
    expect(() => t.service.conference.leave()).toThrowError(errorWith('conference-impossible'));
    expect(t.service.views()).toHaveLength(3);
  });
});
