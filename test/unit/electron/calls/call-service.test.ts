import { beforeEach, describe, expect, it } from 'vitest';
import { endedCardMs, failedCardMs } from '#electron/calls/farewells.ts';
import type { MediaStats } from '#shared/media/media.ts';
import { CallFixture } from '#test/support/calls/call-fixture.ts';
import { plainInvite } from '#test/support/calls/fake-line.ts';

const noSound: MediaStats = {
  codec: 'Opus',
  clockRate: 48_000,
  pair: null,
  roundTripMs: 20,
  jitterMs: 2,
  lossShare: 0,
  packetsReceived: 0,
  reportsReceived: 0,
  connected: true,
  pathAnswers: true,
  mayPause: false,
  localAddress: null,
  packetsSent: 0,
  inboundLevel: 0,
  outboundLevel: 0,
};

describe('the call service', () => {
  let t: CallFixture;
  beforeEach(() => {
    t = new CallFixture();
  });

  it('dials, names the callee from the own contacts, and writes the call down when it ends', () => {
    const id = t.service.dial('201');
    expect(t.line.orders).toEqual([['invite', id, '201', plainInvite]]);
    t.line.say({ call: id, type: 'ringing' });
    t.line.say({ call: id, type: 'established', remote: null });
    expect(t.view(id)).toMatchObject({ phase: 'connected', remote: { displayName: 'Anna Weber', number: '201' } });
    t.clock.advance(65_000);
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    expect(t.journal.entries).toMatchObject([{ id, outcome: 'answered', talkMs: 65_000, endedBy: 'remote', name: 'Anna Weber' }]);
  });

  it('keeps the card of a failed call until its next step can be read', () => {
    const id = t.service.dial('9999');
    const error = { code: 'number-unknown', details: { number: '9999' } } as const;
    t.line.say({ call: id, type: 'rejected', status: 404, reasonPhrase: 'Not Found', cleared: false, who: null, error });
    t.clock.advance(endedCardMs);
    expect(t.view(id).endReason).toEqual({ kind: 'failed', error });
    t.clock.advance(failedCardMs - endedCardMs);
    expect(t.service.views()).toEqual([]);
  });

  it('keeps the card of an ended call for a moment, then forgets everything about it', () => {
    const id = t.service.dial('9999');
    t.line.say({ call: id, type: 'rejected', status: 486, reasonPhrase: 'Busy Here', cleared: false, who: null, error: null });
    expect(t.view(id)).toMatchObject({ phase: 'ended', endReason: { kind: 'busy', who: null } });
    expect(t.media.orders).toContainEqual(['startTone', `${id} farewell`, 'busy']);
    t.clock.advance(endedCardMs);
    expect(t.service.views()).toEqual([]);
    expect(t.media.orders).toContainEqual(['stopTone', `${id} farewell`]);
    expect(t.clock.pendingCount).toBe(0);
  });

  it('rings for a call, answers it, and holds the one before', () => {
    const first = t.service.dial('201');
    t.line.say({ call: first, type: 'established', remote: null });
    t.invite('in');
    expect(t.media.orders).toContainEqual(['startTone', 'in', 'call-waiting']);
    t.service.answer('in');
    expect(t.line.orders).toContainEqual(['setHold', first, true]);
    expect(t.line.orders).toContainEqual(['accept', 'in']);
    expect(t.media.orders).toContainEqual(['stopTone', 'in']);
    expect(t.media.orders).toContainEqual(['startAudio', 'in']);
  });

  it('tells the ninth caller that the line is busy, and shows nothing', () => {
    for (let n = 0; n < 8; n += 1) t.invite(`in${n}`);
    t.invite('ninth');
    expect(t.line.orders).toContainEqual(['reject', 'ninth', 486]);
    expect(t.service.views()).toHaveLength(8);
  });

  it.each([
    ['when not registered', 'not-registered', (u: CallFixture) => (u.line.registration = { phase: 'signed-out' }), '201'],
    ['when signed out', 'not-signed-in', (u: CallFixture) => u.service.setLine(null), '201'],
    ['for a name', 'number-invalid', () => undefined, 'Anna'],
  ] as const)('refuses to dial %s', (_when, code, arrange, typed) => {
    arrange(t);
    expect(() => t.service.dial(typed)).toThrowError(expect.objectContaining({ code }));
    expect(t.service.views()).toEqual([]);
  });

  it('refuses a verb that is impossible now, and one for a call that is gone', () => {
    const id = t.service.dial('201');
    expect(() => t.service.answer(id)).toThrowError(expect.objectContaining({ code: 'call-verb-impossible' }));
    expect(() => t.service.hangUp('gone')).toThrowError(expect.objectContaining({ code: 'call-unknown' }));
  });

  it('repairs a call whose media window died, on the new peer connection and with the mute kept', () => {
    const id = t.service.dial('201');
    t.line.say({ call: id, type: 'established', remote: null });
    t.service.setMuted(id, true);
    t.media.lost.fire({ peers: [id] });
    expect(t.view(id).repairingSince).not.toBeNull();
    expect(t.line.orders).toContainEqual(['repair', id, 'renegotiate']);
    t.media.orders.length = 0;
    t.line.changePeer(id, 'peer-2');
    t.line.say({ call: id, type: 'repair-negotiated', strategy: 'renegotiate' });
    expect(t.media.orders).toEqual([
      ['startAudio', 'peer-2'],
      ['setMuted', 'peer-2', true],
    ]);
    t.media.peerState.fire({ peer: 'peer-2', state: 'connected' });
    expect(t.view(id)).toMatchObject({ phase: 'connected', repairingSince: null, muted: true });
  });

  it('takes the call over when sound does not come back in time', () => {
    const id = t.service.dial('201');
    t.line.say({ call: id, type: 'established', remote: null });
    t.media.lost.fire({ peers: [id] });
    t.line.say({ call: id, type: 'repair-negotiated', strategy: 'renegotiate' });
    t.clock.advance(2_000);
    expect(t.line.orders).toContainEqual(['repair', id, 'replace']);
  });

  it('shows codec and quality once a second', async () => {
    const id = t.service.dial('201');
    t.line.say({ call: id, type: 'established', remote: null });
    t.clock.advance(0);
    await Promise.resolve();
    await Promise.resolve();
    expect(t.view(id)).toMatchObject({ codec: 'Opus', quality: 'good' });
  });

  it('says when the far end cannot hear us, and when it can again', () => {
    const id = t.service.dial('201');
    t.line.say({ call: id, type: 'established', remote: null });
    t.media.microphoneFailed.fire({ peer: id, error: { code: 'microphone-missing', details: {} } });
    expect(t.view(id).microphoneError?.code).toBe('microphone-missing');
    t.media.microphoneRecovered.fire({ peer: id });
    expect(t.view(id).microphoneError).toBeNull();
  });

  it('takes a held call back and puts the one in hand on hold', () => {
    const first = t.talk();
    const second = t.talk('202');
    t.agreeToHolds();
    t.service.swap(first);
    expect(t.line.orders).toEqual([
      ['setHold', first, false],
      ['setHold', second, true],
    ]);
    t.agreeToHolds();
    expect(() => t.service.swap(first)).toThrowError(expect.objectContaining({ code: 'call-verb-impossible' }));
  });

  it('keeps the mute of each call', () => {
    const first = t.talk();
    t.service.setMuted(first, true);
    const second = t.talk('202');
    expect([t.view(first).muted, t.view(second).muted]).toEqual([true, false]);
  });

  it('mutes a far end that does not go on hold while another is in hand, and says so', () => {
    const first = t.talk();
    const second = t.talk('202');
    t.line.say({ call: first, type: 'local-hold-failed', held: true, error: { code: 'call-refused', details: { status: 488 } } });
    expect(t.view(first)).toMatchObject({ muted: true, hold: { local: false }, trouble: { code: 'call-verb-impossible' } });
    expect(t.view(second)).toMatchObject({ muted: false, hold: { local: false } });
  });

  it.each(['rtp', 'info'] as const)('sends digits by %s where the settings say so', (dtmf) => {
    t.setRules({ dialling: { dtmf } });
    const id = t.talk();
    t.service.sendDtmf(id, '12#');
    expect(t.line.orders.at(-1)).toEqual(['sendDtmf', id, '12#', dtmf]);
    t.line.say({ call: id, type: 'digits-failed', digits: '12#', error: { code: 'digits-not-sent', details: { digits: '12#' } } });
    expect(t.view(id)).toMatchObject({ sentDigits: '', trouble: { code: 'digits-not-sent' } });
  });

  it('shows whoever is there now, and a server conference with its people', () => {
    const id = t.talk('202');
    t.line.say({ call: id, type: 'remote-changed', remote: { displayName: '', number: '201', uri: 'sip:201@office.test' } });
    expect(t.view(id).remote.displayName).toBe('Anna Weber');
    const roster = { subject: 'Weekly', participants: [] };
    t.line.say({ call: id, type: 'roster-changed', roster });
    expect(t.view(id).roster).toEqual(roster);
  });

  it('judges the sound over the whole conversation, without the music', async () => {
    const id = t.talk();
    await t.clock.advanceAsync(10_000);
    t.media.stats = () => Promise.resolve({ ...noSound, lossShare: 0.5, packetsReceived: 10 });
    t.service.setHeld(id, true);
    t.agreeToHolds();
    await t.clock.advanceAsync(30_000);
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    expect(t.journal.entries).toMatchObject([{ quality: 'good' }]);
  });

  it('ends every call for a sign-out', () => {
    const first = t.talk();
    const second = t.service.dial('202');
    t.service.hangUpAll();
    expect(t.line.orders.slice(-2)).toEqual([
      ['hangUp', first],
      ['hangUp', second],
    ]);
    expect(t.service.hasLiveCalls).toBe(false);
  });

  it('leaves no timer and no listener behind', () => {
    const id = t.service.dial('201');
    t.line.say({ call: id, type: 'established', remote: null });
    t.service.dispose();
    expect(t.clock.pendingCount).toBe(0);
    expect(t.line.listenerCount).toBe(0);
    const { peerState, lost, microphoneFailed, microphoneRecovered, recordingFailed } = t.media;
    const emitters = [peerState, lost, microphoneFailed, microphoneRecovered, recordingFailed, t.recordings.failed];
    expect(emitters.map(({ listenerCount }) => listenerCount)).toEqual(emitters.map(() => 0));
  });
});
