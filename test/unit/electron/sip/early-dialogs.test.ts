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
  expect(peer.media.collisions).toEqual([]);
  peer.core.dispose();
});

describe('several phones that ring for our INVITE', () => {
  let invite: Sent;
  beforeEach(async () => {
    peer.dial('c1', '202');
    invite = await peer.take('INVITE');
    for (const tag of ['one', 'two', 'three']) peer.respond(invite, 180, { tag });
  });

  it('are one ringing call; the first that answers has it, and each other answer is ended', async () => {
    expect(peer.types('c1')).toEqual(['trying', 'ringing']);
    expect(peer.core.dialogs.size).toBe(3);
    peer.respond(invite, 200, { tag: 'two', sdp: fakeSdp('two') });
    expect((await peer.take('ACK')).header('To')).toContain('tag=two');
    peer.respond(invite, 200, { tag: 'four', sdp: fakeSdp('four') });
    for (const what of ['ACK', 'BYE']) expect((await peer.take(what)).header('To')).toContain('tag=four');
    await peer.settle();
    expect(peer.types('c1')).toEqual(['trying', 'ringing', 'established']);
    peer.calls.get('c1')?.setHold(true);
    expect((await peer.agree(fakeSdp('two', 'recvonly'))).header('To')).toContain('tag=two');
  });

  it('are forgotten when the INVITE is refused', async () => {
    peer.respond(invite, 486);
    await peer.take('ACK');
    expect(peer.core.dialogs.size).toBe(0);
    peer.callee(invite, 'one').send('UPDATE');
    await peer.take('481');
  });

  it('cannot end the call by a BYE, and may still answer', async () => {
    peer.callee(invite, 'one').send('BYE');
    await peer.take('481');
    peer.respond(invite, 200, { tag: 'one', sdp: fakeSdp('one') });
    await peer.take('ACK');
    await peer.settle();
    const far = peer.callee(invite, 'one');
    far.send('INFO');
    await peer.take('200');
    far.send('BYE');
    await peer.take('200');
    expect(peer.types('c1')).toEqual(['trying', 'ringing', 'established', 'terminated']);
  });

  it('are told by one CANCEL, and an answer that crosses it is ended', async () => {
    peer.calls.get('c1')?.hangUp();
    const cancel = await peer.take('CANCEL');
    peer.respond(invite, 200, { tag: 'three', sdp: fakeSdp('three') });
    for (const what of ['ACK', 'BYE']) expect((await peer.take(what)).header('To')).toContain('tag=three');
    peer.respond(cancel, 200);
    expect(peer.types('c1')).toEqual(['trying', 'ringing', 'closed']);
    expect(peer.core.dialogs.size).toBe(2);
  });
});

describe('a BYE is answered', () => {
  let far: Caller;

  /** What Commute says to the BYE. */
  async function bye(): Promise<string[]> {
    const before = (await peer.untaken()).length;
    far.send('BYE');
    return (await peer.untaken()).slice(before);
  }

  it.each<[string, string[], () => void | Promise<void>]>([
    ['when nothing else happens', ['200'], () => {}],
    ['while we make an offer', ['200'], () => (peer.media.hold(), peer.calls.get('c1')?.setHold(true), peer.settle())],
    ['while our re-INVITE is out', ['200'], () => (peer.calls.get('c1')?.setHold(true), peer.settle())],
    ['while their re-INVITE is answered', ['487', '200'], () => (peer.media.hold(), far.send('INVITE', fakeSdp('far')), peer.settle())],
    ['while their UPDATE is answered', ['487', '200'], () => (peer.media.hold(), far.send('UPDATE', fakeSdp('far')), peer.settle())],
    ['while their ACK is still to come', ['200'], () => (far.send('INVITE', fakeSdp('far')), peer.settle())],
    ['while a repair is under way', ['200'], () => (peer.calls.get('c1')?.repair('renegotiate'), peer.settle())],
    ['while our BYE is out', ['200'], () => (peer.calls.get('c1')?.hangUp(), peer.settle())],
  ])('%s', async (_when, answers, prepare) => {
    ({ far } = await peer.establish());
    await prepare();
    expect((await bye()).sort()).toEqual([...answers].sort());
    peer.media.release();
    await peer.settle();
    expect(peer.types('c1').filter((type) => type === 'terminated' || type === 'closed')).toHaveLength(1);
    expect(await bye()).toEqual(['481']);
  });
});
