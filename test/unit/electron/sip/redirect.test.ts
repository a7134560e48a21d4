import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

/** Commute calls 202, and the answer is this. */
async function refused(invite: Sent, status: number, ...contacts: string[]): Promise<void> {
  peer.respond(invite, status, { contact: false, headers: contacts.map((contact) => `Contact: ${contact}`) });
  await peer.take('ACK');
}

describe('a call that is sent on', () => {
  it('goes on with the same To, From and Call-ID to the best target', async () => {
    peer.dial('c1', '202');
    const first = await peer.take('INVITE');
    await refused(first, 302, '"Dora" <sip:204@lab.test>;q=0.5, <sip:203@lab.test>');
    const second = await peer.take('INVITE');
    expect(second.startLine).toBe('INVITE sip:203@lab.test SIP/2.0');
    expect(['To', 'From', 'Call-ID'].map(second.header)).toEqual(['To', 'From', 'Call-ID'].map(first.header));
    expect([second.header('CSeq'), second.body]).toEqual(['2 INVITE', first.body]);
    peer.respond(second, 486);
    await peer.take('ACK');
    const third = await peer.take('INVITE');
    expect(third.startLine).toBe('INVITE sip:204@lab.test SIP/2.0');
    peer.respond(third, 180);
    peer.respond(third, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    await peer.settle();
    expect(peer.events).toEqual([
      { call: 'c1', type: 'redirected', to: { displayName: '', number: '203', uri: 'sip:203@lab.test' } },
      { call: 'c1', type: 'redirected', to: { displayName: 'Dora', number: '204', uri: 'sip:204@lab.test' } },
      { call: 'c1', type: 'trying' },
      { call: 'c1', type: 'ringing' },
      { call: 'c1', type: 'established', remote: null },
    ]);
  });

  it.each([300, 301])('by %i as well', async (status) => {
    peer.dial('c1', '202');
    await refused(await peer.take('INVITE'), status, '<sip:203@lab.test>');
    await peer.take('INVITE');
  });

  it.each([305, 380])('is refused by %i', async (status) => {
    peer.dial('c1', '202');
    await refused(await peer.take('INVITE'), status, '<sip:203@lab.test>');
    expect(peer.events).toMatchObject([{ type: 'rejected', status }]);
  });

  it('to itself is refused', async () => {
    peer.dial('c1', '202');
    await refused(await peer.take('INVITE'), 302, '<sip:202@lab.test>');
    expect(peer.events).toMatchObject([{ type: 'rejected', status: 302, error: { code: 'call-refused' } }]);
  });

  it('for ever is refused after five', async () => {
    peer.dial('c1', '202');
    for (let hop = 0; hop < 6; hop++) await refused(await peer.take('INVITE'), 302, `<sip:3${hop}@lab.test>`);
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual([...Array<string>(5).fill('redirected'), 'rejected']);
  });

  it('is not tried elsewhere after 603', async () => {
    peer.dial('c1', '202');
    await refused(await peer.take('INVITE'), 302, '<sip:203@lab.test>, <sip:204@lab.test>');
    await refused(await peer.take('INVITE'), 603);
    expect(await peer.untaken()).toEqual([]);
    expect(peer.events.at(-1)).toMatchObject({ type: 'rejected', status: 603, error: null });
  });

  it('to a telephone number goes to our own server', async () => {
    peer.dial('c1', '202');
    await refused(await peer.take('INVITE'), 302, '<tel:+49-89-123>');
    expect((await peer.take('INVITE')).startLine).toBe('INVITE sip:+4989123@lab.test SIP/2.0');
  });

  it('honours Replaces in the Contact, and no other header', async () => {
    peer.dial('c1', '202');
    await refused(await peer.take('INVITE'), 302, '<sip:park@lab.test?Replaces=1%3Bto-tag%3Da%3Bfrom-tag%3Db&Route=x>');
    const second = await peer.take('INVITE');
    expect([second.startLine, second.header('Replaces'), second.header('Route')]).toEqual([
      'INVITE sip:park@lab.test SIP/2.0',
      '1;to-tag=a;from-tag=b',
      '',
    ]);
  });

  it('is given up while it is on its way', async () => {
    peer.dial('c1', '202');
    await refused(await peer.take('INVITE'), 302, '<sip:203@lab.test>');
    const second = await peer.take('INVITE');
    peer.calls.get('c1')?.hangUp();
    peer.respond(second, 180);
    const cancel = await peer.take('CANCEL');
    expect(cancel.header('CSeq')).toBe('2 CANCEL');
    peer.respond(cancel, 200);
    await refused(second, 302, '<sip:204@lab.test>');
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual(['redirected', 'closed']);
  });

  it('after early media gets a new peer connection', async () => {
    peer.dial('c1', '202');
    const first = await peer.take('INVITE');
    peer.respond(first, 183, { sdp: fakeSdp('first'), tag: 'first' });
    await peer.settle();
    await refused(first, 302, '<sip:203@lab.test>');
    peer.respond(await peer.take('INVITE'), 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    await peer.agree();
    expect(peer.peerChanges.at(-1)).toEqual({ call: 'c1', peer: 'c1~2' });
    expect(peer.media.collisions).toEqual([]);
  });

  it.each([
    ['P-Asserted-Identity: "Dora" <sip:204@lab.test>', 'Dora'],
    ['History-Info: <sip:202@lab.test>;index=1, "Eve" <sip:205@lab.test>;index=1.1', 'Eve'],
  ])('behind the server is told by 181 with %s', async (header, displayName) => {
    peer.dial('c1', '202');
    peer.respond(await peer.take('INVITE'), 181, { headers: [header] });
    expect(peer.types()).toEqual(['trying', 'redirected', 'ringing']);
    expect(peer.events[1]).toMatchObject({ to: { displayName } });
  });
});

describe('a call that we send on', () => {
  async function redirect(why: 'unconditional' | 'user-busy' | 'no-answer' | 'deflection', headers: string[] = []): Promise<Sent> {
    const far = peer.invite({ headers });
    const id = peer.events[0]?.call ?? '';
    await peer.take('100');
    peer.calls.redirect(id, '204', why);
    const answer = await peer.take('302');
    far.acknowledgeRefusal(answer);
    await peer.settle();
    return answer;
  }

  it.each(['unconditional', 'user-busy', 'no-answer', 'deflection'] as const)('says where and why: %s (RFC 5806)', async (why) => {
    const answer = await redirect(why);
    expect(answer.header('Contact')).toBe('<sip:204@lab.test>');
    expect(answer.header('Diversion')).toBe(`<sip:201@lab.test>;reason=${why};counter=1`);
    expect(peer.types()).toEqual(['invite-received', 'closed']);
  });

  it('keeps the diversions it had', async () => {
    const answer = await redirect('no-answer', ['Diversion: <sip:100@lab.test>;reason=unconditional']);
    expect(answer.header('Diversion')).toBe('<sip:201@lab.test>;reason=no-answer;counter=1, <sip:100@lab.test>;reason=unconditional');
  });

  it('nowhere is told as nobody there', async () => {
    peer.invite();
    await peer.take('100');
    peer.calls.redirect(peer.events[0]?.call ?? '', '', 'deflection');
    await peer.take('480');
  });

  it('is told once, whatever comes after', async () => {
    await redirect('deflection');
    const id = peer.events[0]?.call ?? '';
    peer.calls.redirect(id, '205', 'deflection');
    expect(await peer.untaken()).toEqual([]);
  });
});
