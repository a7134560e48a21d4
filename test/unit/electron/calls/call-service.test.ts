import { beforeEach, describe, expect, it } from 'vitest';
import { CallService } from '#electron/calls/call-service.ts';
import { endedCardMs, failedCardMs } from '#electron/calls/farewells.ts';
import type { CallView } from '#shared/calls/call.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { FakeLine } from '#test/support/calls/fake-line.ts';
import { FakeMediaPort } from '#test/support/calls/fake-media-port.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const ben = { displayName: 'Ben K.', number: '202', uri: 'sip:202@office.test' };

function setUp() {
  const line = new FakeLine();
  const media = new FakeMediaPort();
  const clock = new VirtualClock();
  const history: HistoryEntry[] = [];
  let count = 0;
  const service = new CallService({
    media,
    clock,
    logger: silentLogger,
    newCallId: () => `c${++count}`,
    ringVolume: () => 0.8,
    nameOf: (number) => (number === '201' ? 'Anna Weber' : undefined),
    writeHistory: (entry) => history.push(entry),
  });
  service.start();
  service.setLine(line);
  const view = (id: string): CallView => {
    const found = service.views().find((call) => call.id === id);
    if (found === undefined) throw new Error(`no call ${id}`);
    return found;
  };
  return { line, media, clock, history, service, view };
}

describe('the call service', () => {
  let t: ReturnType<typeof setUp>;
  beforeEach(() => {
    t = setUp();
  });

  it('dials, names the callee from the own contacts, and writes the call down when it ends', () => {
    const id = t.service.dial('201');
    expect(t.line.orders).toEqual([['invite', id, '201']]);
    t.line.say({ call: id, type: 'ringing' });
    t.line.say({ call: id, type: 'established', remote: null });
    expect(t.view(id)).toMatchObject({ phase: 'connected', remote: { displayName: 'Anna Weber', number: '201' } });
    t.clock.advance(65_000);
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    expect(t.history).toMatchObject([{ id, outcome: 'answered', talkMs: 65_000, endedBy: 'remote', name: 'Anna Weber' }]);
  });

  it('keeps the card of a failed call until its next step can be read', () => {
    const id = t.service.dial('9999');
    const error = { code: 'number-unknown', details: { number: '9999' } } as const;
    t.line.say({ call: id, type: 'rejected', status: 404, reasonPhrase: 'Not Found', error });
    t.clock.advance(endedCardMs);
    expect(t.view(id).endReason).toEqual({ kind: 'failed', error });
    t.clock.advance(failedCardMs - endedCardMs);
    expect(t.service.views()).toEqual([]);
  });

  it('keeps the card of an ended call for a moment, then forgets everything about it', () => {
    const id = t.service.dial('9999');
    t.line.say({ call: id, type: 'rejected', status: 486, reasonPhrase: 'Busy Here', error: null });
    expect(t.view(id)).toMatchObject({ phase: 'ended', endReason: { kind: 'busy' } });
    expect(t.media.orders).toContainEqual(['startTone', `${id} farewell`, 'busy']);
    t.clock.advance(endedCardMs);
    expect(t.service.views()).toEqual([]);
    expect(t.media.orders).toContainEqual(['stopTone', `${id} farewell`]);
    expect(t.clock.pendingCount).toBe(0);
  });

  it('rings for a call, answers it, and holds the one before', () => {
    const first = t.service.dial('201');
    t.line.say({ call: first, type: 'established', remote: null });
    t.line.say({ call: 'in', type: 'invite-received', remote: ben, redirectedBy: null, hasOffer: true });
    expect(t.media.orders).toContainEqual(['startTone', 'in', 'call-waiting']);
    t.service.answer('in');
    expect(t.line.orders).toContainEqual(['setHold', first, true]);
    expect(t.line.orders).toContainEqual(['accept', 'in']);
    expect(t.media.orders).toContainEqual(['stopTone', 'in']);
    expect(t.media.orders).toContainEqual(['startAudio', 'in']);
  });

  it('tells the ninth caller that the line is busy, and shows nothing', () => {
    for (let n = 0; n < 8; n += 1) t.line.say({ call: `in${n}`, type: 'invite-received', remote: ben, redirectedBy: null, hasOffer: true });
    t.line.say({ call: 'ninth', type: 'invite-received', remote: ben, redirectedBy: null, hasOffer: true });
    expect(t.line.orders).toContainEqual(['reject', 'ninth', 486]);
    expect(t.service.views()).toHaveLength(8);
  });

  it.each([
    ['when not registered', 'not-registered', (u: ReturnType<typeof setUp>) => (u.line.registration = { phase: 'signed-out' }), '201'],
    ['when signed out', 'not-signed-in', (u: ReturnType<typeof setUp>) => u.service.setLine(null), '201'],
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

  it('leaves no timer and no listener behind', () => {
    const id = t.service.dial('201');
    t.line.say({ call: id, type: 'established', remote: null });
    t.service.dispose();
    expect(t.clock.pendingCount).toBe(0);
    expect(t.line.listenerCount).toBe(0);
    expect(t.media.peerState.listenerCount + t.media.lost.listenerCount + t.media.microphoneFailed.listenerCount).toBe(0);
  });
});
