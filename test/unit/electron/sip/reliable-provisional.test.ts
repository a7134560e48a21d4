import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
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

const reliable = 'Require: 100rel';

describe('a reliable provisional answer to our INVITE', () => {
  let invite: Sent;
  beforeEach(async () => {
    peer.dial('c1', '202');
    invite = await peer.take('INVITE');
  });

  it('is acknowledged, once, and in order', async () => {
    expect(invite.header('Supported')).toContain('100rel');
    peer.respond(invite, 180, { headers: [reliable, 'RSeq: 7'] });
    const prack = await peer.take('PRACK');
    expect(prack.header('RAck')).toBe(`7 ${invite.header('CSeq')}`);
    expect(prack.startLine).toBe('PRACK sip:202@far.test;transport=ws SIP/2.0');
    peer.respond(invite, 180, { headers: [reliable, 'RSeq: 7'] });
    peer.respond(invite, 183, { headers: [reliable, 'RSeq: 9'], sdp: fakeSdp('far') });
    expect(await peer.untaken()).toEqual([]);
    peer.respond(prack, 200);
    peer.respond(invite, 183, { headers: [reliable, 'RSeq: 8'] });
    expect((await peer.take('PRACK')).header('RAck')).toBe(`8 ${invite.header('CSeq')}`);
    expect(peer.types('c1')).toEqual(['trying', 'ringing']);
  });

  it('brings the answer for good: the 2xx does not say it again', async () => {
    peer.respond(invite, 183, { headers: [reliable, 'RSeq: 1'], sdp: fakeSdp('far') });
    peer.respond(await peer.take('PRACK'), 200);
    await peer.settle();
    expect(peer.types('c1')).toEqual(['trying', 'early-media']);
    peer.respond(invite, 200);
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types('c1')).toEqual(['trying', 'early-media', 'established']);
    expect(peer.media.log).toEqual(['offer c1', 'apply c1']);
    peer.calls.get('c1')?.setHold(true);
    await peer.agree(fakeSdp('far', 'recvonly'));
  });

  it('may repeat for good what was a foretaste', async () => {
    peer.respond(invite, 183, { sdp: fakeSdp('far') });
    peer.respond(invite, 183, { headers: [reliable, 'RSeq: 1'], sdp: fakeSdp('far') });
    await peer.take('PRACK');
    peer.respond(invite, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.media.log).toEqual(['offer c1', 'provisional c1', 'apply c1']);
    expect(peer.types('c1')).toEqual(['trying', 'early-media', 'established']);
  });

  it('of another fork is acknowledged and not played', async () => {
    peer.respond(invite, 183, { tag: 'one', headers: [reliable, 'RSeq: 1'], sdp: fakeSdp('one') });
    peer.respond(invite, 183, { tag: 'two', headers: [reliable, 'RSeq: 5'], sdp: fakeSdp('two') });
    expect((await peer.take('PRACK')).header('To')).toContain('tag=one');
    expect((await peer.take('PRACK')).header('RAck')).toMatch(/^5 /);
    peer.respond(invite, 200, { tag: 'two', sdp: fakeSdp('two') });
    await peer.take('ACK');
    // it has met the devices of the first: a new peer connection
    expect((await peer.agree(fakeSdp('two'))).header('To')).toContain('tag=two');
    expect(peer.types('c1').filter((type) => type === 'established')).toHaveLength(1);
  });

  it('may be followed by an UPDATE with an offer, in the dialog that was answered', async () => {
    peer.respond(invite, 183, { headers: [reliable, 'RSeq: 1'], sdp: fakeSdp('far') });
    peer.respond(await peer.take('PRACK'), 200);
    const far = peer.callee(invite);
    far.contact = 'sip:moved@elsewhere.test';
    far.send('UPDATE', fakeSdp('far', 'sendonly'));
    expect((await peer.take('200')).body).toContain('m=audio');
    peer.respond(invite, 180, { tag: 'other' });
    peer.callee(invite, 'other').send('UPDATE', fakeSdp('other'));
    await peer.take('500');
    peer.respond(invite, 200);
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types('c1')).toEqual(['trying', 'early-media', 'ringing', 'established', 'remote-hold-changed']);
    expect(peer.media.log).toEqual(['offer c1', 'apply c1', 'answer c1']);
  });

  it('may be followed by an UPDATE that cannot be answered', async () => {
    peer.respond(invite, 183, { headers: [reliable, 'RSeq: 1'], sdp: fakeSdp('far') });
    await peer.take('PRACK');
    peer.media.failNext('answer', new AppError('no-common-codec'));
    peer.callee(invite).send('UPDATE', fakeSdp('far'));
    await peer.take('488');
    peer.respond(invite, 200);
    await peer.take('ACK');
    await peer.settle();
    expect(peer.types('c1')).toContain('established');
  });

  it.each(['RSeq: x', 'RSeq: -1', 'X: none'])('with %s is none', async (header) => {
    peer.respond(invite, 180, { headers: [reliable, header] });
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types('c1')).toEqual(['trying', 'ringing']);
  });
});

/** 180 with Require and RSeq, and what acknowledges it. */
function rack(ringing: Sent): string {
  expect(ringing.header('Require')).toBe('100rel');
  return `RAck: ${ringing.header('RSeq')} 1 INVITE`;
}

describe('an INVITE that requires reliable provisional answers', () => {
  let far: Caller;
  let id: string;
  async function ring(sdp?: string): Promise<Sent> {
    far = peer.invite({ headers: [reliable], ...(sdp === undefined ? {} : { sdp }) });
    id = peer.events[0]?.call ?? '';
    await peer.take('100');
    peer.calls.get(id)?.ring();
    const ringing = await peer.take('180');
    far.learn(ringing);
    return ringing;
  }

  it('gets them, until the PRACK comes', async () => {
    const ringing = await ring();
    for (const afterMs of [500, 1000, 2000]) {
      await peer.clock.advanceAsync(afterMs - 1);
      expect(await peer.untaken()).toEqual([]);
      await peer.clock.advanceAsync(1);
      expect((await peer.take('180')).header('RSeq')).toBe(ringing.header('RSeq'));
    }
    far.send('PRACK', '', [rack(ringing)]);
    await peer.take('200');
    await peer.clock.advanceAsync(60_000);
    expect(await peer.untaken()).toEqual([]);
    peer.calls.get(id)?.accept();
    await peer.take('200');
    far.send('ACK', '', [], 1);
    await peer.settle();
    expect(peer.types(id)).toEqual(['invite-received', 'established']);
  });

  it('is refused when the PRACK never comes', async () => {
    await ring();
    await peer.clock.advanceAsync(32_000);
    expect((await peer.untaken()).at(-1)).toBe('504');
    expect(peer.types(id)).toEqual(['invite-received', 'failed']);
  });

  it.each([
    ['another number', (header: string) => header.replace(/\d+/, '1')],
    ['another request', (header: string) => header.replace(' 1 INVITE', ' 2 INVITE')],
    ['another method', (header: string) => header.replace('INVITE', 'UPDATE')],
    ['no number', () => 'RAck: x'],
    ['nothing', () => 'X: none'],
  ])('refuses a PRACK for %s', async (_what, change) => {
    const ringing = await ring();
    far.send('PRACK', '', [change(rack(ringing))]);
    await peer.take('481');
    far.send('PRACK', '', [rack(ringing)]);
    await peer.take('200');
    far.send('PRACK', '', [rack(ringing)]);
    await peer.take('481');
    peer.calls.get(id)?.accept();
    await peer.take('200');
  });

  it('refuses an offer in the PRACK while its own is unanswered', async () => {
    const ringing = await ring();
    far.send('PRACK', fakeSdp('far'), [rack(ringing)]);
    await peer.take('488');
    far.send('PRACK', '', [rack(ringing)]);
    await peer.take('200');
  });

  it('may be accepted before the PRACK', async () => {
    const ringing = await ring();
    peer.calls.get(id)?.accept();
    await peer.take('200');
    far.send('PRACK', '', [rack(ringing)]);
    await peer.take('200');
    far.send('PRACK', '', [rack(ringing)]);
    await peer.take('481');
    far.send('ACK', '', [], 1);
    await peer.settle();
    expect(peer.types(id)).toEqual(['invite-received', 'established']);
    await peer.clock.advanceAsync(60_000);
    expect(await peer.untaken()).toEqual([]);
  });

  it('may be cancelled', async () => {
    await ring();
    far.send('CANCEL');
    expect((await peer.untaken()).sort()).toEqual(['200', '487']);
    await peer.clock.advanceAsync(60_000);
    expect((await peer.untaken()).sort()).toEqual(['200', '487']);
  });

  describe('and has no offer', () => {
    it('gets ours with the 180, and the answer comes with the PRACK', async () => {
      const ringing = await ring('');
      expect(ringing.body).toContain('m=audio');
      peer.calls.get(id)?.accept();
      expect(await peer.untaken()).toEqual([]);
      far.send('PRACK', fakeSdp('far', 'sendonly'), [rack(ringing)]);
      await peer.take('200');
      expect((await peer.take('200')).body).toBe('');
      far.send('ACK', '', [], 1);
      await peer.settle();
      expect(peer.types(id)).toEqual(['invite-received', 'established', 'remote-hold-changed']);
      expect(peer.media.log).toEqual([`offer ${id}`, `apply ${id}`]);
    });

    it('rings on when the PRACK came first', async () => {
      const ringing = await ring('');
      far.send('PRACK', fakeSdp('far'), [rack(ringing)]);
      await peer.take('200');
      await peer.clock.advanceAsync(10_000);
      expect(await peer.untaken()).toEqual([]);
      peer.calls.get(id)?.accept();
      await peer.take('200');
    });

    it.each(['', 'v=0\r\n'])('is refused when the PRACK brings %j', async (answer) => {
      const ringing = await ring('');
      far.send('PRACK', answer, [rack(ringing)]);
      expect(await peer.untaken()).toEqual(['200', '488']);
      expect(peer.types(id)).toEqual(['invite-received', 'failed']);
    });
  });
});

describe('an INVITE that only supports them', () => {
  it('gets plain ones, and a PRACK for those is refused', async () => {
    const far = peer.invite({ headers: ['Supported: 100rel'] });
    await peer.take('100');
    peer.calls.get(peer.events[0]?.call ?? '')?.ring();
    const ringing = await peer.take('180');
    expect([ringing.header('Require'), ringing.header('RSeq')]).toEqual(['', '']);
    far.learn(ringing);
    far.send('PRACK', '', ['RAck: 0 1 INVITE']);
    await peer.take('481');
  });
});

describe('a PRACK in a call that stands', () => {
  it('is refused', async () => {
    const { far } = await peer.establish();
    far.send('PRACK', '', ['RAck: 1 1 INVITE']);
    await peer.take('481');
    expect(peer.calls.size).toBe(1);
  });
});
