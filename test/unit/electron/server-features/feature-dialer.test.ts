import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeatureDialer } from '#electron/server-features/feature-dialer.ts';
import type { SipCallEvent } from '#electron/sip/sip-line.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { FakeLine } from '#test/support/calls/fake-line.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

describe('codes of the server', () => {
  let line: FakeLine;
  let clock: VirtualClock;
  let dialer: FeatureDialer;
  let calls = 0;
  beforeEach(() => {
    line = new FakeLine();
    clock = new VirtualClock();
    calls = 0;
    dialer = new FeatureDialer({
      codes: () => featureCodePresets.asterisk.codes,
      newCallId: () => `code-${++calls}`,
      clock,
      logger: silentLogger,
    });
    dialer.setLine(line);
  });
  afterEach(() => {
    dialer.dispose();
    expect([clock.pendingCount, line.listenerCount]).toEqual([0, 0]);
  });

  const hangUps = () => line.orders.filter(([order]) => order === 'hangUp').length;

  it('are dialled exactly, and done when the server answers', async () => {
    const done = dialer.dial('forward-always-on', { number: '203' });
    expect(line.orders).toEqual([['invite', 'code-1', '*72203', { anonymous: false, shownNumber: null, referral: null, pickUp: null }]]);
    line.say({ call: 'other', type: 'rejected', status: 486, reasonPhrase: '', cleared: false, who: null, error: null });
    line.say({ call: 'code-1', type: 'trying' });
    line.say({ call: 'code-1', type: 'early-media' });
    line.say({ call: 'code-1', type: 'established', remote: null });
    await done;
    line.say({ call: 'code-1', type: 'terminated', by: 'remote' });
    expect([hangUps(), clock.pendingCount]).toEqual([0, 0]);
  });

  it('are hung up when the server goes on talking', async () => {
    const done = dialer.dial('do-not-disturb-on');
    line.say({ call: 'code-1', type: 'established', remote: null });
    await done;
    clock.advance(4_999);
    expect(hangUps()).toBe(0);
    clock.advance(1);
    expect(hangUps()).toBe(1);
    line.say({ call: 'code-1', type: 'closed' });
    clock.advance(60_000);
    expect(hangUps()).toBe(1);
  });

  it.each<[SipCallEvent, object]>([
    [
      { call: 'code-1', type: 'rejected', status: 404, reasonPhrase: 'Not Found', cleared: false, who: null, error: null },
      { code: 'feature-refused', details: { code: '*78', status: 404 } },
    ],
    [
      { call: 'code-1', type: 'terminated', by: 'network' },
      { code: 'feature-refused', details: { status: 487 } },
    ],
    [{ call: 'code-1', type: 'failed', error: { code: 'media-failed', details: {} } }, { code: 'media-failed' }],
  ])('are refused: %j', async (event, error) => {
    const done = dialer.dial('do-not-disturb-on');
    line.say(event);
    await expect(done).rejects.toMatchObject(error);
  });

  it('are given up when the server does not answer', async () => {
    const done = dialer.dial('do-not-disturb-on');
    clock.advance(15_000);
    await expect(done).rejects.toMatchObject({ code: 'feature-refused', details: { code: '*78', status: 408 } });
    expect(hangUps()).toBe(1);
  });

  it('need a code, a line, and its registration', async () => {
    expect([dialer.offers('park'), dialer.offers('callback')]).toEqual([true, false]);
    await expect(dialer.dial('callback')).rejects.toMatchObject({ code: 'feature-not-offered', details: { feature: 'callback' } });
    line.setRegistration({ phase: 'signed-out' });
    await expect(dialer.dial('park')).rejects.toMatchObject({ code: 'not-registered' });
    dialer.setLine(null);
    await expect(dialer.dial('park')).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(line.orders).toEqual([]);
  });

  it('fail with their line', async () => {
    const done = dialer.dial('do-not-disturb-on');
    dialer.setLine(new FakeLine());
    await expect(done).rejects.toMatchObject({ code: 'not-registered' });
  });

  it('end with the app', async () => {
    const done = dialer.dial('do-not-disturb-on');
    dialer.dispose();
    await expect(done).rejects.toMatchObject({ code: 'not-registered' });
    expect(hangUps()).toBe(1);
  });
});
