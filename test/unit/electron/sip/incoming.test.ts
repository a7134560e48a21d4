import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { ScriptedPeer } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
beforeEach(() => {
  peer = new ScriptedPeer();
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

function call() {
  const id = peer.events[0]?.call ?? '';
  const found = peer.calls.get(id);
  if (found === undefined) throw new Error('no call');
  return found;
}

describe('an INVITE that we receive', () => {
  it('is told, and answered with 180, before the transport has its thread back', () => {
    peer.calls.callEvents.event((event) => peer.calls.get(event.call)?.ring());
    peer.invite({ headers: ['Diversion: "Lab 203" <sip:203@vm>;reason=no-answer'] });
    expect(peer.sent.map(({ what }) => what)).toEqual(['180']);
    expect(peer.events).toMatchObject([
      { type: 'invite-received', hasOffer: true, remote: { displayName: 'Bob', number: '202' }, redirectedBy: { number: '203' } },
    ]);
  });

  it('gets 100 while nobody decides', async () => {
    peer.invite();
    await peer.take('100');
  });

  it('is answered the moment it is accepted, because the answer was made while it rang', async () => {
    const far = peer.invite();
    call().ring();
    await peer.settle();
    call().accept();
    expect(peer.sent.map(({ what }) => what)).toEqual(['100', '180', '200']);
    far.learn(
      await peer
        .take('100')
        .then(() => peer.take('180'))
        .then(() => peer.take('200')),
    );
    expect(peer.types()).toEqual(['invite-received']);
    far.send('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['invite-received', 'established']);
  });

  it('leaves the beginning of DTLS to the caller, because the answer may never be sent', async () => {
    peer.invite({ sdp: fakeSdp('far') });
    call().ring();
    await peer.settle();
    expect(fakeSdp('far')).toContain('a=setup:actpass');
    expect(peer.media.answered).toEqual([fakeSdp('far').replace('actpass', 'active')]);
  });

  it('makes its answer anew on another peer connection when it is to ring again: media or addresses of the first are gone', async () => {
    peer.media.failNext('answer', new AppError('media-failed'));
    peer.media.hold();
    peer.invite();
    call().ring();
    call().ring();
    peer.media.release();
    await peer.settle();
    call().accept();
    expect(peer.sent.map(({ what }) => what)).toEqual(['100', '180', '200']);
    expect(peer.media.log).toEqual([`answer ${call().id}`, `close ${call().id}`, `answer ${call().id}`]);
  });

  it('takes an answer in the ACK when it came without an offer', async () => {
    peer.calls.callEvents.event((event) => peer.calls.get(event.call)?.ring());
    const far = peer.invite({ sdp: '' });
    expect(peer.events[0]).toMatchObject({ hasOffer: false });
    await peer.take('180');
    call().accept();
    far.learn(await peer.take('200'));
    far.send('ACK', fakeSdp('far', 'sendonly'));
    await peer.settle();
    const id = call().id;
    expect(peer.media.log).toEqual([`offer ${id}`, `apply ${id}`]);
    expect(peer.types()).toEqual(['invite-received', 'established', 'remote-hold-changed']);
  });

  it('ends the call when the answer in the ACK cannot be used', async () => {
    const far = peer.invite({ sdp: '' });
    call().accept();
    await peer.take('100');
    far.learn(await peer.take('200'));
    far.send('ACK');
    const bye = await peer.take('BYE');
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['invite-received', 'failed']);
  });

  it.each([
    [new AppError('no-common-codec'), '488'],
    [new AppError('internal'), '500'],
  ])('is refused when no answer can be made', async (error, status) => {
    peer.media.failNext('answer', error);
    peer.invite();
    call().accept();
    await peer.take('100');
    await peer.take(status);
    expect(peer.types()).toEqual(['invite-received', 'failed']);
    expect(peer.calls.size).toBe(0);
  });

  it.each([480, 486, 603] as const)('is refused with %i', async (status) => {
    peer.invite();
    await peer.take('100');
    call().reject(status);
    expect(peer.types()).toEqual(['invite-received']);
    await peer.take(String(status));
    expect(peer.types()).toEqual(['invite-received', 'closed']);
    expect(peer.calls.size).toBe(0);
  });

  it('ends by CANCEL, which may say that somebody else answered', async () => {
    peer.calls.callEvents.event((event) => peer.calls.get(event.call)?.ring());
    const far = peer.invite();
    await peer.take('180');
    far.send('CANCEL', '', ['Reason: SIP;cause=200;text="Call completed elsewhere"']);
    await peer.take('200');
    await peer.take('487');
    expect(peer.events.at(-1)).toMatchObject({ type: 'cancelled', answeredElsewhere: true });
    expect(peer.calls.size).toBe(0);
  });

  it('ends by BYE in the early dialog', async () => {
    peer.calls.callEvents.event((event) => peer.calls.get(event.call)?.ring());
    const far = peer.invite();
    far.learn(await peer.take('180'));
    far.send('BYE');
    await peer.take('200');
    await peer.take('487');
    expect(peer.events.at(-1)).toMatchObject({ type: 'cancelled', answeredElsewhere: false });
    expect(peer.core.dialogs.size).toBe(0);
  });

  it('stays answered when CANCEL crosses our 200 (RFC 5407 section 3.1.1)', async () => {
    const far = peer.invite();
    await peer.take('100');
    call().accept();
    const ok = await peer.take('200');
    far.send('CANCEL');
    await peer.take('200');
    far.learn(ok);
    far.send('ACK');
    far.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['invite-received', 'established', 'terminated']);
  });

  it('ends by a BYE that overtakes the ACK', async () => {
    const far = peer.invite();
    await peer.take('100');
    call().accept();
    far.learn(await peer.take('200'));
    far.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['invite-received', 'terminated']);
  });

  it('keeps our BYE until the ACK has come (RFC 3261 section 15)', async () => {
    const far = peer.invite();
    await peer.take('100');
    call().accept();
    far.learn(await peer.take('200'));
    call().hangUp();
    expect(await peer.untaken()).toEqual([]);
    far.send('ACK');
    peer.respond(await peer.take('BYE'), 200);
    expect(peer.types()).toEqual(['invite-received', 'closed']);
  });

  it('does not ring for ever when the flow that would bring the CANCEL is gone', async () => {
    peer.invite();
    await peer.take('100');
    peer.loseFlow();
    await peer.clock.advanceAsync(8_000);
    expect(peer.types()).toEqual(['invite-received', 'cancelled']);
  });

  it('must not require what we do not speak', async () => {
    peer.invite({ headers: ['Require: precondition, replaces, sec-agree'] });
    expect((await peer.take('420')).header('Unsupported')).toBe('precondition, sec-agree');
    expect(peer.events).toEqual([]);
  });

  it('keeps a fault of a listener to itself', async () => {
    peer.calls.callEvents.event(() => {
      throw new Error('listener');
    });
    peer.invite();
    await peer.take('100');
  });
});

describe('an INVITE that replaces a dialog', () => {
  it('takes over the right call: same call, new peer connection, old dialog ended', async () => {
    const { id, far } = await peer.answer();
    peer.calls.get(id)?.setHold(true);
    const held = await peer.take('INVITE');
    peer.respond(held, 200, { sdp: fakeSdp('far', 'recvonly') });
    await peer.take('ACK');
    await peer.settle();
    const next = peer.invite({ sdp: fakeSdp('new'), headers: ['Require: replaces', far.replaces] });
    const ok = await peer.take('200');
    expect(ok.body).toContain('a=sendonly');
    next.learn(ok);
    const bye = await peer.take('BYE');
    expect(bye.header('Call-ID')).toBe(far.callId);
    peer.respond(bye, 200);
    next.send('ACK');
    await peer.settle();
    expect(peer.peerChanges.at(-1)).toEqual({ call: id, peer: `${id}~2` });
    expect([...peer.media.open]).toEqual([`${id}~2`]);
    expect(peer.calls.size).toBe(1);
    expect(peer.calls.get(id)?.sipCallIds).toEqual([far.callId, next.callId]);
    next.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['invite-received', 'established', 'local-hold-changed', 'terminated']);
  });

  it.each([
    ['481', (replaces: string) => replaces.replace('in-', 'other-')],
    ['481', (replaces: string) => replaces.replace('from-tag=caller', 'from-tag=stranger')],
    ['486', (replaces: string) => `${replaces};early-only`],
    ['400', () => 'Replaces: nothing'],
  ])('is refused with %s otherwise', async (status, change) => {
    const { far } = await peer.answer();
    peer.invite({ headers: [change(far.replaces)] });
    await peer.take(status);
    expect(peer.types()).toEqual(['invite-received', 'established']);
  });
});
