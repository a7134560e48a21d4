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

describe('an INVITE that we send', () => {
  it('tells of 100, 180 and the answer, and of who answered', async () => {
    peer.dial('c1', '#9419');
    const invite = await peer.take('INVITE');
    expect(invite.startLine).toBe('INVITE sip:%239419@lab.test SIP/2.0');
    expect(invite.header('Supported')).toContain('replaces');
    peer.respond(invite, 100);
    peer.respond(invite, 180);
    peer.respond(invite, 180);
    peer.respond(invite, 200, { sdp: fakeSdp('far'), headers: ['P-Asserted-Identity: "Bob B." <sip:202@lab.test>'] });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['trying', 'ringing', 'established']);
    expect(peer.events.at(-1)).toMatchObject({ remote: { displayName: 'Bob B.', number: '202' } });
    expect(peer.calls.get('c1')?.farEndProduct).toBe('Script');
    expect(peer.calls.get('c1')?.sipCallIds).toEqual([invite.header('Call-ID')]);
  });

  it('rings for a 180 without To tag or Contact, which names no dialog', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.respond(invite, 180, { tag: '' });
    peer.respond(invite, 180, { contact: false });
    expect(peer.types()).toEqual(['trying', 'ringing']);
  });

  it('plays the early media of one fork, and moves to another peer connection when another fork answers', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.respond(invite, 183, { tag: 'one', sdp: fakeSdp('one') });
    await peer.settle();
    peer.respond(invite, 183, { tag: 'two', sdp: fakeSdp('two') });
    await peer.settle();
    expect(peer.types()).toEqual(['trying', 'early-media']);
    expect(peer.media.log).toEqual(['offer c1', 'provisional c1']);
    peer.respond(invite, 200, { tag: 'two', sdp: fakeSdp('two') });
    await peer.take('ACK');
    const moved = await peer.take('INVITE');
    peer.respond(moved, 200, { tag: 'two', sdp: fakeSdp('two') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types()).toEqual(['trying', 'early-media', 'established', 'repair-negotiated']);
    expect(peer.peerChanges.at(-1)).toEqual({ call: 'c1', peer: 'c1~2' });
    expect([...peer.media.open]).toEqual(['c1~2']);
  });

  it('takes the early description for the answer when the 2xx has none', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.respond(invite, 183, { sdp: fakeSdp('far') });
    peer.respond(invite, 200);
    await peer.take('ACK');
    await peer.settle();
    expect(peer.media.log).toEqual(['offer c1', 'provisional c1', 'apply c1']);
    expect(peer.types()).toEqual(['trying', 'established']);
  });

  it('ends a second fork that answers too', async () => {
    const { invite } = await peer.establish();
    peer.respond(invite, 200, { tag: 'other', sdp: fakeSdp('other') });
    const ack = await peer.take('ACK');
    expect(ack.header('To')).toContain('tag=other');
    const bye = await peer.take('BYE');
    expect(bye.header('To')).toContain('tag=other');
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['established']);
  });

  it('acknowledges a repeated 2xx again', async () => {
    const { invite } = await peer.establish();
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    expect(peer.types()).toEqual(['established']);
  });

  it('says BYE when the answer cannot be used', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.media.failNext('apply', new AppError('no-common-codec'));
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    const bye = await peer.take('BYE');
    expect(bye.header('Reason')).toContain('488');
    peer.respond(bye, 200);
    expect(peer.events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'no-common-codec' } });
    expect(peer.calls.size).toBe(0);
  });

  it('does not send anything when no offer can be made', async () => {
    peer.media.failNext('offer');
    peer.dial('c1', '202');
    expect(await peer.untaken()).toEqual([]);
    expect(peer.events).toEqual([{ call: 'c1', type: 'failed', error: { code: 'media-failed', details: {} } }]);
  });

  it.each([
    [305, 'call-refused'],
    [404, 'number-unknown'],
    [503, 'server-error'],
  ])('%i is told as %s', async (status, code) => {
    peer.dial('c1', '202');
    peer.respond(await peer.take('INVITE'), status);
    await peer.take('ACK');
    expect(peer.events).toEqual([
      {
        call: 'c1',
        type: 'rejected',
        status,
        reasonPhrase: 'Because',
        cleared: false,
        who: null,
        error: { code, details: { status, reason: 'Because', number: '202' } },
      },
    ]);
    expect(peer.calls.size).toBe(0);
  });

  it('is told apart from a refusal when the far end says that the call was cleared', async () => {
    peer.dial('c1', '202');
    peer.respond(await peer.take('INVITE'), 603, { headers: ['Reason: Q.850;cause=16'] });
    await peer.take('ACK');
    expect(peer.events).toMatchObject([{ type: 'rejected', status: 603, cleared: true, error: null }]);
  });

  it('fails at once when there is no flow', async () => {
    peer.flowUp = false;
    peer.dial('c1', '202');
    await peer.settle();
    expect(peer.events).toMatchObject([{ type: 'failed', error: { code: 'connection-lost' } }]);
  });

  it('waits eight seconds for an answer whose flow was lost, and no longer', async () => {
    peer.dial('c1', '202');
    peer.respond(await peer.take('INVITE'), 180);
    peer.loseFlow();
    peer.bringFlow();
    await peer.clock.advanceAsync(7_900);
    expect(peer.types()).toEqual(['trying', 'ringing']);
    await peer.clock.advanceAsync(200);
    expect(peer.types()).toEqual(['trying', 'ringing', 'failed']);
    expect(peer.core.userAgentClients.size).toBe(0);
  });

  it('is in peace again when the answer comes by the next flow', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.respond(invite, 180);
    peer.loseFlow();
    peer.bringFlow();
    peer.respond(invite, 180);
    await peer.clock.advanceAsync(60_000);
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.settle();
    expect(peer.types()).toEqual(['trying', 'ringing', 'established']);
  });
});

describe('giving up', () => {
  it('waits for the first answer with its CANCEL (RFC 3261 section 9.1)', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.calls.get('c1')?.hangUp();
    expect(await peer.untaken()).toEqual([]);
    peer.respond(invite, 100);
    const cancel = await peer.take('CANCEL');
    expect(cancel.header('Via')).toBe(invite.header('Via'));
    peer.respond(cancel, 200);
    peer.respond(invite, 487);
    await peer.take('ACK');
    expect(peer.types()).toEqual(['closed']);
  });

  it('ends the call that was answered while our CANCEL was on its way', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.respond(invite, 180);
    peer.calls.get('c1')?.hangUp();
    const cancel = await peer.take('CANCEL');
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    const bye = await peer.take('BYE');
    peer.respond(cancel, 481);
    peer.respond(bye, 200);
    expect(peer.types()).toEqual(['trying', 'ringing', 'closed']);
    expect(peer.core.dialogs.size).toBe(0);
  });

  it('is done after 32 seconds even if nobody answers the CANCEL', async () => {
    peer.dial('c1', '202');
    peer.respond(await peer.take('INVITE'), 180);
    peer.calls.get('c1')?.hangUp();
    await peer.take('CANCEL');
    await peer.clock.advanceAsync(32_000);
    expect(peer.types()).toEqual(['trying', 'ringing', 'closed']);
  });

  it('repeats the CANCEL on the next flow', async () => {
    peer.dial('c1', '202');
    peer.respond(await peer.take('INVITE'), 180);
    peer.loseFlow();
    peer.calls.get('c1')?.hangUp();
    await peer.settle();
    peer.bringFlow();
    await peer.take('CANCEL');
  });

  it('needs no message while the offer is being made', async () => {
    peer.media.hold();
    peer.dial('c1', '202');
    peer.calls.get('c1')?.hangUp();
    expect(peer.events).toEqual([]);
    peer.media.release();
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual(['closed']);
  });

  it('says BYE when it comes between the 2xx and the use of its answer', async () => {
    peer.dial('c1', '202');
    const invite = await peer.take('INVITE');
    peer.media.hold();
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    peer.calls.get('c1')?.hangUp();
    const bye = await peer.take('BYE');
    peer.respond(bye, 200);
    peer.media.release();
    await peer.settle();
    expect(peer.types()).toEqual(['closed']);
  });
});
