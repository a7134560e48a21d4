import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { type Caller, ScriptedPeer } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
let far: Caller;
beforeEach(async () => {
  peer = new ScriptedPeer();
  ({ far } = await peer.establish());
  peer.events.length = 0;
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

function send(digits: string, by: 'rtp' | 'info'): void {
  peer.calls.get('c1')?.sendDtmf(digits, by);
}

describe('digits by INFO', () => {
  it('go one after the other, each after the answer to the one before', async () => {
    send('1#', 'info');
    send('a', 'info');
    const first = await peer.take('INFO');
    expect([first.header('Content-Type'), first.body]).toEqual(['application/dtmf-relay', 'Signal=1\r\nDuration=160\r\n']);
    expect(await peer.untaken()).toEqual([]);
    peer.respond(first, 200);
    const second = await peer.take('INFO');
    expect(second.body).toContain('Signal=#');
    peer.respond(second, 200);
    const third = await peer.take('INFO');
    expect(third.body).toContain('Signal=A');
    peer.respond(third, 200);
    expect(peer.events).toEqual([]);
  });

  it('wait at a comma', async () => {
    send('1,2', 'info');
    peer.respond(await peer.take('INFO'), 200);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(2_000);
    expect((await peer.take('INFO')).body).toContain('Signal=2');
  });

  it.each([415, 469, 501])('that are refused with %i are told, with those behind them', async (status) => {
    send('12', 'info');
    peer.respond(await peer.take('INFO'), 200);
    send('3', 'info');
    peer.respond(await peer.take('INFO'), status);
    expect(peer.events).toEqual([
      { call: 'c1', type: 'digits-failed', digits: '23', error: { code: 'digits-not-sent', details: { status, digits: '23' } } },
    ]);
    expect(await peer.untaken()).toEqual([]);
  });

  it('need a call that stands', async () => {
    peer.dial('c2', '203');
    await peer.take('INVITE');
    peer.calls.get('c2')?.sendDtmf('5', 'info');
    expect(await peer.untaken()).toEqual([]);
    expect(peer.events).toMatchObject([{ call: 'c2', type: 'digits-failed', digits: '5' }]);
  });

  it('end with the call', async () => {
    send('1,2', 'info');
    peer.respond(await peer.take('INFO'), 200);
    far.send('BYE');
    await peer.take('200');
    await peer.clock.advanceAsync(2_000);
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual(['terminated']);
  });
});

describe('digits as telephone events', () => {
  it('are the media side’s', () => {
    send('12', 'rtp');
    expect(peer.media.log.at(-1)).toBe('dtmf c1 12');
  });

  it('that nobody takes are told', async () => {
    peer.media.sendDtmf = () => Promise.reject(new AppError('media-failed', { details: { what: 'no telephone events' } }));
    send('12', 'rtp');
    await peer.settle();
    expect(peer.events).toMatchObject([
      { type: 'digits-failed', digits: '12', error: { code: 'digits-not-sent', details: { digits: '12' } } },
    ]);
  });
});
