import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('a flow that breaks', () => {
  it('does not end the call; the next one learns the new Contact', async () => {
    peer.loseFlow();
    peer.bringFlow();
    const reinvite = await peer.agree();
    expect(reinvite.header('Contact')).toBe('<sip:two@second.invalid;transport=ws>');
    expect(peer.types()).toEqual([]);
  });

  it('repeats what was asked for while it was gone, in one round', async () => {
    peer.loseFlow();
    call().setHold(true);
    call().repair('restart-ice');
    await peer.settle();
    peer.bringFlow();
    expect((await peer.agree(fakeSdp('far', 'recvonly'))).body).toContain('a=sendonly');
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual(['local-hold-changed', 'repair-negotiated']);
  });

  it('takes the answer to a re-INVITE with it: the round is repeated, and a late 2xx still acknowledged', async () => {
    call().setHold(true);
    const lost = await peer.take('INVITE');
    peer.loseFlow();
    peer.bringFlow();
    const again = await peer.take('INVITE');
    peer.respond(lost, 200, { sdp: fakeSdp('far', 'recvonly') });
    expect((await peer.take('ACK')).header('CSeq')).toBe(lost.header('CSeq').replace('INVITE', 'ACK'));
    peer.respond(again, 200, { sdp: fakeSdp('far', 'recvonly') });
    expect((await peer.take('ACK')).header('CSeq')).toBe(again.header('CSeq').replace('INVITE', 'ACK'));
    await peer.settle();
    expect(peer.types()).toEqual(['local-hold-changed']);
  });

  it('keeps a wish whose re-INVITE could not be sent', async () => {
    peer.flowUp = false;
    call().setHold(true);
    await peer.settle();
    expect(peer.types()).toEqual([]);
    peer.loseFlow();
    peer.bringFlow();
    await peer.agree(fakeSdp('far', 'recvonly'));
    expect(peer.types()).toEqual(['local-hold-changed']);
  });

  it('is replaced while a re-INVITE is out on it: the round is repeated on the new one', async () => {
    call().repair('restart-ice');
    const lost = await peer.take('INVITE');
    peer.bringFlow();
    const again = await peer.take('INVITE');
    expect(again.header('Call-ID')).toBe(lost.header('Call-ID'));
    peer.respond(again, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['repair-negotiated']);
  });

  it('takes along what is asked for in the turn in which the next one is told', async () => {
    peer.loseFlow();
    peer.bringFlow();
    call().repair('restart-ice');
    await peer.agree();
    expect(peer.media.offers.at(-1)).toEqual({ iceRestart: true, hold: false });
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual(['repair-negotiated']);
  });

  it('takes our answer or its ACK with it: the answer is repeated on the next, and stands without an ACK', async () => {
    far.send('INVITE', fakeSdp('far', 'sendonly'));
    const answer = await peer.take('200');
    peer.loseFlow();
    await peer.clock.advanceAsync(60_000);
    peer.bringFlow();
    const again = await peer.take('200');
    expect(again.header('CSeq')).toBe(answer.header('CSeq'));
    expect(await peer.untaken()).toEqual([]);
    await peer.clock.advanceAsync(2_000);
    await peer.agree();
    expect(peer.types()).toEqual(['remote-hold-changed', 'remote-hold-changed']);
  });

  it('repeats a BYE', async () => {
    call().hangUp();
    await peer.take('BYE');
    peer.loseFlow();
    peer.bringFlow();
    peer.respond(await peer.take('BYE'), 200);
    expect(peer.types()).toEqual(['closed']);
  });
});

describe('a call that was just answered', () => {
  async function answered() {
    peer.calls.get('c1')?.dispose();
    const caller = peer.invite();
    const id = peer.events.at(-1)?.call ?? '';
    await peer.take('100');
    peer.calls.get(id)?.accept();
    caller.learn(await peer.take('200'));
    peer.loseFlow();
    return { id, caller };
  }

  it('is said once more on the next flow to be answered', async () => {
    const { id, caller } = await answered();
    peer.bringFlow();
    await peer.take('200');
    caller.send('ACK');
    await peer.agree();
    expect(peer.types(id)).toEqual(['invite-received', 'established']);
    peer.calls.get(id)?.dispose();
  });

  it('stands without an ACK if the far end takes a re-INVITE on the next flow', async () => {
    const { id } = await answered();
    peer.bringFlow();
    await peer.take('200');
    await peer.clock.advanceAsync(2_000);
    await peer.agree();
    await peer.clock.advanceAsync(60_000);
    expect(peer.types(id)).toEqual(['invite-received', 'established']);
    peer.calls.get(id)?.dispose();
  });
});

describe('repair', () => {
  it.each([
    ['refresh', { iceRestart: false, hold: true }],
    ['restart-ice', { iceRestart: true, hold: true }],
    ['relay', { iceRestart: true, hold: true, relayOnly: true }],
  ] as const)('asks for its kind of offer and keeps the hold: %s', async (strategy, options) => {
    call().setHold(true);
    await peer.agree(fakeSdp('far', 'recvonly'));
    call().repair(strategy);
    expect((await peer.agree(fakeSdp('far', 'recvonly'))).body).toContain('a=sendonly');
    expect(peer.media.offers.at(-1)).toEqual(options);
    expect(peer.events.at(-1)).toEqual({ call: 'c1', type: 'repair-negotiated', strategy });
  });

  it('takes back what the far end has put on hold without taking it back', async () => {
    far.send('INVITE', fakeSdp('far', 'sendonly'));
    await peer.take('200');
    far.send('ACK');
    call().repair('restart-ice');
    await peer.agree(fakeSdp('far', 'sendonly'));
    expect(peer.types()).toEqual(['remote-hold-changed', 'repair-negotiated']);
  });

  it('is done when the far end has restarted ICE meanwhile: our answer told our new candidates', async () => {
    peer.media.hold();
    far.send('INVITE', fakeSdp('far').replace(/ice-ufrag:\S+/, 'ice-ufrag:anew'));
    call().repair('restart-ice');
    peer.media.release();
    await peer.settle();
    far.send('ACK');
    expect(await peer.untaken()).toEqual(['200']);
    expect(peer.types()).toEqual(['repair-negotiated']);
  });

  it('restarts ICE on the same peer connection', async () => {
    call().repair('restart-ice');
    await peer.agree();
    expect(peer.events).toEqual([{ call: 'c1', type: 'repair-negotiated', strategy: 'restart-ice' }]);
    expect(peer.media.log).toEqual(['offer c1', 'apply c1']);
  });

  it('renegotiates on a new one, and keeps hold', async () => {
    call().setHold(true);
    await peer.agree(fakeSdp('far', 'recvonly'));
    call().repair('renegotiate');
    expect((await peer.agree(fakeSdp('far', 'recvonly'))).body).toContain('a=sendonly');
    expect(peer.types()).toEqual(['local-hold-changed', 'repair-negotiated']);
    expect(peer.peerChanges.at(-1)).toEqual({ call: 'c1', peer: 'c1~2' });
    expect([...peer.media.open]).toEqual(['c1~2']);
  });

  it('leaves the old peer connection when the far end refuses', async () => {
    call().repair('renegotiate');
    peer.respond(await peer.take('INVITE'), 488);
    await peer.take('ACK');
    expect(peer.types()).toEqual(['repair-failed']);
    expect([...peer.media.open]).toEqual(['c1']);
  });

  it('replaces the dialog by a new INVITE; the call keeps its id and its hold', async () => {
    call().setHold(true);
    await peer.agree(fakeSdp('far', 'recvonly'));
    call().repair('replace');
    const next = await peer.take('INVITE');
    expect(next.startLine).toBe('INVITE sip:202@lab.test SIP/2.0');
    expect(next.header('Replaces')).toBe(`${far.callId};to-tag=far;from-tag=${/tag=(\w+)/.exec(invite.header('From'))?.[1] ?? ''}`);
    expect(next.body).toContain('a=sendonly');
    peer.respond(next, 200, { tag: 'heir', sdp: fakeSdp('heir', 'recvonly') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['local-hold-changed', 'repair-negotiated']);
    expect(peer.peerChanges.at(-1)).toEqual({ call: 'c1', peer: 'c1~2' });
    far.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['local-hold-changed', 'repair-negotiated']);
    peer.callee(next, 'heir').send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['local-hold-changed', 'repair-negotiated', 'terminated']);
  });

  it('ends the replaced dialog itself when the far end does not', async () => {
    call().repair('replace');
    peer.respond(await peer.take('INVITE'), 200, { tag: 'heir', sdp: fakeSdp('heir') });
    await peer.take('ACK');
    await peer.clock.advanceAsync(2_000);
    const bye = await peer.take('BYE');
    expect(bye.header('Call-ID')).toBe(far.callId);
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['repair-negotiated']);
  });

  it('takes no notice of a BYE in the old dialog before the new one stands', async () => {
    call().repair('replace');
    const next = await peer.take('INVITE');
    far.send('BYE');
    await peer.take('200');
    peer.respond(next, 200, { tag: 'heir', sdp: fakeSdp('heir') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['repair-negotiated']);
  });

  it('ends the call when the old dialog is gone and the new one is refused', async () => {
    call().repair('replace');
    const next = await peer.take('INVITE');
    far.send('BYE');
    await peer.take('200');
    peer.respond(next, 481);
    await peer.take('ACK');
    expect(peer.events).toEqual([{ call: 'c1', type: 'terminated', by: 'remote' }]);
    expect(peer.calls.size).toBe(0);
  });

  it('keeps the old dialog when the new one is refused', async () => {
    call().repair('replace');
    peer.respond(await peer.take('INVITE'), 404);
    await peer.take('ACK');
    expect(peer.types()).toEqual(['repair-failed']);
    expect([...peer.media.open]).toEqual(['c1']);
    call().hangUp();
    peer.respond(await peer.take('BYE'), 200);
    expect(peer.types()).toEqual(['repair-failed', 'closed']);
  });

  it('ends both dialogs when the person hangs up meanwhile', async () => {
    call().repair('replace');
    const next = await peer.take('INVITE');
    call().hangUp();
    const bye = await peer.take('BYE');
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['closed']);
    peer.respond(next, 200, { tag: 'heir', sdp: fakeSdp('heir') });
    await peer.take('ACK');
    expect((await peer.take('BYE')).header('Call-ID')).toBe(next.header('Call-ID'));
    expect(peer.calls.size).toBe(0);
  });
});

describe('a takeover from both ends at once', () => {
  it('is won by the one who began the call', async () => {
    call().repair('replace');
    const next = await peer.take('INVITE');
    peer.invite({ sdp: fakeSdp('new'), headers: [peer.callee(invite).replaces] });
    await peer.take('491');
    peer.respond(next, 200, { tag: 'heir', sdp: fakeSdp('heir') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['repair-negotiated']);
  });

  it('is left to the far end when that one began it', async () => {
    const { id, far: caller } = await peer.answer();
    peer.calls.get(id)?.repair('replace');
    const mine = await peer.take('INVITE');
    peer.respond(mine, 100);
    const next = peer.invite({ sdp: fakeSdp('new'), headers: [caller.replaces] });
    await peer.take('CANCEL');
    next.learn(await peer.take('200'));
    peer.respond(await peer.take('BYE'), 200);
    next.send('ACK');
    // the far end refuses ours
    peer.respond(mine, 491);
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types(id)).toEqual(['invite-received', 'established', 'repair-negotiated']);
    expect(peer.peerChanges.at(-1)?.call).toBe(id);
    expect([...peer.media.open].filter((name) => name.startsWith(id))).toHaveLength(1);
  });

  it('is refused with 481 when the call ends before the answer is made', async () => {
    peer.media.hold();
    peer.invite({ sdp: fakeSdp('new'), headers: [far.replaces] });
    far.send('BYE');
    peer.media.release();
    expect((await peer.untaken()).sort()).toEqual(['200', '481']);
    expect(peer.types()).toEqual(['terminated']);
    expect(peer.media.open.size).toBe(0);
  });
});
