import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DialogState } from '#shared/people/line-state.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { ScriptedPeer, type Sent } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
beforeEach(() => {
  peer = new ScriptedPeer();
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

/** A Replaces header that names the dialog of an INVITE of ours, as its far end knows it. */
function naming(invite: Sent, options = ''): string {
  const tag = /tag=(\S+)/.exec(invite.header('From'))?.[1] ?? '';
  return `Replaces: ${invite.header('Call-ID')};to-tag=${tag};from-tag=far${options}`;
}

const dora = '"Dora" <sip:204@lab.test>';

describe('a call that stands', () => {
  it.each([false, true])('goes on with somebody else, on hold: %s', async (held) => {
    const { invite } = await peer.establish();
    if (held) {
      peer.calls.get('c1')?.setHold(true);
      await peer.agree(fakeSdp('far', 'recvonly'));
    }
    peer.events.length = 0;
    const heir = peer.invite({ sdp: fakeSdp('dora'), headers: [naming(invite)], from: dora });
    const ok = await peer.take('200');
    expect(ok.body).toContain(held ? 'a=sendonly' : 'a=sendrecv');
    heir.learn(ok);
    peer.respond(await peer.take('BYE'), 200);
    heir.send('ACK');
    await peer.settle();
    expect(peer.events).toEqual([
      { call: 'c1', type: 'remote-changed', remote: { displayName: 'Dora', number: '204', uri: 'sip:204@lab.test' } },
    ]);
    expect(peer.peerChanges.at(-1)).toEqual({ call: 'c1', peer: 'c1~2' });
    heir.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['remote-changed', 'terminated']);
  });

  it('is not there for who wants it only while it rings', async () => {
    const { invite } = await peer.establish();
    peer.invite({ headers: [naming(invite, ';early-only')] });
    await peer.take('486');
    expect(peer.calls.size).toBe(1);
  });

  it('that is being ended is not taken over', async () => {
    const { invite } = await peer.establish();
    peer.calls.get('c1')?.hangUp();
    await peer.take('BYE');
    peer.invite({ headers: [naming(invite)] });
    await peer.take('603');
  });
});

describe('a call of ours that still rings', () => {
  async function ring(): Promise<Sent> {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.respond(invite, 180);
    await peer.settle();
    peer.events.length = 0;
    return invite;
  }

  it.each(['', ';early-only'])('is picked up by somebody else (RFC 3891 section 3) %s', async (options) => {
    const invite = await ring();
    const heir = peer.invite({ sdp: fakeSdp('dora'), headers: [naming(invite, options)], from: dora });
    heir.learn(await peer.take('200'));
    peer.respond(await peer.take('CANCEL'), 200);
    heir.send('ACK');
    peer.respond(invite, 487);
    await peer.take('ACK');
    await peer.settle();
    expect(peer.events).toEqual([
      { call: 'c1', type: 'remote-changed', remote: { displayName: 'Dora', number: '204', uri: 'sip:204@lab.test' } },
      { call: 'c1', type: 'established', remote: null },
    ]);
    expect([...peer.media.open]).toEqual(['c1~2']);
    peer.calls.get('c1')?.hangUp();
    peer.respond(await peer.take('BYE'), 200);
    expect(peer.types().at(-1)).toBe('closed');
    expect([...peer.media.open]).toEqual([]);
  });

  it('and is answered while somebody picks it up: the pickup wins, the answer is ended', async () => {
    const invite = await ring();
    peer.media.hold();
    const heir = peer.invite({ sdp: fakeSdp('dora'), headers: [naming(invite)], from: dora });
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    peer.media.release();
    heir.learn(await peer.take('200'));
    peer.respond(await peer.take('BYE'), 200);
    heir.send('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['established', 'remote-changed']);
    expect([...peer.media.open]).toEqual(['c1~2']);
  });

  it('and is answered after the pickup: that answer is acknowledged and ended', async () => {
    const invite = await ring();
    const heir = peer.invite({ sdp: fakeSdp('dora'), headers: [naming(invite)], from: dora });
    heir.learn(await peer.take('200'));
    peer.respond(await peer.take('CANCEL'), 200);
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    peer.respond(await peer.take('BYE'), 200);
    heir.send('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['remote-changed', 'established']);
  });

  it('keeps ringing when the pickup cannot be answered', async () => {
    const invite = await ring();
    peer.media.failNext('answer');
    peer.invite({ sdp: fakeSdp('dora'), headers: [naming(invite)], from: dora });
    await peer.take('500');
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['established']);
  });

  it('is not picked up once we give up', async () => {
    const invite = await ring();
    peer.calls.get('c1')?.hangUp();
    await peer.take('CANCEL');
    peer.invite({ headers: [naming(invite)] });
    await peer.take('481');
  });
});

describe('a call that rings here', () => {
  it('belongs to its caller: 481', async () => {
    const far = peer.invite();
    const id = peer.events[0]?.call ?? '';
    await peer.take('100');
    peer.calls.get(id)?.ring();
    far.learn(await peer.take('180'));
    peer.invite({ headers: [far.replaces] });
    await peer.take('481');
    expect(peer.types()).toEqual(['invite-received']);
  });
});

describe('a call that rings at a colleague', () => {
  const ringing: DialogState = {
    id: '1',
    state: 'early',
    direction: 'recipient',
    remote: { displayName: 'Carl', number: '0891234', uri: 'sip:0891234@lab.test' },
    dialog: { callId: 'abc', localTag: 'colleague', remoteTag: 'caller' },
  };

  it('is picked up from its caller', async () => {
    peer.dial('c1', '203', { pickUp: ringing });
    const invite = await peer.take('INVITE');
    expect(invite.startLine).toBe('INVITE sip:0891234@lab.test SIP/2.0');
    expect(invite.header('Replaces')).toBe('abc;to-tag=caller;from-tag=colleague;early-only');
    expect(invite.header('Require')).toBe('replaces');
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['established']);
  });

  it.each([481, 486, 603, 420])('and is gone by then: %i', async (status) => {
    peer.dial('c1', '203', { pickUp: ringing });
    peer.respond(await peer.take('INVITE'), status);
    await peer.take('ACK');
    expect(peer.events).toMatchObject([{ type: 'rejected', status, error: { code: 'pick-up-failed' } }]);
  });

  it('cannot be picked up when the server hides it', async () => {
    peer.dial('c1', '203', { pickUp: { ...ringing, dialog: null } });
    expect(await peer.untaken()).toEqual([]);
    expect(peer.events).toMatchObject([{ call: 'c1', type: 'failed', error: { code: 'pick-up-failed' } }]);
  });
});
