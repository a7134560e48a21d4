import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { type Caller, ScriptedPeer } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
beforeEach(() => {
  peer = new ScriptedPeer();
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  expect(peer.media.collisions).toEqual([]);
  peer.core.dispose();
});

const bob = 'P-Asserted-Identity: "Bob" <sip:204@lab.test>';

function setHold(held: boolean): void {
  peer.calls.get('c1')?.setHold(held);
}

describe('UPDATE in a call that stands', () => {
  let far: Caller;
  beforeEach(async () => {
    ({ far } = await peer.establish());
    peer.events.length = 0;
    peer.media.log.length = 0;
  });

  it('without an offer is answered and changes no media', async () => {
    far.send('UPDATE');
    const ok = await peer.take('200');
    expect([ok.body, ok.header('Contact')]).toEqual(['', '<sip:one@first.invalid;transport=ws>']);
    expect(ok.header('Allow')).toContain('UPDATE');
    expect([peer.types(), peer.media.log]).toEqual([[], []]);
  });

  it('with an offer is answered at once, without an ACK', async () => {
    far.send('UPDATE', fakeSdp('far', 'sendonly'));
    expect((await peer.take('200')).body).toContain('m=audio');
    far.send('UPDATE', fakeSdp('far', 'sendrecv'));
    await peer.take('200');
    expect(peer.types()).toEqual(['remote-hold-changed', 'remote-hold-changed']);
    setHold(true);
    await peer.agree(fakeSdp('far', 'recvonly'));
  });

  it('with an offer that cannot be taken gets 488, and the session stays', async () => {
    peer.media.failNext('answer', new AppError('no-common-codec'));
    far.send('UPDATE', fakeSdp('far'));
    await peer.take('488');
    far.send('UPDATE', fakeSdp('far'));
    await peer.take('200');
    expect(peer.types()).toEqual([]);
  });

  it('with an offer while ours is unanswered gets 491', async () => {
    setHold(true);
    const mine = await peer.take('INVITE');
    far.send('UPDATE', fakeSdp('far'));
    await peer.take('491');
    far.send('UPDATE');
    await peer.take('200');
    peer.respond(mine, 200, { sdp: fakeSdp('far', 'recvonly') });
    await peer.take('ACK');
    expect(peer.types()).toEqual(['local-hold-changed']);
  });

  it('with an offer while theirs is unanswered gets 500 and Retry-After', async () => {
    peer.media.hold();
    far.send('UPDATE', fakeSdp('far'));
    await peer.settle();
    far.send('UPDATE', fakeSdp('far', 'sendonly'));
    const refusal = await peer.take('500');
    expect(Number(refusal.header('Retry-After'))).toBeLessThanOrEqual(10);
    peer.media.release();
    await peer.take('200');
    expect(peer.types()).toEqual([]);
  });

  it('with an offer waits for the ACK to their re-INVITE', async () => {
    far.send('INVITE', fakeSdp('far'));
    await peer.take('200');
    far.send('UPDATE', fakeSdp('far', 'sendonly'));
    expect(await peer.untaken()).toEqual([]);
    far.send('ACK', '', [], 1);
    await peer.take('200');
    expect(peer.types()).toEqual(['remote-hold-changed']);
  });

  it('with an offer while ours is in the 2xx gets 491', async () => {
    far.send('INVITE');
    await peer.take('200');
    far.send('UPDATE', fakeSdp('far'));
    await peer.take('491');
    far.send('ACK', fakeSdp('far'), [], 1);
    await peer.settle();
    expect(peer.media.log).toEqual(['offer c1', 'apply c1']);
  });

  it('refuses a re-INVITE meanwhile', async () => {
    peer.media.hold();
    far.send('UPDATE', fakeSdp('far'));
    await peer.settle();
    far.send('INVITE', fakeSdp('far', 'sendonly'));
    await peer.take('500');
    peer.media.release();
    await peer.take('200');
  });

  it('says who is there now', async () => {
    far.send('UPDATE', '', [bob]);
    await peer.take('200');
    far.send('UPDATE', '', [bob]);
    await peer.take('200');
    expect(peer.events).toMatchObject([{ call: 'c1', type: 'remote-changed', remote: { displayName: 'Bob', number: '204' } }]);
  });

  it('gets 481 once our BYE is out', async () => {
    peer.calls.get('c1')?.hangUp();
    const bye = await peer.take('BYE');
    far.send('UPDATE', fakeSdp('far'));
    await peer.take('481');
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['closed']);
  });

  it('gets 487 when their BYE comes before its answer', async () => {
    peer.media.hold();
    far.send('UPDATE', fakeSdp('far'));
    await peer.settle();
    far.send('BYE');
    peer.media.release();
    expect((await peer.untaken()).sort()).toEqual(['200', '487']);
  });

  it('out of order gets 500', async () => {
    far.send('INFO');
    await peer.take('200');
    far.send('UPDATE', '', [], 1);
    await peer.take('500');
  });
});

describe('the remote target', () => {
  it.each(['INVITE', 'UPDATE'])('moves with their %s', async (method) => {
    const { far } = await peer.establish();
    far.contact = 'sip:moved@elsewhere.test';
    far.send(method, method === 'INVITE' ? fakeSdp('far') : '');
    await peer.take('200');
    if (method === 'INVITE') far.send('ACK');
    peer.calls.get('c1')?.hangUp();
    expect((await peer.take('BYE')).startLine).toBe('BYE sip:moved@elsewhere.test SIP/2.0');
  });

  it('moves with the 2xx to our re-INVITE, before its ACK', async () => {
    await peer.establish();
    setHold(true);
    const reinvite = await peer.take('INVITE');
    peer.respond(reinvite, 200, { sdp: fakeSdp('far', 'recvonly'), contact: 'sip:moved@elsewhere.test' });
    expect((await peer.take('ACK')).startLine).toBe('ACK sip:moved@elsewhere.test SIP/2.0');
    setHold(false);
    expect((await peer.take('INVITE')).startLine).toContain('sip:moved@elsewhere.test');
  });

  it('stays when their re-INVITE is refused', async () => {
    const { far } = await peer.establish();
    peer.media.failNext('answer', new AppError('no-common-codec'));
    far.contact = 'sip:moved@elsewhere.test';
    far.send('INVITE', fakeSdp('far'));
    far.acknowledgeRefusal(await peer.take('488'));
    peer.calls.get('c1')?.hangUp();
    expect((await peer.take('BYE')).startLine).toContain('sip:202@far.test');
  });
});

describe('UPDATE while it rings', () => {
  it('here says who calls, and an offer has to wait', async () => {
    const far = peer.invite();
    const id = peer.events[0]?.call ?? '';
    await peer.take('100');
    peer.calls.get(id)?.ring();
    far.learn(await peer.take('180'));
    far.send('UPDATE', '', [bob]);
    await peer.take('200');
    expect(peer.events.at(-1)).toMatchObject({ type: 'remote-changed', remote: { number: '204' } });
    far.send('UPDATE', fakeSdp('far'));
    expect(Number((await peer.take('500')).header('Retry-After'))).toBeLessThanOrEqual(10);
    peer.calls.get(id)?.accept();
    await peer.take('200');
  });

  it('there says who rings, and an offer meets ours', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.respond(invite, 180);
    const far = peer.callee(invite);
    far.send('UPDATE', '', [bob]);
    await peer.take('200');
    expect(peer.events.at(-1)).toMatchObject({ type: 'remote-changed', remote: { number: '204' } });
    far.send('UPDATE', fakeSdp('far'));
    await peer.take('491');
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types('c1')).toContain('established');
  });
});
