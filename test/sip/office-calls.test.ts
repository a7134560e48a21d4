import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { digestAnswer, type TestClient } from '#test/support/office/test-client.ts';

describe('calls through the practice office', () => {
  let fixture: OfficeFixture;
  let anna: TestClient;
  let ben: TestClient;
  beforeEach(async () => {
    fixture = await OfficeFixture.start();
    anna = await fixture.registered('10');
    ben = await fixture.registered('11');
  });
  afterEach(() => fixture.dispose());

  /** After the longest transaction timer nothing of a call may be left. */
  const expectNothingLeft = (): void => {
    fixture.clock.advance(40_000);
    expect(fixture.office.inventory).toMatchObject({ transactions: 0, requests: 0, robotActivity: 0 });
  };

  it('connects two people, names them, and routes the whole dialog both ways', async () => {
    anna.invite('11', { sdp: 'offer', extra: [{ name: 'P-Asserted-Identity', value: '<sip:boss@evil.example>' }] });
    expect((await anna.takeResponse('INVITE', 100, 101)).status).toBe(100);
    const invite = await ben.takeRequest('INVITE');
    expect(Buffer.from(invite.body).toString()).toBe('offer');
    expect(findHeaders(invite.headers, 'P-Asserted-Identity')).toEqual(['"Anna Berger" <sip:10@127.0.0.1>']);
    expect(findHeader(invite.headers, 'Max-Forwards')).toBe('69');
    expect(invite.via).toHaveLength(2);
    expect(invite.via[1]?.parameters.get('received')).toBe('127.0.0.1');
    ben.respond(invite, 180);
    const ringing = await anna.takeResponse('INVITE', 180, 200);
    expect(findHeader(ringing.headers, 'P-Asserted-Identity')).toBe('"Ben Carter" <sip:11@127.0.0.1>');
    ben.respond(invite, 183, { sdp: 'early' });
    expect(Buffer.from((await anna.takeResponse('INVITE', 183, 200)).body).toString()).toBe('early');
    ben.respond(invite, 200, { sdp: 'answer' });
    const ok = await anna.takeResponse('INVITE');
    expect(ok.via).toHaveLength(1);
    anna.inDialog('ACK', ok);
    expect((await ben.takeRequest('ACK')).uri.text).toBe(invite.uri.text);

    anna.inDialog('INVITE', ok, { sdp: 'a=sendonly' });
    const hold = await ben.takeRequest('INVITE');
    expect(Buffer.from(hold.body).toString()).toBe('a=sendonly');
    expect(findHeaders(hold.headers, 'Record-Route')).toEqual([]);
    ben.respond(hold, 200, { sdp: 'a=recvonly' });
    const held = await anna.takeResponse('INVITE');
    anna.inDialog('ACK', ok, { sequence: held.cseq.sequence });
    expect((await ben.takeRequest('ACK')).cseq.sequence).toBe(held.cseq.sequence);
    for (const method of ['INFO', 'UPDATE', 'PRACK', 'OPTIONS', 'MESSAGE', 'REFER', 'SUBSCRIBE', 'NOTIFY']) {
      ben.inDialog(method, invite);
      anna.respond(await anna.takeRequest(method), 200);
      expect((await ben.takeResponse(method)).status).toBe(200);
    }
    ben.inDialog('BYE', invite);
    anna.respond(await anna.takeRequest('BYE'), 200);
    expect((await ben.takeResponse('BYE')).status).toBe(200);
    expectNothingLeft();
  });

  it('rings all devices of the callee and tells the others that the call was answered elsewhere', async () => {
    const home = await fixture.registered('11');
    anna.invite('11', { sdp: 'offer' });
    const [atDesk, atHome] = [await ben.takeRequest('INVITE'), await home.takeRequest('INVITE')];
    ben.respond(atDesk, 180);
    home.respond(atHome, 180);
    await anna.takeResponse('INVITE', 180, 181);
    await anna.takeResponse('INVITE', 180, 181);
    home.respond(atHome, 200, { sdp: 'answer' });
    expect((await anna.takeResponse('INVITE')).status).toBe(200);
    const cancel = await ben.takeRequest('CANCEL');
    expect(findHeader(cancel.headers, 'Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    ben.respond(cancel, 200);
    ben.respond(atDesk, 487);
    expect((await ben.takeRequest('ACK')).via[0]?.branch).toBe(atDesk.via[0]?.branch);
    expectNothingLeft();
    expect(anna.unread.filter((message) => message.kind === 'response' && message.status > 200)).toEqual([]);
  });

  it('passes both answers on when two devices answer at the same moment', async () => {
    const home = await fixture.registered('11');
    anna.invite('11', { sdp: 'offer' });
    const [atDesk, atHome] = [await ben.takeRequest('INVITE'), await home.takeRequest('INVITE')];
    ben.respond(atDesk, 200, { sdp: 'desk' });
    home.respond(atHome, 200, { sdp: 'home' });
    const bodies = [await anna.takeResponse('INVITE'), await anna.takeResponse('INVITE')].map(({ body }) => Buffer.from(body).toString());
    expect(bodies.sort()).toEqual(['desk', 'home']);
  });

  it('cancels, with the reason of the caller, also before the callee rang', async () => {
    const call = anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    anna.cancel(call);
    expect((await anna.takeResponse('CANCEL')).status).toBe(200);
    ben.respond(invite, 180);
    const cancel = await ben.takeRequest('CANCEL');
    expect([cancel.via[0]?.branch, cancel.cseq.sequence]).toEqual([invite.via[0]?.branch, invite.cseq.sequence]);
    ben.respond(cancel, 200);
    ben.respond(invite, 487);
    expect((await anna.takeResponse('INVITE')).status).toBe(487);
    expectNothingLeft();
  });

  it.each([
    [[486, 480], 486],
    [[408, 480], 480],
    [[404, 603], 603],
    [[500, 486], 486],
    [[503, 503], 500],
  ])('of the refusals %j hands back %i', async (statuses, best) => {
    const home = await fixture.registered('11');
    anna.invite('11', { sdp: 'offer' });
    const invites = [await ben.takeRequest('INVITE'), await home.takeRequest('INVITE')] as const;
    [ben, home].forEach((client, index) => client.respond(invites[index] ?? invites[0], statuses[index] ?? 500));
    const final = await anna.takeResponse('INVITE');
    expect(final.status).toBe(best);
    expectNothingLeft();
  });

  it('gives up ringing after timer C', async () => {
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180);
    await anna.takeResponse('INVITE', 180, 181);
    fixture.clock.advance(186_000);
    const cancel = await ben.takeRequest('CANCEL');
    expect(findHeader(cancel.headers, 'Reason')).toBe('SIP;cause=408');
    ben.respond(cancel, 200);
    ben.respond(invite, 487);
    expect((await anna.takeResponse('INVITE')).status).toBe(408);
    expectNothingLeft();
  });

  it('gives up a device that does not even answer its CANCEL', async () => {
    const call = anna.invite('11', { sdp: 'offer' });
    ben.respond(await ben.takeRequest('INVITE'), 180);
    await anna.takeResponse('INVITE', 180, 181);
    anna.cancel(call);
    await ben.takeRequest('CANCEL');
    fixture.clock.advance(33_000);
    expect((await anna.takeResponse('INVITE')).status).toBe(487);
    expectNothingLeft();
  });

  it('knows who is unknown, absent, elsewhere and too far', async () => {
    anna.invite('77');
    expect((await anna.takeResponse('INVITE')).status).toBe(404);
    anna.invite('19');
    expect((await anna.takeResponse('INVITE')).status).toBe(480);
    anna.invite('sip:11@other.example');
    expect((await anna.takeResponse('INVITE')).status).toBe(404);
    anna.invite('mailto:11@127.0.0.1');
    expect((await anna.takeResponse('INVITE')).status).toBe(416);
    anna.invite('11', { maxForwards: 0 });
    expect((await anna.takeResponse('INVITE')).status).toBe(483);
    anna.invite('11', { extra: [{ name: 'Proxy-Require', value: 'wishes' }] });
    const unsupported = await anna.takeResponse('INVITE');
    expect([unsupported.status, findHeader(unsupported.headers, 'Unsupported')]).toEqual([420, 'wishes']);
    anna.invite('11', { extra: [{ name: 'Route', value: '<sip:relay.example;lr>' }] });
    expect((await anna.takeResponse('INVITE')).status).toBe(403);
    anna.send('BYE', 'sip:11@127.0.0.1');
    expect((await anna.takeResponse('BYE')).status).toBe(405);
    anna.send('SUBSCRIBE', 'sip:11@127.0.0.1');
    expect((await anna.takeResponse('SUBSCRIBE')).status).toBe(489);
  });

  it('sees a loop', async () => {
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    // ben's device sends the very same request back into the office
    const vias = findHeaders(invite.headers, 'Via');
    anna.invite('11', { sdp: 'offer', extra: vias.map((value) => ({ name: 'Via', value })) });
    await ben.takeRequest('INVITE');
    const looped = Buffer.from(
      `INVITE sip:11@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WSS b.invalid;branch=z9hG4bKloop\r\nVia: ${vias.join('\r\nVia: ')}\r\nMax-Forwards: 68\r\nFrom: ${findHeader(invite.headers, 'From')}\r\nTo: ${findHeader(invite.headers, 'To')}\r\nCall-ID: ${invite.callId}\r\nCSeq: 1 INVITE\r\n\r\n`,
    );
    anna.sendRaw(looped);
    expect(await anna.take((message) => message.kind === 'response' && message.via[0]?.branch === 'z9hG4bKloop')).toMatchObject({
      status: 482,
    });
  });

  it('wants to know who calls', async () => {
    const stranger = await fixture.connect('12');
    stranger.invite('11', { sdp: 'offer' });
    const challenge = await stranger.takeResponse('INVITE');
    expect(challenge.status).toBe(407);
    const { user, password } = stranger.options;
    const authorization = digestAnswer(findHeader(challenge.headers, 'Proxy-Authenticate') ?? '', {
      user,
      password,
      method: 'INVITE',
      uri: 'sip:11@127.0.0.1',
    });
    stranger.invite('11', { sdp: 'offer', extra: [{ name: 'Proxy-Authorization', value: authorization }] });
    const invite = await ben.takeRequest('INVITE');
    expect(findHeader(invite.headers, 'Proxy-Authorization')).toBeUndefined();
    ben.respond(invite, 200, { sdp: 'answer' });
    const ok = await stranger.takeResponse('INVITE');
    stranger.inDialog('ACK', ok);
    await ben.takeRequest('ACK');
    ben.inDialog('BYE', invite);
    stranger.respond(await stranger.takeRequest('BYE'), 200);
    await ben.takeResponse('BYE');
    anna.invite('11', { from: '<sip:19@127.0.0.1>;tag=forged' });
    expect((await anna.takeResponse('INVITE')).status).toBe(407);
  });

  it('goes on with a call after the caller and the callee reconnected', async () => {
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 200, { sdp: 'answer' });
    const ok = await anna.takeResponse('INVITE');
    anna.inDialog('ACK', ok);
    await ben.takeRequest('ACK');
    await anna.close();
    ben.inDialog('INFO', invite);
    expect((await ben.takeResponse('INFO')).status).toBe(480);
    const annaAgain = await fixture.registered('10', anna.options.instance);
    await ben.close();
    const benAgain = await fixture.registered('11', ben.options.instance);
    benAgain.inDialog('INFO', invite);
    annaAgain.respond(await annaAgain.takeRequest('INFO'), 200);
    expect((await benAgain.takeResponse('INFO')).status).toBe(200);
    annaAgain.inDialog('BYE', ok);
    benAgain.respond(await benAgain.takeRequest('BYE'), 200);
    expect((await annaAgain.takeResponse('BYE')).status).toBe(200);
    expectNothingLeft();
  });

  it('brings the answer to a caller who reconnected while it rang, and cancels for one who did not', async () => {
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180);
    await anna.takeResponse('INVITE', 180, 181);
    await anna.close();
    const again = await fixture.registered('10', anna.options.instance);
    fixture.clock.advance(9000);
    ben.respond(invite, 200, { sdp: 'answer' });
    again.inDialog('ACK', await again.takeResponse('INVITE'));
    await ben.takeRequest('ACK');

    again.invite('11', { sdp: 'offer' });
    const second = await ben.takeRequest('INVITE');
    ben.respond(second, 180);
    await again.takeResponse('INVITE', 180, 181);
    await again.close();
    ben.askOptions();
    await ben.takeResponse('OPTIONS');
    fixture.clock.advance(9000);
    const cancel = await ben.takeRequest('CANCEL');
    ben.respond(cancel, 200);
    ben.respond(second, 487);
    await ben.takeRequest('ACK').then(() => expectNothingLeft());
  });

  it('passes Replaces and reaches one device by its contact', async () => {
    anna.invite('11', {
      sdp: 'offer',
      extra: [
        { name: 'Replaces', value: 'x;to-tag=1;from-tag=2' },
        { name: 'Require', value: 'replaces' },
      ],
    });
    const invite = await ben.takeRequest('INVITE');
    expect(findHeader(invite.headers, 'Replaces')).toBe('x;to-tag=1;from-tag=2');
    const home = await fixture.registered('11');
    anna.invite(/<(.*)>/.exec(home.contact)?.[1] ?? '', { sdp: 'offer' });
    await home.takeRequest('INVITE');
    expect(ben.unread.filter(({ kind }) => kind === 'request')).toEqual([]);
  });

  it.each(['REFER', 'SUBSCRIBE'])('stays in a dialog that %s founds with a device', async (method) => {
    anna.send(method, /<(.*)>/.exec(ben.contact)?.[1] ?? '', [
      { name: 'Event', value: 'refer' },
      { name: 'Contact', value: anna.contact },
    ]);
    const founding = await ben.takeRequest(method);
    expect(findHeaders(founding.headers, 'Record-Route')).toHaveLength(2);
    ben.respond(founding, 202);
    expect((await anna.takeResponse(method)).status).toBe(202);
    ben.inDialog('NOTIFY', founding);
    anna.respond(await anna.takeRequest('NOTIFY'), 200);
    expect((await ben.takeResponse('NOTIFY')).status).toBe(200);
    expectNothingLeft();
  });

  it('keeps nothing of a hundred calls', async () => {
    for (let count = 0; count < 100; count++) {
      anna.invite('11', { sdp: 'offer' });
      const invite = await ben.takeRequest('INVITE');
      ben.respond(invite, 180);
      ben.respond(invite, 200, { sdp: 'answer' });
      const ok = await anna.takeResponse('INVITE');
      anna.inDialog('ACK', ok);
      await ben.takeRequest('ACK');
      anna.inDialog('BYE', ok);
      ben.respond(await ben.takeRequest('BYE'), 200);
      await anna.takeResponse('BYE');
    }
    expectNothingLeft();
    expect(fixture.clock.pendingCount).toBe(2); // the two bindings
  });
});
