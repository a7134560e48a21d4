import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { type Caller, ScriptedPeer, type Sent } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
beforeEach(() => {
  peer = new ScriptedPeer();
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

const withUpdate = 'Allow: INVITE, ACK, BYE, UPDATE';

async function calling(...headers: string[]): Promise<{ invite: Sent; far: Caller }> {
  const call = await peer.establish('c1', headers);
  peer.events.length = 0;
  return call;
}

async function called(...headers: string[]): Promise<{ id: string; far: Caller; ok: Sent }> {
  const call = await peer.answer({ headers });
  peer.events.length = 0;
  return call;
}

/** The BYE that ends a session that nobody refreshed. */
async function expectExpiry(): Promise<void> {
  const bye = await peer.take('BYE');
  expect(bye.header('Reason')).toBe('SIP;cause=408;text="Session expired"');
  peer.respond(bye, 200);
  expect(peer.types()).toEqual(['terminated']);
}

describe('our INVITE', () => {
  it('offers a timer of half an hour', async () => {
    const { invite } = await calling();
    expect(invite.header('Session-Expires')).toBe('1800');
    expect(invite.header('Supported')).toContain('timer');
    expect(peer.clock.pendingCount).toBe(0);
  });

  it('is repeated after a 422 with what was demanded', async () => {
    peer.dial('c1', '202');
    const first = await peer.take('INVITE');
    peer.respond(first, 422, { headers: ['Min-SE: 3600'] });
    await peer.take('ACK');
    const second = await peer.take('INVITE');
    expect([second.header('Session-Expires'), second.header('Min-SE')]).toEqual(['3600', '3600']);
    expect(second.header('Call-ID')).toBe(first.header('Call-ID'));
    expect(second.header('From')).toBe(first.header('From'));
    expect(Number.parseInt(second.header('CSeq'), 10)).toBeGreaterThan(Number.parseInt(first.header('CSeq'), 10));
    peer.respond(second, 200, { sdp: fakeSdp('far'), headers: ['Session-Expires: 3600;refresher=uas'] });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types('c1')).toContain('established');
  });

  it('is refused by a server that demands the same once more', async () => {
    peer.dial('c1', '202');
    for (let attempt = 0; attempt < 2; attempt++) {
      peer.respond(await peer.take('INVITE'), 422, { headers: ['Min-SE: 3600'] });
      await peer.take('ACK');
    }
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types('c1')).toContain('rejected');
  });
});

describe('we refresh a call that we began', () => {
  it('by UPDATE at half of the interval, again and again', async () => {
    const { far } = await calling('Session-Expires: 90;refresher=uac', withUpdate);
    for (let round = 0; round < 3; round++) {
      await peer.clock.advanceAsync(44_900);
      expect(await peer.untaken()).toEqual([]);
      await peer.clock.advanceAsync(100);
      const update = await peer.take('UPDATE');
      expect(update.body).toBe('');
      expect(update.header('Session-Expires')).toBe('90;refresher=uac');
      expect(update.header('Contact')).toBe('<sip:one@first.invalid;transport=ws>');
      peer.respond(update, 200, { headers: ['Session-Expires: 90;refresher=uac'] });
    }
    far.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['terminated']);
  });

  it('by re-INVITE where the far end takes no UPDATE', async () => {
    await calling('Session-Expires: 90;refresher=uac', 'Allow: INVITE, ACK, BYE');
    await peer.clock.advanceAsync(45_000);
    const reinvite = await peer.take('INVITE');
    expect(reinvite.header('Session-Expires')).toBe('90;refresher=uac');
    peer.respond(reinvite, 200, { sdp: fakeSdp('far'), headers: ['Session-Expires: 90;refresher=uac'] });
    await peer.take('ACK');
    await peer.clock.advanceAsync(45_000);
    await peer.agree();
    expect(peer.types()).toEqual([]);
  });

  it.each([405, 501])('by re-INVITE after a %i to UPDATE', async (status) => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(45_000);
    peer.respond(await peer.take('UPDATE'), status);
    await peer.agree();
    expect(peer.types()).toEqual([]);
  });

  it('with more after a 422', async () => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(45_000);
    peer.respond(await peer.take('UPDATE'), 422, { headers: ['Min-SE: 600'] });
    expect((await peer.take('UPDATE')).header('Session-Expires')).toBe('600;refresher=uac');
  });

  it('with more after a 422 to a re-INVITE', async () => {
    await calling('Session-Expires: 90;refresher=uac', 'Allow: INVITE');
    await peer.clock.advanceAsync(45_000);
    peer.respond(await peer.take('INVITE'), 422, { headers: ['Min-SE: 600'] });
    await peer.take('ACK');
    await peer.clock.advanceAsync(0);
    expect((await peer.agree()).header('Session-Expires')).toBe('600;refresher=uac');
  });

  it('until the last moment when that fails, and then hang up', async () => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(45_000);
    for (const nextMs of [22_500, 11_250, 5_625]) {
      peer.respond(await peer.take('UPDATE'), 500);
      await peer.clock.advanceAsync(nextMs);
    }
    peer.respond(await peer.take('UPDATE'), 500);
    await peer.clock.advanceAsync(5_625 - 5_000);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(5_000);
    peer.respond(await peer.take('UPDATE'), 500);
    await expectExpiry();
  });

  it('and know from a 481 that it is over', async () => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(45_000);
    peer.respond(await peer.take('UPDATE'), 481);
    expect(peer.events).toMatchObject([{ type: 'terminated', by: 'network' }]);
  });

  it('once more when nobody answered', async () => {
    await calling('Session-Expires: 200;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(100_000);
    // sip.js tells of a 408 and of a timeout alike
    peer.respond(await peer.take('UPDATE'), 408);
    await peer.clock.advanceAsync(50_000);
    await peer.take('UPDATE');
    expect(peer.types()).toEqual([]);
  });

  it('by any re-INVITE that is sent anyway', async () => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(40_000);
    peer.calls.get('c1')?.setHold(true);
    const hold = await peer.take('INVITE');
    peer.respond(hold, 200, { sdp: fakeSdp('far', 'recvonly'), headers: ['Session-Expires: 90;refresher=uac'] });
    await peer.take('ACK');
    await peer.clock.advanceAsync(44_000);
    expect(await peer.untaken()).toEqual([]);
  });

  it('no more when a 2xx has no timer', async () => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(45_000);
    peer.respond(await peer.take('UPDATE'), 200);
    await peer.clock.advanceAsync(1_000_000);
    expect(await peer.untaken()).toEqual([]);
  });
});

describe('the far end refreshes', () => {
  it('a call that we began, or we hang up a third before the end', async () => {
    const { far } = await calling('Session-Expires: 90;refresher=uas');
    await peer.clock.advanceAsync(50_000);
    far.send('UPDATE', '', ['Session-Expires: 90;refresher=uac', 'Supported: timer']);
    const ok = await peer.take('200');
    expect(ok.header('Session-Expires')).toBe('90;refresher=uac');
    expect(ok.header('Require')).toBe('timer');
    await peer.clock.advanceAsync(59_900);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(100);
    await expectExpiry();
  });

  it('a call that it began, by re-INVITE', async () => {
    const { far, ok } = await called('Session-Expires: 1800', 'Supported: timer');
    expect(ok.header('Session-Expires')).toBe('1800;refresher=uac');
    expect(ok.header('Require')).toBe('timer');
    await peer.clock.advanceAsync(900_000);
    far.send('INVITE', fakeSdp('far'), ['Session-Expires: 1800;refresher=uac', 'Supported: timer']);
    expect((await peer.take('200')).header('Session-Expires')).toBe('1800;refresher=uac');
    far.send('ACK');
    await peer.clock.advanceAsync(1_767_000);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(1_000);
    await expectExpiry();
  });
});

describe('a call that we answered', () => {
  it('is refreshed by us where the caller knows no timers', async () => {
    const { ok } = await called('Session-Expires: 90', withUpdate);
    expect(ok.header('Session-Expires')).toBe('90;refresher=uas');
    expect(ok.header('Require')).toBe('');
    await peer.clock.advanceAsync(45_000);
    expect((await peer.take('UPDATE')).header('Session-Expires')).toBe('90;refresher=uac');
  });

  it('is refreshed by us where the caller wants that', async () => {
    const { ok } = await called('Session-Expires: 90;refresher=uas', 'Supported: timer', withUpdate);
    expect(ok.header('Session-Expires')).toBe('90;refresher=uas');
    await peer.clock.advanceAsync(45_000);
    await peer.take('UPDATE');
  });

  it('has no timer when nobody asked for one', async () => {
    const { ok } = await called('Supported: timer');
    expect(ok.header('Session-Expires')).toBe('');
    expect(peer.clock.pendingCount).toBe(0);
  });

  it('cannot have a timer of less than 90 seconds', async () => {
    peer.invite({ headers: ['Session-Expires: 60', 'Supported: timer'] });
    expect((await peer.take('422')).header('Min-SE')).toBe('90');
    expect(peer.calls.size).toBe(0);
  });
});

describe('a lost flow', () => {
  it('ends no call that the far end should have refreshed meanwhile', async () => {
    await calling('Session-Expires: 90;refresher=uas');
    await peer.clock.advanceAsync(50_000);
    peer.loseFlow();
    await peer.clock.advanceAsync(600_000);
    expect(peer.types()).toEqual([]);
    peer.bringFlow();
    const reinvite = await peer.take('INVITE');
    expect(reinvite.header('Session-Expires')).toBe('90;refresher=uas');
    peer.respond(reinvite, 200, { sdp: fakeSdp('far'), headers: ['Session-Expires: 90;refresher=uas'] });
    await peer.take('ACK');
    await peer.clock.advanceAsync(59_000);
    expect(peer.types()).toEqual([]);
  });

  it('ends no call whose refresh went down with it', async () => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    await peer.clock.advanceAsync(45_000);
    const lost = await peer.take('UPDATE');
    peer.loseFlow();
    await peer.clock.advanceAsync(100_000);
    peer.bringFlow();
    // what sip.js would tell of a transaction that nobody answered
    peer.respond(lost, 408);
    peer.respond(await peer.take('INVITE'), 200, { sdp: fakeSdp('far'), headers: ['Session-Expires: 90;refresher=uac', withUpdate] });
    await peer.take('ACK');
    await peer.clock.advanceAsync(45_000);
    await peer.take('UPDATE');
    expect(peer.types()).toEqual([]);
  });

  it('ends no call whose refresh could not even be sent', async () => {
    await calling('Session-Expires: 90;refresher=uac', withUpdate);
    peer.flowUp = false;
    await peer.clock.advanceAsync(45_000);
    await peer.settle();
    peer.loseFlow();
    await peer.clock.advanceAsync(100_000);
    peer.bringFlow();
    await peer.agree();
    expect(peer.types()).toEqual([]);
  });

  it('that stays lost in effect ends it after all: nobody answers on the next flow either', async () => {
    await calling('Session-Expires: 90;refresher=uas');
    peer.loseFlow();
    await peer.clock.advanceAsync(100_000);
    peer.bringFlow();
    await peer.take('INVITE');
    await peer.clock.advanceAsync(64_000);
    await expectExpiry();
  });
});
