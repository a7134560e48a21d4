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
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

/** What was told of the first call, without its name. */
function told(): unknown[] {
  return peer.events.filter(({ call }) => call === 'c1').map(({ call: _, ...news }) => news);
}

function numberOf(request: Sent): string {
  return request.header('CSeq').split(' ')[0] ?? '';
}

async function referred(target = '203'): Promise<{ refer: Sent; id: string }> {
  peer.calls.refer('c1', { kind: 'blind', target });
  const refer = await peer.take('REFER');
  return { refer, id: numberOf(refer) };
}

/** A REFER that was taken. */
async function accepted(target?: string): Promise<string> {
  const { refer, id } = await referred(target);
  peer.respond(refer, 202);
  return id;
}

async function notify(id: string | null, status: number | null, subscription?: string): Promise<void> {
  far.notify(id, status, subscription);
  await peer.take('200');
}

const failed = (code: string, status: number, name = '203'): unknown => ({
  type: 'transfer-failed',
  error: { code, details: { name, number: name, status } },
});

describe('a blind transfer', () => {
  it('is asked for in the dialog, and its progress is told', async () => {
    const { refer, id } = await referred();
    expect(refer.startLine).toBe('REFER sip:202@far.test;transport=ws SIP/2.0');
    expect(refer.header('Refer-To')).toBe('<sip:203@lab.test>');
    expect(refer.header('Referred-By')).toBe('<sip:201@lab.test>');
    expect(refer.header('Call-ID')).toBe(invite.header('Call-ID'));
    peer.respond(refer, 202);
    await notify(id, 100);
    await notify(id, 180);
    await notify(id, 183);
    await notify(id, 200, 'terminated;reason=noresource');
    expect(told()).toEqual([{ type: 'transfer-accepted' }, { type: 'transfer-ringing' }, { type: 'transfer-succeeded' }]);
  });

  it.each([
    ['*8#', '<sip:*8%23@lab.test>'],
    ['+49 89 1', '<sip:+49%2089%201@lab.test>'],
    ['sip:carl@else.test;transport=tcp', '<sip:carl@else.test;transport=tcp>'],
  ])('to %s names %s', async (target, value) => {
    expect((await referred(target)).refer.header('Refer-To')).toBe(value);
  });

  it('to nobody never leaves', async () => {
    peer.calls.refer('c1', { kind: 'blind', target: '' });
    expect(await peer.untaken()).toEqual([]);
    expect(told()).toEqual([failed('transfer-target-unknown', 484, '')]);
  });

  it.each([
    [486, 'transfer-target-busy'],
    [600, 'transfer-target-busy'],
    [480, 'transfer-target-not-answered'],
    [408, 'transfer-target-not-answered'],
    [487, 'transfer-target-not-answered'],
    [404, 'transfer-target-unknown'],
    [604, 'transfer-target-unknown'],
    [603, 'transfer-refused'],
    [503, 'transfer-refused'],
  ])('whose target answers %i: %s', async (status, code) => {
    await notify(await accepted(), status, 'terminated;reason=noresource');
    expect(told()).toEqual([{ type: 'transfer-accepted' }, failed(code, status)]);
    expect(peer.calls.size).toBe(1);
  });

  it('that failed is followed by an offer, because the far end may be gone', async () => {
    await notify(await accepted(), 486, 'terminated');
    const offer = await peer.take('INVITE');
    far.send('BYE');
    await peer.take('200');
    peer.respond(offer, 481);
    await peer.take('ACK');
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-failed', 'terminated']);
  });

  it.each([400, 403, 405, 481, 501, 503, 603])('that is refused with %i', async (status) => {
    peer.respond((await referred()).refer, status);
    expect(told()).toEqual([failed('transfer-refused', status)]);
  });

  it('may be taken with 200 as well', async () => {
    peer.respond((await referred()).refer, 200);
    expect(peer.types()).toEqual(['transfer-accepted']);
  });

  it('is told of before it is answered', async () => {
    const { refer, id } = await referred();
    await notify(id, 100);
    await notify(id, 200, 'terminated');
    peer.respond(refer, 202);
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-succeeded']);
  });

  it('is taken by a far end that goes at once', async () => {
    await accepted();
    far.send('BYE');
    await peer.take('200');
    expect(told()).toEqual([{ type: 'transfer-accepted' }, { type: 'transfer-succeeded' }, { type: 'terminated', by: 'remote' }]);
  });

  it('that was not answered is lost with its far end', async () => {
    await referred();
    far.send('BYE');
    await peer.take('200');
    expect(told()).toEqual([failed('transfer-caller-lost', 0), { type: 'terminated', by: 'remote' }]);
  });

  it('of which nothing is ever told has failed', async () => {
    await accepted();
    await peer.clock.advanceAsync(32_000);
    expect(told()).toEqual([{ type: 'transfer-accepted' }, failed('transfer-refused', 500)]);
  });

  it('lasts as long as the far end says', async () => {
    const id = await accepted();
    await notify(id, 180, 'active;expires=120');
    await peer.clock.advanceAsync(151_000);
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-ringing']);
    await peer.clock.advanceAsync(1_000);
    expect(told().at(-1)).toEqual(failed('transfer-target-not-answered', 408));
  });

  it('whose subscription ends without an outcome waits for the far end to go', async () => {
    const id = await accepted();
    await notify(id, 100, 'terminated;reason=noresource');
    far.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-succeeded', 'terminated']);
  });

  it.each(['terminated', 'terminated;reason=timeout'])('whose subscription is %s and nobody goes has failed', async (subscription) => {
    await notify(await accepted(), null, subscription);
    await peer.clock.advanceAsync(32_000);
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-failed']);
  });

  it('whose subscription is rejected has failed', async () => {
    await notify(await accepted(), 100, 'terminated;reason=rejected');
    expect(told().at(-1)).toEqual(failed('transfer-refused', 403));
  });

  it('with Refer-Sub: false is believed after a while (RFC 4488)', async () => {
    peer.respond((await referred()).refer, 202, { headers: ['Refer-Sub: false'] });
    expect(peer.types()).toEqual(['transfer-accepted']);
    await peer.clock.advanceAsync(32_000);
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-succeeded']);
  });

  it('follows one that failed, and late word of the first is not taken for the second', async () => {
    const first = await accepted();
    await notify(first, 486, 'terminated');
    await peer.agree();
    const second = await accepted('204');
    expect(second).not.toBe(first);
    await notify(first, 200, 'terminated');
    await notify(second, 180);
    await notify(second, 200, 'terminated');
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-failed', 'transfer-accepted', 'transfer-ringing', 'transfer-succeeded']);
  });

  it('is told of without an id', async () => {
    await accepted();
    await notify(null, 200, 'terminated');
    expect(peer.types()).toEqual(['transfer-accepted', 'transfer-succeeded']);
  });

  it('is one at a time', async () => {
    await accepted();
    peer.calls.refer('c1', { kind: 'blind', target: '204' });
    expect(await peer.untaken()).toEqual([]);
  });

  it('needs a call that stands', async () => {
    peer.dial('c2', '205');
    await peer.take('INVITE');
    peer.calls.refer('c2', { kind: 'blind', target: '203' });
    expect(await peer.untaken()).toEqual([]);
    expect(peer.events).toMatchObject([{ call: 'c2', type: 'transfer-failed', error: { code: 'transfer-refused' } }]);
  });

  it('word of what we never asked for is taken note of, other news are not ours', async () => {
    await notify('4711', 200, 'terminated');
    far.send('NOTIFY', '', ['Event: talk', 'Subscription-State: active']);
    expect((await peer.take('489')).header('Allow-Events')).toBe('refer');
    expect(peer.events).toEqual([]);
  });

  it('garbage in its word counts as no outcome', async () => {
    const id = await accepted();
    far.send('NOTIFY', 'hello', [`Event: refer;id=${id}`, 'Subscription-State: active;expires=60', 'Content-Type: message/sipfrag']);
    await peer.take('200');
    expect(peer.types()).toEqual(['transfer-accepted']);
  });
});

describe('an attended transfer', () => {
  it('names the dialog of the consultation as its far end knows it', async () => {
    const { invite: consultation } = await peer.establish('c2');
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    const refer = await peer.take('REFER');
    expect(refer.header('Call-ID')).toBe(invite.header('Call-ID'));
    const tag = /tag=(\S+)/.exec(consultation.header('From'))?.[1] ?? '';
    const replaces = `${consultation.header('Call-ID')};to-tag=far;from-tag=${tag}`;
    expect(refer.header('Refer-To')).toBe(`<sip:202@lab.test?Replaces=${encodeURIComponent(replaces)}>`);
    peer.respond(refer, 202);
    await notify(numberOf(refer), 200, 'terminated');
    expect(peer.types('c1')).toEqual(['transfer-accepted', 'transfer-succeeded']);
  });

  it('with a call that came in goes to the caller through our server', async () => {
    const { id, far: caller } = await peer.answer({ headers: [] });
    peer.calls.refer('c1', { kind: 'attended', call: id });
    const refer = await peer.take('REFER');
    const [, callId, toTag, fromTag] = /^Replaces: (.*);to-tag=(.*);from-tag=(.*)$/.exec(caller.replaces) ?? [];
    const replaces = `${callId};to-tag=${fromTag};from-tag=${toTag}`;
    expect(refer.header('Refer-To')).toBe(`<sip:202@lab.test?Replaces=${encodeURIComponent(replaces)}>`);
    peer.respond(refer, 486);
    expect(told()).toEqual([
      { type: 'transfer-failed', error: { code: 'transfer-refused', details: { name: 'Bob', number: '202', status: 486 } } },
    ]);
  });

  it('prefers the address of the device (RFC 5627)', async () => {
    peer.dial('c2', '203');
    peer.respond(await peer.take('INVITE'), 200, { sdp: fakeSdp('far'), contact: 'sip:203@far.test;gr=urn:uuid:1' });
    await peer.take('ACK');
    await peer.settle();
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    expect((await peer.take('REFER')).header('Refer-To')).toMatch(/^<sip:203@far\.test;gr=urn:uuid:1\?Replaces=/);
  });

  it('with itself, or with a call that is gone, is refused', async () => {
    peer.calls.refer('c1', { kind: 'attended', call: 'c1' });
    await peer.settle();
    peer.calls.refer('c1', { kind: 'attended', call: 'nobody' });
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual(['transfer-failed', 'transfer-failed']);
  });
});

describe('a transfer while the consultation still rings', () => {
  /** The consultation, ringing at `contact`. */
  async function consult(contact?: string): Promise<Sent> {
    peer.dial('c2', '203');
    const consultation = await peer.take('INVITE');
    peer.respond(consultation, 180, contact === undefined ? {} : { contact });
    await peer.settle();
    return consultation;
  }

  it('names the early dialog to a server that carries both', async () => {
    const consultation = await consult();
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    const refer = await peer.take('REFER');
    expect(decodeURIComponent(refer.header('Refer-To'))).toContain(`Replaces=${consultation.header('Call-ID')};to-tag=far;from-tag=`);
    peer.respond(refer, 202);
    await notify(numberOf(refer), 200, 'terminated');
    expect(peer.types('c1')).toEqual(['transfer-accepted', 'transfer-succeeded']);
    // what the server makes of our own INVITE then is no refusal
    await peer.take('CANCEL');
    peer.respond(consultation, 603);
    await peer.take('ACK');
    expect(peer.types('c2')).toEqual(['trying', 'ringing', 'closed']);
  });

  it.each(['its answer', 'its word'])('which does not do that by %s: the target is called anew', async (by) => {
    const consultation = await consult();
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    const refer = await peer.take('REFER');
    if (by === 'its answer') peer.respond(refer, 481);
    else {
      peer.respond(refer, 202);
      await notify(numberOf(refer), 481, 'terminated');
    }
    const cancel = await peer.take('CANCEL');
    peer.respond(cancel, 200);
    expect(await peer.untaken()).toEqual([]);
    peer.respond(consultation, 487);
    await peer.take('ACK');
    const second = await peer.take('REFER');
    expect(second.header('Refer-To')).toBe('<sip:203@lab.test>');
    peer.respond(second, 202);
    await notify(numberOf(second), 180);
    await notify(numberOf(second), 200, 'terminated');
    expect(peer.types('c1')).toEqual(['transfer-accepted', 'transfer-ringing', 'transfer-succeeded']);
    expect(peer.types('c2')).toEqual(['trying', 'ringing', 'closed']);
  });

  it('between two telephones calls the target anew', async () => {
    const consultation = await consult('sip:203@third.test;transport=ws');
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    peer.respond(await peer.take('CANCEL'), 200);
    peer.respond(consultation, 487);
    await peer.take('ACK');
    expect((await peer.take('REFER')).header('Refer-To')).toBe('<sip:203@lab.test>');
  });

  it('goes on as attended when the consultation was answered meanwhile', async () => {
    const consultation = await consult();
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    const refer = await peer.take('REFER');
    peer.respond(consultation, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    peer.respond(refer, 202);
    await notify(numberOf(refer), 200, 'terminated');
    expect(peer.types('c1')).toEqual(['transfer-accepted', 'transfer-succeeded']);
  });

  it('which the server refuses after the consultation was answered is asked for as attended', async () => {
    const consultation = await consult();
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    const refer = await peer.take('REFER');
    peer.respond(consultation, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    peer.respond(refer, 481);
    const second = await peer.take('REFER');
    expect(second.header('Refer-To')).toBe(refer.header('Refer-To'));
    expect(peer.types('c2').at(-1)).toBe('established');
  });

  it('has failed when the consultation is gone by then', async () => {
    const consultation = await consult();
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    const refer = await peer.take('REFER');
    peer.respond(consultation, 486);
    await peer.take('ACK');
    peer.respond(refer, 481);
    expect(told()).toEqual([failed('transfer-target-not-answered', 480)]);
  });

  it('is given up when the caller goes meanwhile', async () => {
    const consultation = await consult('sip:203@third.test;transport=ws');
    peer.calls.refer('c1', { kind: 'attended', call: 'c2' });
    peer.respond(await peer.take('CANCEL'), 200);
    far.send('BYE');
    await peer.take('200');
    peer.respond(consultation, 487);
    await peer.take('ACK');
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types('c1')).toEqual(['terminated']);
  });
});
