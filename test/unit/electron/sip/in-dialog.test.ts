import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { type Caller, ScriptedPeer, type Sent } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
let far: Caller;
let invite: Sent;
beforeEach(async () => {
  peer = new ScriptedPeer();
  ({ far, invite } = await peer.establish());
  peer.events.length = 0;
  peer.media.log.length = 0;
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

function call() {
  const found = peer.calls.get('c1');
  if (found === undefined) throw new Error('no call');
  return found;
}

describe('hold', () => {
  it('is a re-INVITE there and back', async () => {
    call().setHold(true);
    expect((await peer.agree(fakeSdp('far', 'recvonly'))).body).toContain('a=sendonly');
    call().setHold(false);
    expect((await peer.agree()).body).toContain('a=sendrecv');
    expect(peer.events).toEqual([
      { call: 'c1', type: 'local-hold-changed', held: true },
      { call: 'c1', type: 'local-hold-changed', held: false },
    ]);
  });

  it('costs no round when it is taken back before it began', async () => {
    call().setHold(true);
    call().setHold(false);
    expect(await peer.untaken()).toEqual([]);
    expect(peer.events).toEqual([{ call: 'c1', type: 'local-hold-changed', held: false }]);
  });

  it('ends as it was wished last, one round at a time', async () => {
    call().setHold(true);
    const first = await peer.take('INVITE');
    for (const held of [false, true, false]) call().setHold(held);
    expect(await peer.untaken()).toEqual([]);
    peer.respond(first, 200, { sdp: fakeSdp('far', 'recvonly') });
    await peer.take('ACK');
    await peer.agree();
    expect(await peer.untaken()).toEqual([]);
    expect(peer.events.at(-1)).toEqual({ call: 'c1', type: 'local-hold-changed', held: false });
  });

  it('that is refused leaves the old session', async () => {
    call().setHold(true);
    peer.respond(await peer.take('INVITE'), 488);
    await peer.take('ACK');
    expect(peer.events).toMatchObject([{ type: 'local-hold-failed', held: true, error: { code: 'no-common-codec' } }]);
    expect(peer.media.log).toEqual(['offer c1', 'rollback c1']);
  });

  it('survives a 2xx without a description', async () => {
    call().setHold(true);
    peer.respond(await peer.take('INVITE'), 200);
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['local-hold-failed']);
    expect(peer.calls.size).toBe(1);
  });

  it('of the far end is read from the audio alone', async () => {
    far.send('INVITE', fakeSdp('far', 'sendonly').replace('m=audio', 'm=video 9 RTP/AVP 96\r\na=sendrecv\r\nm=audio'));
    await peer.take('200');
    far.send('ACK');
    far.send('INVITE', fakeSdp('far', 'sendrecv'));
    await peer.take('200');
    far.send('ACK');
    expect(peer.events).toEqual([
      { call: 'c1', type: 'remote-hold-changed', held: true },
      { call: 'c1', type: 'remote-hold-changed', held: false },
    ]);
  });
});

describe('the far end offers', () => {
  it('nothing: the answer comes with the ACK', async () => {
    far.send('INVITE');
    const ok = await peer.take('200');
    expect(ok.body).toContain('m=audio');
    expect(ok.header('Contact')).toBe('<sip:one@first.invalid;transport=ws>');
    far.send('ACK', fakeSdp('far'));
    await peer.settle();
    expect(peer.media.log).toEqual(['offer c1', 'apply c1']);
    call().setHold(true);
    await peer.agree();
  });

  it('what cannot be taken: 488, and the session stays', async () => {
    peer.media.failNext('answer', new AppError('no-common-codec'));
    far.send('INVITE', fakeSdp('far'));
    await peer.take('488');
    far.send('ACK');
    far.send('INVITE', fakeSdp('far'));
    await peer.take('200');
    far.send('ACK');
    expect(peer.types()).toEqual([]);
  });

  it('from a new peer connection: it gets a new one of ours', async () => {
    far.send('INVITE', fakeSdp('reborn'));
    await peer.take('200');
    far.send('ACK');
    await peer.settle();
    expect(peer.peerChanges.at(-1)).toEqual({ call: 'c1', peer: 'c1~2' });
    expect(peer.media.log).toEqual(['answer c1~2', 'close c1']);
  });

  it('while we prepare an offer: 491', async () => {
    peer.media.hold();
    call().setHold(true);
    await peer.settle();
    far.send('INVITE', fakeSdp('far'));
    await peer.take('491');
    far.send('ACK');
    peer.media.release();
    await peer.agree(fakeSdp('far', 'recvonly'));
    expect(peer.types()).toEqual(['local-hold-changed']);
  });

  it('while our answer is being applied: it waits its turn', async () => {
    call().setHold(true);
    const mine = await peer.take('INVITE');
    peer.media.hold();
    peer.respond(mine, 200, { sdp: fakeSdp('far', 'recvonly') });
    await peer.take('ACK');
    far.send('INVITE', fakeSdp('far'));
    expect(await peer.untaken()).toEqual([]);
    peer.media.release();
    await peer.take('200');
    far.send('ACK');
    expect(peer.media.log).toEqual(['offer c1', 'apply c1', 'answer c1']);
  });

  it('and never acknowledges our 2xx: BYE after 32 seconds', async () => {
    far.send('INVITE', fakeSdp('far'));
    await peer.take('200');
    await peer.clock.advanceAsync(32_000);
    const bye = await peer.take('BYE');
    peer.respond(bye, 200);
    expect(peer.events).toEqual([{ call: 'c1', type: 'terminated', by: 'network' }]);
    expect(peer.core.dialogs.size).toBe(0);
  });
});

describe('glare', () => {
  it('is answered with 491, and ours is repeated by the owner of the Call-ID after 2.1 to 4 seconds', async () => {
    call().setHold(true);
    const mine = await peer.take('INVITE');
    far.send('INVITE', fakeSdp('far'));
    await peer.take('491');
    far.send('ACK');
    peer.respond(mine, 491);
    await peer.take('ACK');
    await peer.clock.advanceAsync(2_090);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(1_910);
    await peer.agree(fakeSdp('far', 'recvonly'));
    expect(peer.types()).toEqual(['local-hold-changed']);
  });

  it('lets the far end offer while we wait', async () => {
    call().setHold(true);
    peer.respond(await peer.take('INVITE'), 491);
    await peer.take('ACK');
    far.send('INVITE', fakeSdp('far'));
    await peer.take('200');
    far.send('ACK');
    await peer.clock.advanceAsync(4_000);
    await peer.agree(fakeSdp('far', 'recvonly'));
    expect(peer.types()).toEqual(['local-hold-changed']);
  });

  it('makes the callee wait less than two seconds', async () => {
    const { id } = await peer.answer();
    peer.calls.get(id)?.setHold(true);
    peer.respond(await peer.take('INVITE'), 491);
    await peer.take('ACK');
    await peer.clock.advanceAsync(2_000);
    await peer.take('INVITE');
  });

  it('is given up when it never ends', async () => {
    call().setHold(true);
    for (let attempt = 0; attempt < 6; attempt++) {
      peer.respond(await peer.take('INVITE'), 491);
      await peer.take('ACK');
      await peer.clock.advanceAsync(4_000);
    }
    expect(peer.types()).toEqual(['local-hold-failed']);
  });

  it('obeys Retry-After of a far end that still waits for an ACK', async () => {
    call().setHold(true);
    peer.respond(await peer.take('INVITE'), 500, { headers: ['Retry-After: 3'] });
    await peer.take('ACK');
    await peer.clock.advanceAsync(2_900);
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(100);
    await peer.agree(fakeSdp('far', 'recvonly'));
  });
});

describe('the end', () => {
  it('is our BYE', async () => {
    call().hangUp();
    expect(peer.events).toEqual([]);
    peer.respond(await peer.take('BYE'), 200);
    expect(peer.types()).toEqual(['closed']);
    expect(peer.media.open.size).toBe(0);
    expect([peer.calls.size, peer.core.dialogs.size]).toEqual([0, 0]);
  });

  it('is their BYE', async () => {
    far.send('BYE');
    await peer.take('200');
    expect(peer.events).toEqual([{ call: 'c1', type: 'terminated', by: 'remote' }]);
    expect([peer.calls.size, peer.core.dialogs.size]).toEqual([0, 0]);
  });

  it('is both at once: each BYE gets its 200 (RFC 5407 section 3.3.3)', async () => {
    call().hangUp();
    const bye = await peer.take('BYE');
    far.send('BYE');
    await peer.take('200');
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['closed']);
  });

  it('is our BYE to a dialog that is gone', async () => {
    call().hangUp();
    peer.respond(await peer.take('BYE'), 481);
    expect(peer.types()).toEqual(['closed']);
  });

  it('is our BYE that nobody answers', async () => {
    call().hangUp();
    await peer.take('BYE');
    await peer.clock.advanceAsync(32_000);
    expect(peer.types()).toEqual(['closed']);
    expect(peer.core.dialogs.size).toBe(0);
  });

  it('refuses a re-INVITE that crosses our BYE (RFC 5407 section 3.3.1)', async () => {
    call().hangUp();
    const bye = await peer.take('BYE');
    far.send('INVITE', fakeSdp('far'));
    await peer.take('481');
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['closed']);
  });

  it('comes by a BYE that crosses our re-INVITE', async () => {
    call().setHold(true);
    const mine = await peer.take('INVITE');
    far.send('BYE');
    await peer.take('200');
    peer.respond(mine, 481);
    await peer.take('ACK');
    expect(peer.events).toEqual([{ call: 'c1', type: 'terminated', by: 'remote' }]);
  });

  it('comes by a BYE while we make the answer to their re-INVITE', async () => {
    peer.media.hold();
    far.send('INVITE', fakeSdp('far'));
    far.send('BYE');
    peer.media.release();
    expect((await peer.untaken()).sort()).toEqual(['200', '487']);
    expect(peer.types()).toEqual(['terminated']);
  });

  it.each([481, 408])('comes by a %i to a re-INVITE', async (status) => {
    call().setHold(true);
    peer.respond(await peer.take('INVITE'), status);
    await peer.take('ACK');
    expect(peer.events).toEqual([{ call: 'c1', type: 'terminated', by: 'network' }]);
  });

  it('happens once, whatever comes later', async () => {
    call().hangUp();
    const bye = await peer.take('BYE');
    peer.respond(bye, 200);
    far.send('BYE');
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    peer.loseFlow();
    peer.bringFlow();
    await peer.clock.advanceAsync(100_000);
    expect(peer.types()).toEqual(['closed']);
  });
});

describe('other requests', () => {
  it.each([
    ['INFO', [], '200'],
    ['INFO', ['Info-Package: g.3gpp.ussd'], '469'],
    ['OPTIONS', [], '200'],
    ['SUBSCRIBE', ['Event: refer'], '405'],
    ['PUBLISH', [], '405'],
    ['JUMP', [], '501'],
    ['REFER', [], '400'],
    ['MESSAGE', [], '200'],
  ])('%s %j gets %s', async (method, headers, status) => {
    far.send(method, '', headers);
    const answer = await peer.take(status);
    if (method === 'OPTIONS') {
      expect(answer.header('Allow')).toContain('INVITE');
      expect(answer.header('Accept')).toContain('application/sdp');
      expect(answer.header('Supported')).toContain('replaces');
    }
  });
});
