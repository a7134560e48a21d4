import { beforeEach, describe, expect, it } from 'vitest';
import { emergencyCallbackMs } from '#shared/calls/admission.ts';
import { ben, CallFixture } from '#test/support/calls/call-fixture.ts';
import { errorWith } from '#test/support/calls/error-with.ts';

const centre = { displayName: '', number: '112', uri: 'sip:112@office.test' };

let t: CallFixture;
beforeEach(() => {
  t = new CallFixture();
});

describe('a call that comes', () => {
  it('is named by the own contacts, also whoever sent it and whom it was for', () => {
    const anna = { displayName: 'Reception', number: '201', uri: 'sip:201@office.test' };
    t.invite('in', { redirectedBy: anna, calledAs: { displayName: 'Support', number: '600', uri: '' } });
    expect(t.view('in')).toMatchObject({
      redirectedBy: { displayName: 'Anna Weber' },
      calledAs: { displayName: 'Support' },
      phase: 'ringing-in',
    });
    t.line.say({ call: 'in', type: 'cancelled', answeredElsewhere: true, who: anna });
    expect(t.view('in').endReason).toEqual({ kind: 'answered-elsewhere', who: { ...anna, displayName: 'Anna Weber' } });
    expect(t.journal.entries).toMatchObject([{ outcome: 'answered-elsewhere', party: 'Anna Weber', via: 'Anna Weber', unseen: false }]);
  });

  it('is noted before anybody answers', () => {
    t.invite('in');
    expect(t.journal.drafts).toMatchObject([{ id: 'in', outcome: 'missed', number: '202' }]);
  });

  it('hears busy during a call when the person wants no second one; the call list has it', () => {
    t.setRules({ calls: { callWaiting: false } });
    t.talk();
    t.forgetOrders();
    t.invite('in');
    expect(t.line.orders).toEqual([['reject', 'in', 486]]);
    expect(t.service.views().map(({ id }) => id)).toEqual(['c1']);
    t.line.say({ call: 'in', type: 'closed' });
    expect(t.journal.entries).toMatchObject([{ id: 'in', outcome: 'missed', unseen: true }]);
  });

  it('is not let through while nobody is to be disturbed', () => {
    t.setRules({ availability: { doNotDisturb: true } });
    t.invite('in');
    expect(t.line.orders).toEqual([['reject', 'in', 480]]);
    expect(t.media.orders).toEqual([]);
    t.line.say({ call: 'in', type: 'closed' });
    expect(t.journal.entries).toMatchObject([{ outcome: 'not-disturbed' }]);
    expect(t.clock.pendingCount).toBe(0);
  });

  it('is sent on by a rule, to the number as it is dialled', () => {
    t.setRules({ availability: { always: { on: true, target: '089 / 123-456' } } });
    t.invite('in');
    expect(t.line.orders).toEqual([['redirect', 'in', '089123456', 'unconditional']]);
    t.line.say({ call: 'in', type: 'closed' });
    expect(t.journal.entries).toMatchObject([{ outcome: 'forwarded', party: '089123456', endedBy: 'local' }]);
  });

  it('rings when the rule leads nowhere, and says so in the log', () => {
    t.setRules({ availability: { always: { on: true, target: 'Anna' } } });
    t.invite('in');
    expect(t.view('in').phase).toBe('ringing-in');
    expect(t.warnings).toContain('A forwarding has no number that can be dialled');
  });

  it('is sent on when nobody takes it', () => {
    t.setRules({ availability: { noAnswer: { on: true, target: '203' }, noAnswerAfterSeconds: 10 } });
    t.invite('in');
    t.clock.advance(9_999);
    expect(t.view('in').phase).toBe('ringing-in');
    t.clock.advance(1);
    expect(t.line.orders).toContainEqual(['redirect', 'in', '203', 'no-answer']);
    expect(t.media.orders).toContainEqual(['stopTone', 'in']);
  });

  it('is sent on by hand', () => {
    t.invite('in');
    t.service.deflect('in', '203');
    expect(t.line.orders).toContainEqual(['redirect', 'in', '203', 'deflection']);
    expect(() => t.service.deflect('in', '204')).toThrowError(errorWith('call-verb-impossible'));
  });

  it.each([
    ['declined', 603],
    ['busy', 486],
    ['unavailable', 480],
  ] as const)('is declined as %s', (as, status) => {
    t.invite('in');
    t.service.decline('in', as);
    expect(t.line.orders).toContainEqual(['reject', 'in', status]);
  });
});

describe('a reply by message', () => {
  it('declines and sends the text', () => {
    t.invite('in');
    t.service.reply('in', 'I call back at noon.');
    expect(t.line.orders.slice(-2)).toEqual([
      ['reject', 'in', 603],
      ['sendMessage', ben.uri, 'I call back at noon.'],
    ]);
    expect(t.notices).toEqual([]);
  });

  it('that is not delivered becomes a notice', async () => {
    t.line.deliversMessages = false;
    t.invite('in');
    t.service.reply('in', 'Later.');
    await Promise.resolve();
    await Promise.resolve();
    expect(t.notices).toEqual([{ code: 'message-not-delivered', details: { name: 'Ben K.' } }]);
  });
});

describe('a call that is taken by itself', () => {
  beforeEach(() => {
    t.setRules({ calls: { autoAnswer: { on: true, allowed: ['202'], microphone: 'muted' } } });
  });

  it('is announced by a tone, and says that it is muted', () => {
    t.invite('in', { autoAnswer: { afterSeconds: 0 } });
    expect(t.media.orders).toEqual([]);
    t.clock.advance(0);
    expect(t.media.orders).toEqual([
      ['startTone', 'in auto-answer', 'auto-answer'],
      ['setMuted', 'in', true],
      ['startAudio', 'in'],
    ]);
    expect(t.line.orders).toContainEqual(['accept', 'in']);
    expect(t.view('in')).toMatchObject({ autoAnswered: true, muted: true });
  });

  it('rings like any other when another call was dialled meanwhile', () => {
    t.invite('in', { autoAnswer: { afterSeconds: 0 } });
    t.talk();
    t.clock.advance(0);
    expect(t.view('in')).toMatchObject({ phase: 'ringing-in', autoAnswered: false });
    expect(t.media.orders).toContainEqual(['startTone', 'in', 'call-waiting']);
  });

  it('is not for anybody else', () => {
    t.invite('in', { autoAnswer: { afterSeconds: 0 }, remote: { displayName: '', number: '204', uri: '' } });
    t.clock.advance(60_000);
    expect(t.view('in').phase).toBe('ringing-in');
  });
});

describe('an emergency centre that calls back', () => {
  beforeEach(() => {
    t.setRules({ availability: { doNotDisturb: true, always: { on: true, target: '203' } }, calls: { callWaiting: false } });
  });

  it('rings whatever the person has set, for half an hour behind the call', () => {
    const help = t.talk('112');
    t.clock.advance(600_000);
    t.line.say({ call: help, type: 'terminated', by: 'remote' });
    t.clock.advance(emergencyCallbackMs - 1);
    t.invite('in', { remote: centre });
    expect(t.view('in').phase).toBe('ringing-in');
  });

  it('is marked, and may be answered during another emergency call', () => {
    t.talk('112');
    t.invite('in', { remote: centre });
    expect(t.view('in')).toMatchObject({ phase: 'ringing-in', emergency: true, direction: 'incoming' });
    t.service.answer('in');
    t.line.say({ call: 'in', type: 'established', remote: null });
    expect(() => t.service.dial('202')).toThrowError(errorWith('emergency-in-progress'));
    t.line.say({ call: 'in', type: 'terminated', by: 'remote' });
    expect(t.journal.entries).toMatchObject([{ direction: 'incoming', emergency: true, outcome: 'answered' }]);
  });

  it('rings also when this computer was started anew meanwhile', () => {
    t.clock.advance(100_000_000);
    t.lastEmergencyAt = t.clock.wallMs() - emergencyCallbackMs;
    t.invite('in', { remote: centre });
    expect(t.view('in').phase).toBe('ringing-in');
    t.clock.advance(1);
    t.invite('late', { remote: centre });
    expect(t.line.orders).toContainEqual(['redirect', 'late', '203', 'unconditional']);
  });

  it('does not lengthen that time by calling', () => {
    const help = t.talk('112');
    t.line.say({ call: help, type: 'terminated', by: 'remote' });
    t.clock.advance(emergencyCallbackMs - 60_000);
    t.invite('in', { remote: centre });
    t.line.say({ call: 'in', type: 'cancelled', answeredElsewhere: false, who: null });
    t.clock.advance(120_000);
    t.invite('late', { remote: centre });
    expect(t.line.orders).toContainEqual(['redirect', 'late', '203', 'unconditional']);
  });

  it('is one of many callers when we have called none, or long ago', () => {
    t.invite('first', { remote: centre });
    expect(t.line.orders).toEqual([['redirect', 'first', '203', 'unconditional']]);
    const help = t.talk('112');
    t.line.say({ call: help, type: 'terminated', by: 'remote' });
    t.clock.advance(emergencyCallbackMs + 10_000);
    t.invite('second', { remote: centre });
    expect(t.line.orders).toContainEqual(['redirect', 'second', '203', 'unconditional']);
  });
});
