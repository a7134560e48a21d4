import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { Caller, ScriptedPeer, type Sent } from '#test/support/sip/scripted-peer.ts';

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

const carl = 'Refer-To: <sip:carl@else.test>';

/** The far end asks us to call somebody; we have taken the request and said so. */
async function receive(headers: string[] = [carl, 'Referred-By: "Bob" <sip:202@lab.test>']): Promise<Sent> {
  far.send('REFER', '', headers);
  await peer.take('202');
  return answered();
}

/** The next NOTIFY, which the far end takes. */
async function answered(): Promise<Sent> {
  const notify = await peer.take('NOTIFY');
  peer.respond(notify, 200);
  return notify;
}

describe('a REFER that we receive', () => {
  it('is taken, told, and nothing is dialled', async () => {
    const notify = await receive();
    expect(notify.header('Event')).toBe('refer;id=1');
    expect(notify.header('Subscription-State')).toBe('active;expires=600');
    expect(notify.header('Content-Type')).toBe('message/sipfrag;version=2.0');
    expect(notify.body).toBe('SIP/2.0 100 Trying\r\n');
    expect(peer.events).toEqual([
      {
        call: 'c1',
        type: 'referral-received',
        referral: {
          to: { displayName: '', number: 'carl', uri: 'sip:carl@else.test' },
          by: { displayName: 'Bob', number: '202', uri: 'sip:202@lab.test' },
        },
      },
    ]);
    expect(await peer.untaken()).toEqual([]);
  });

  it('leads to an INVITE with Referred-By, and its progress is told', async () => {
    await receive();
    peer.dial('c2', 'carl', { referral: 'c1' });
    const call = await peer.take('INVITE');
    expect(call.startLine).toBe('INVITE sip:carl@else.test SIP/2.0');
    expect(call.header('Referred-By')).toBe('"Bob" <sip:202@lab.test>');
    expect(call.header('Replaces')).toBe('');
    peer.respond(call, 180);
    expect((await answered()).body).toBe('SIP/2.0 180 Ringing\r\n');
    peer.respond(call, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    const last = await answered();
    expect(last.body).toBe('SIP/2.0 200 OK\r\n');
    expect(last.header('Subscription-State')).toBe('terminated;reason=noresource');
    expect(peer.types('c2')).toEqual(['trying', 'ringing', 'established']);
    far.send('BYE');
    await peer.take('200');
    expect(peer.types('c1')).toEqual(['referral-received', 'terminated']);
  });

  it('takes Replaces over from Refer-To, and no other header', async () => {
    await receive(['Refer-To: <sip:carl@else.test?Replaces=77%3Bto-tag%3Da%3Bfrom-tag%3Db&Route=%3Csip%3Aevil%3E&Subject=x>']);
    peer.dial('c2', 'carl', { referral: 'c1' });
    const call = await peer.take('INVITE');
    expect(call.startLine).toBe('INVITE sip:carl@else.test SIP/2.0');
    expect(call.header('Replaces')).toBe('77;to-tag=a;from-tag=b');
    expect([call.header('Route'), call.header('Subject')]).toEqual(['', '']);
  });

  it.each([
    [486, 'SIP/2.0 486 Busy Here\r\n'],
    [404, 'SIP/2.0 404 Not Found\r\n'],
  ])('whose call is refused with %i says so', async (status, body) => {
    await receive();
    peer.dial('c2', 'carl', { referral: 'c1' });
    peer.respond(await peer.take('INVITE'), status);
    await peer.take('ACK');
    const last = await answered();
    expect([last.body, last.header('Subscription-State')]).toEqual([body, 'terminated;reason=noresource']);
  });

  it('whose call we give up says so', async () => {
    await receive();
    peer.dial('c2', 'carl', { referral: 'c1' });
    const call = await peer.take('INVITE');
    peer.respond(call, 180);
    await answered();
    peer.calls.get('c2')?.hangUp();
    peer.respond(await peer.take('CANCEL'), 200);
    peer.respond(call, 487);
    await peer.take('ACK');
    expect((await answered()).body).toBe('SIP/2.0 487 Request Terminated\r\n');
  });

  it('that the person declines is told 603', async () => {
    await receive();
    peer.calls.declineReferral('c1');
    const last = await answered();
    expect([last.body, last.header('Subscription-State')]).toEqual(['SIP/2.0 603 Decline\r\n', 'terminated;reason=noresource']);
    expect(peer.types()).toEqual(['referral-received']);
  });

  it('is withdrawn when the call is lost', async () => {
    await receive();
    peer.calls.get('c1')?.setHold(true);
    peer.respond(await peer.take('INVITE'), 481);
    await peer.take('ACK');
    expect(peer.types()).toEqual(['referral-received', 'referral-withdrawn', 'terminated']);
    peer.calls.declineReferral('c1');
    expect(await peer.untaken()).toEqual([]);
  });

  it('stands when the far end does not want to know how it goes (RFC 3515 section 2.4.4)', async () => {
    far.send('REFER', '', [carl, 'Referred-By: <sip:202@lab.test>']);
    await peer.take('202');
    peer.respond(await peer.take('NOTIFY'), 481);
    expect(peer.types()).toEqual(['referral-received']);
    peer.dial('c2', 'carl', { referral: 'c1' });
    const call = await peer.take('INVITE');
    expect(call.header('Referred-By')).toBe('<sip:202@lab.test>');
    peer.respond(call, 486);
    await peer.take('ACK');
    expect(await peer.untaken()).toEqual([]);
  });

  it('is declined by hanging up', async () => {
    await receive();
    peer.calls.get('c1')?.hangUp();
    expect((await answered()).body).toBe('SIP/2.0 603 Decline\r\n');
    peer.respond(await peer.take('BYE'), 200);
    expect(peer.types()).toEqual(['referral-received', 'closed']);
  });

  it('is withdrawn when nobody answers it', async () => {
    await receive();
    await peer.clock.advanceAsync(600_000);
    expect((await answered()).body).toBe('SIP/2.0 408 Request Timeout\r\n');
    expect(peer.types()).toEqual(['referral-received', 'referral-withdrawn']);
  });

  it('is silent when the far end wants silence (RFC 4488)', async () => {
    far.send('REFER', '', [carl, 'Refer-Sub: false']);
    expect((await peer.take('202')).header('Refer-Sub')).toBe('false');
    peer.dial('c2', 'carl', { referral: 'c1' });
    peer.respond(await peer.take('INVITE'), 486);
    await peer.take('ACK');
    expect(await peer.untaken()).toEqual([]);
  });

  it('goes on when the one who asked leaves while it rings, and is told to the end', async () => {
    await receive();
    peer.dial('c2', 'carl', { referral: 'c1' });
    const call = await peer.take('INVITE');
    far.send('BYE');
    await peer.take('200');
    peer.respond(call, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    const last = await answered();
    expect([last.body, last.header('CSeq')]).toEqual(['SIP/2.0 200 OK\r\n', '3 NOTIFY']);
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types('c2')).toEqual(['established']);
  });

  it.each([
    [[], '400'],
    [['Refer-To: <sip:carl@else.test>', 'Refer-To: <sip:dora@else.test>'], '400'],
    [['Refer-To: <sip:carl@else.test?Replaces=nonsense>'], '400'],
    [['Refer-To: <https://else.test/>'], '416'],
    [['Refer-To: <sip:carl@else.test;method=BYE>'], '603'],
  ])('%j is refused with %s, and the call stays', async (headers, status) => {
    far.send('REFER', '', headers);
    await peer.take(status);
    expect([peer.events, peer.calls.size]).toEqual([[], 1]);
  });

  it('is refused while another one waits', async () => {
    await receive();
    far.send('REFER', '', ['Refer-To: <sip:dora@else.test>']);
    await peer.take('603');
    expect(peer.types()).toEqual(['referral-received']);
  });
});

describe('whoever asks and hangs up at once', () => {
  beforeEach(async () => {
    const notify = await receive([
      'Refer-To: <sip:carl@else.test?Replaces=77%3Bto-tag%3Da%3Bfrom-tag%3Db>',
      'Referred-By: <sip:202@lab.test>',
    ]);
    expect(notify.header('CSeq')).toBe('2 NOTIFY');
    far.send('BYE');
    await peer.take('200');
    expect(peer.types()).toEqual(['referral-received', 'terminated']);
    expect([peer.calls.size, peer.calls.get('c1')]).toEqual([0, undefined]);
  });

  it('has asked all the same, and is told in the dialog that was', async () => {
    peer.dial('c2', 'carl', { referral: 'c1' });
    const call = await peer.take('INVITE');
    expect([call.header('Referred-By'), call.header('Replaces')]).toEqual(['<sip:202@lab.test>', '77;to-tag=a;from-tag=b']);
    peer.respond(call, 180);
    const ringing = await answered();
    expect([ringing.header('Call-ID'), ringing.header('CSeq')]).toEqual([invite.header('Call-ID'), '3 NOTIFY']);
    peer.respond(call, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    expect((await answered()).header('Subscription-State')).toBe('terminated;reason=noresource');
    peer.dial('c3', 'carl', { referral: 'c1' });
    expect((await peer.take('INVITE')).header('Referred-By')).toBe('');
  });

  it('may know nothing of the dialog any more', async () => {
    peer.dial('c2', 'carl', { referral: 'c1' });
    const call = await peer.take('INVITE');
    peer.respond(call, 180);
    peer.respond(await peer.take('NOTIFY'), 481);
    peer.respond(call, 200, { sdp: fakeSdp('far') });
    await peer.take('ACK');
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types('c2')).toEqual(['trying', 'ringing', 'established']);
  });

  it('is told when the person declines, once', async () => {
    peer.calls.declineReferral('c1');
    expect((await answered()).body).toBe('SIP/2.0 603 Decline\r\n');
    peer.calls.declineReferral('c1');
    await peer.clock.advanceAsync(600_000);
    expect(await peer.untaken()).toEqual([]);
    expect(peer.types()).toEqual(['referral-received', 'terminated']);
  });

  it('is told when nobody ever answers', async () => {
    await peer.clock.advanceAsync(600_000);
    expect((await answered()).body).toBe('SIP/2.0 408 Request Timeout\r\n');
    expect(peer.types()).toEqual(['referral-received', 'terminated', 'referral-withdrawn']);
  });

  it('leaves nothing behind when the line is disposed', () => {
    peer.calls.dispose();
    expect(peer.clock.pendingCount).toBe(0);
  });
});

describe('a REFER outside of every dialog', () => {
  function stranger(headers: string[]): void {
    new Caller(peer, 'outside', '<sip:299@lab.test>').send('REFER', '', headers);
  }

  function targetDialog(local: string, remote: string): string {
    return `Target-Dialog: ${invite.header('Call-ID')};local-tag=${local};remote-tag=${remote}`;
  }

  function ourTag(): string {
    return /tag=(\S+)/.exec(invite.header('From'))?.[1] ?? '';
  }

  it('makes nobody dial', async () => {
    stranger([carl]);
    await peer.take('403');
    expect(peer.events).toEqual([]);
  });

  it('that names no dialog of ours is refused', async () => {
    stranger([carl, 'Target-Dialog: 1;local-tag=2;remote-tag=3']);
    await peer.take('481');
    expect(peer.events).toEqual([]);
  });

  it.each(['as we see it', 'as the far end sees it'])('that names one of ours %s is like one inside (RFC 4538)', async (view) => {
    stranger([carl, view === 'as we see it' ? targetDialog(ourTag(), 'far') : targetDialog('far', ourTag())]);
    const ok = await peer.take('202');
    const notify = await answered();
    expect(notify.startLine).toBe('NOTIFY sip:202@far.test;transport=ws SIP/2.0');
    expect(notify.header('From')).toContain(/tag=\S+/.exec(ok.header('To'))?.[0]);
    expect(notify.header('To')).toContain('sip:299@lab.test');
    expect(peer.types()).toEqual(['referral-received']);
    peer.dial('c2', 'carl', { referral: 'c1' });
    peer.respond(await peer.take('INVITE'), 486);
    await peer.take('ACK');
    const last = await answered();
    expect([last.body, last.header('CSeq')]).toEqual(['SIP/2.0 486 Busy Here\r\n', '2 NOTIFY']);
  });
});
