import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { SipResponse } from '#shared/sip/message.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import type { TestClient } from '#test/support/office/test-client.ts';

let fixture: OfficeFixture;
let media: FakeRobotMedia;
let anna: TestClient;
let ben: TestClient;
let chiara: TestClient;
let david: TestClient;
beforeEach(async () => {
  media = new FakeRobotMedia();
  fixture = await OfficeFixture.start(media);
  [anna, ben, chiara, david] = [
    await fixture.registered('10'),
    await fixture.registered('11'),
    await fixture.registered('12'),
    await fixture.registered('13'),
  ];
});
afterEach(() => fixture.dispose());

/** Dials a code and lets the office confirm and hang up; returns what it called itself. */
const order = async (client: TestClient, code: string): Promise<string | undefined> => {
  client.invite(code, { sdp: 'offer' });
  await client.takeResponse('INVITE', 180, 181);
  await fixture.clock.advanceAsync(0);
  const ok = await client.takeResponse('INVITE');
  expect([...media.calls.values()]).toContain('confirmation');
  client.inDialog('ACK', ok);
  await fixture.clock.advanceAsync(1500);
  client.respond(await client.takeRequest('BYE'), 200);
  return findHeader(ok.headers, 'P-Asserted-Identity');
};
const refusal = async (client: TestClient): Promise<unknown[]> => {
  const { status, reason, headers } = await client.takeResponse('INVITE');
  return [status, reason, findHeader(headers, 'Reason')];
};
const arrived = async (client: TestClient): Promise<void> => {
  client.askOptions();
  await client.takeResponse('OPTIONS');
};
/** Requests that nobody took. */
const asked = (client: TestClient): string[] => client.unread.flatMap((message) => (message.kind === 'request' ? [message.method] : []));
const expectNothingLeft = (): void => {
  fixture.clock.advance(40_000);
  expect(fixture.office.inventory).toMatchObject({ transactions: 0, requests: 0, dialogs: 0, robotActivity: 0 });
};

describe('availability in the practice office', () => {
  it('*78 lets nobody through and says why, *79 does again', async () => {
    expect(await order(ben, '*78')).toBe('"Do not disturb on" <sip:*78@127.0.0.1>');
    for (const number of ['11', '*8011']) {
      anna.invite(number, { sdp: 'offer' });
      expect(await refusal(anna)).toEqual([486, 'Do Not Disturb', 'SIP;cause=486;text="Do not disturb"']);
    }
    expect(await order(ben, '*79')).toContain('Do not disturb off');
    anna.invite('11', { sdp: 'offer' });
    ben.respond(await ben.takeRequest('INVITE'), 603);
    await anna.takeResponse('INVITE');
    expectNothingLeft();
  });

  it('*72 forwards always, tells the callee who sent the call on, and the caller whom they reach', async () => {
    expect(await order(ben, '*7212')).toContain('Forwarding to Chiara Conti');
    anna.invite('11', {
      sdp: 'offer',
      extra: [
        { name: 'Diversion', value: '<sip:boss@evil.example>;reason=unconditional' },
        { name: 'History-Info', value: '<sip:boss@evil.example>;index=1' },
      ],
    });
    const forwarded = await anna.takeResponse('INVITE', 181, 182);
    expect(findHeader(forwarded.headers, 'P-Asserted-Identity')).toBe('"Chiara Conti" <sip:12@127.0.0.1>');
    const invite = await chiara.takeRequest('INVITE');
    expect(findHeaders(invite.headers, 'Diversion')).toEqual(['"Ben Carter" <sip:11@127.0.0.1>;reason=unconditional;counter=1']);
    expect(findHeaders(invite.headers, 'History-Info')).toEqual([
      '"Ben Carter" <sip:11@127.0.0.1?Reason=SIP%3Bcause%3D302>;index=1',
      '"Chiara Conti" <sip:12@127.0.0.1;cause=302>;index=1.1;mp=1',
    ]);
    chiara.respond(invite, 200, { sdp: 'answer' });
    expect(findHeader((await anna.takeResponse('INVITE')).headers, 'P-Asserted-Identity')).toBe('"Chiara Conti" <sip:12@127.0.0.1>');
    expect(asked(ben)).toEqual([]);
    await order(ben, '*73');
    chiara.invite('11', { sdp: 'offer' });
    ben.respond(await ben.takeRequest('INVITE'), 603);
  });

  it('lets the one to whom somebody forwards through, and never forwards in a circle', async () => {
    await order(ben, '*7212');
    chiara.invite('11', { sdp: 'offer' });
    ben.respond(await ben.takeRequest('INVITE'), 603);
    await chiara.takeResponse('INVITE');
    await order(chiara, '*7211');
    anna.invite('11', { sdp: 'offer' });
    chiara.respond(await chiara.takeRequest('INVITE'), 603);
    expect((await anna.takeResponse('INVITE')).status).toBe(603);
    expectNothingLeft();
  });

  it('*90 forwards when busy, also when nobody is to be disturbed', async () => {
    await order(ben, '*9012');
    anna.invite('11', { sdp: 'offer' });
    ben.respond(await ben.takeRequest('INVITE'), 486);
    const invite = await chiara.takeRequest('INVITE');
    expect(findHeader(invite.headers, 'Diversion')).toContain('reason=user-busy');
    chiara.respond(invite, 480);
    expect((await anna.takeResponse('INVITE')).status).toBe(480);
    await order(ben, '*78');
    anna.invite('11', { sdp: 'offer' });
    expect(findHeader((await chiara.takeRequest('INVITE')).headers, 'Diversion')).toContain('reason=do-not-disturb');
    await order(ben, '*91');
    david.invite('11', { sdp: 'offer' });
    expect((await david.takeResponse('INVITE')).status).toBe(486);
  });

  it('*92 forwards after eight seconds, to the voicemail for example, and cancels what rings', async () => {
    expect(await order(ben, '*9287')).toContain('Forwarding without an answer to Vera Voicemail');
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180);
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(7999);
    await arrived(ben);
    expect(asked(ben)).toEqual([]);
    await fixture.clock.advanceAsync(1);
    const cancel = await ben.takeRequest('CANCEL');
    expect(findHeader(cancel.headers, 'Reason')).toBe('SIP;cause=408');
    ben.respond(cancel, 200);
    ben.respond(invite, 487);
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(500);
    const ok = await anna.takeResponse('INVITE');
    expect(findHeader(ok.headers, 'P-Asserted-Identity')).toBe('"Vera Voicemail" <sip:87@127.0.0.1>');
    anna.inDialog('ACK', ok);
    expect([...media.calls.values()]).toEqual(['voicemail']);
    anna.inDialog('BYE', ok);
    await anna.takeResponse('BYE');
    expectNothingLeft();
  });

  it('*92 serves also those who have no device, and an answer in time wins', async () => {
    await order(ben, '*9212');
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180);
    await anna.takeResponse('INVITE', 180, 181);
    ben.respond(invite, 200, { sdp: 'answer' });
    anna.inDialog('ACK', await anna.takeResponse('INVITE'));
    await fixture.clock.advanceAsync(10_000);
    await arrived(chiara);
    expect(asked(chiara)).toEqual([]);
    await ben.close();
    await arrived(anna);
    david.invite('11', { sdp: 'offer' });
    expect(findHeader((await chiara.takeRequest('INVITE')).headers, 'Diversion')).toContain('reason=no-answer');
  });

  it('does not forward to nobody or to oneself', async () => {
    for (const code of ['*7299', '*7211']) {
      ben.invite(code, { sdp: 'offer' });
      expect((await ben.takeResponse('INVITE')).status).toBe(404);
    }
  });

  it('*97 is the voicemail', async () => {
    ben.invite('*97', { sdp: 'offer' });
    await fixture.clock.advanceAsync(0);
    await ben.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(500);
    expect(findHeader((await ben.takeResponse('INVITE')).headers, 'P-Asserted-Identity')).toContain('Vera Voicemail');
  });
});

describe('a callee who sends a call on', () => {
  const deflect = async (contact: string, extra: { name: string; value: string }[] = []): Promise<void> => {
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    const headers = invite.headers.filter(({ name }) => ['Via', 'From', 'Call-ID', 'CSeq'].includes(name));
    const lines = [
      ...headers,
      { name: 'To', value: `${findHeader(invite.headers, 'To')};tag=bens` },
      { name: 'Contact', value: contact },
      ...extra,
    ].map(({ name, value }) => `${name}: ${value}\r\n`);
    ben.sendRaw(`SIP/2.0 302 Moved Temporarily\r\n${lines.join('')}Content-Length: 0\r\n\r\n`);
  };

  it('is followed by the office to a number of its own, and other devices stop ringing (RFC 3261 section 16.7 step 4)', async () => {
    const home = await fixture.registered('11');
    await deflect('<sip:12@127.0.0.1>');
    const atHome = await home.takeRequest('INVITE');
    home.respond(atHome, 180);
    const invite = await chiara.takeRequest('INVITE');
    expect(findHeader(invite.headers, 'Diversion')).toBe('"Ben Carter" <sip:11@127.0.0.1>;reason=deflection;counter=1');
    expect(findHeader((await home.takeRequest('CANCEL')).headers, 'Reason')).toBe('SIP;cause=302');
    home.respond(atHome, 487);
    chiara.respond(invite, 200, { sdp: 'answer' });
    expect((await anna.takeResponse('INVITE')).status).toBe(200);
  });

  it('may say why', async () => {
    await deflect('<sip:12@127.0.0.1>', [{ name: 'Diversion', value: '<sip:11@127.0.0.1>;reason=no-answer' }]);
    expect(findHeader((await chiara.takeRequest('INVITE')).headers, 'Diversion')).toContain('reason=no-answer');
  });

  it.each(['<sip:somebody@elsewhere.example>', '<sip:12@127.0.0.1?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2>', '<sip:77@127.0.0.1>'])(
    'to %s is handed to the caller',
    async (contact) => {
      await deflect(contact);
      const moved: SipResponse = await anna.takeResponse('INVITE');
      expect([moved.status, findHeader(moved.headers, 'Contact')]).toEqual([302, contact]);
    },
  );
});

describe('the support queue', () => {
  it('rings its members together, says for whom, and tells the others who took it elsewhere', async () => {
    const elif = await fixture.registered('14');
    anna.invite('20', { sdp: 'offer' });
    const [first, second] = [await david.takeRequest('INVITE'), await elif.takeRequest('INVITE')];
    expect(findHeaders(first.headers, 'History-Info')).toEqual([
      '"Support queue" <sip:20@127.0.0.1>;index=1',
      '"David Okafor" <sip:13@127.0.0.1>;index=1.1;mp=1',
    ]);
    expect(findHeader(second.headers, 'P-Called-Party-ID')).toBe('"Support queue" <sip:20@127.0.0.1>');
    expect(findHeaders(second.headers, 'Diversion')).toEqual([]);
    elif.respond(second, 180);
    expect(findHeader((await anna.takeResponse('INVITE', 180, 181)).headers, 'P-Asserted-Identity')).toContain('Support queue');
    david.respond(first, 180);
    await anna.takeResponse('INVITE', 180, 181);
    david.respond(first, 200, { sdp: 'answer' });
    expect(findHeader((await anna.takeResponse('INVITE')).headers, 'P-Asserted-Identity')).toContain('David Okafor');
    const cancel = await elif.takeRequest('CANCEL');
    expect(findHeader(cancel.headers, 'Reason')).toMatch(/^SIP;cause=200/);
  });

  it('leaves out who is not to be disturbed, and is not there when nobody is', async () => {
    await order(david, '*78');
    anna.invite('20', { sdp: 'offer' });
    expect((await anna.takeResponse('INVITE')).status).toBe(480);
    const elif = await fixture.registered('14');
    anna.invite('20', { sdp: 'offer' });
    elif.respond(await elif.takeRequest('INVITE'), 603);
    expect((await anna.takeResponse('INVITE')).status).toBe(603);
    expect(asked(david)).toEqual([]);
  });
});

describe('intercom', () => {
  it('asks the callee to take the call without a hand', async () => {
    anna.invite('*8011', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    expect([findHeader(invite.headers, 'Call-Info'), findHeader(invite.headers, 'Alert-Info')]).toEqual([
      '<sip:127.0.0.1>;answer-after=0',
      '<http://127.0.0.1>;info=alert-autoanswer;delay=0',
    ]);
  });
});

describe('who calls', () => {
  it('is nobody when they want to be, and the office knows all the same', async () => {
    const from = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=hidden';
    anna.invite('11', {
      sdp: 'offer',
      from,
      extra: [
        { name: 'Privacy', value: 'id' },
        { name: 'P-Preferred-Identity', value: '<sip:10@127.0.0.1>' },
        { name: 'P-Asserted-Identity', value: '<sip:boss@evil.example>' },
      ],
    });
    const invite = await ben.takeRequest('INVITE');
    expect(findHeader(invite.headers, 'From')).toBe(from);
    expect(findHeaders(invite.headers, 'P-Asserted-Identity')).toEqual([]);
    expect(findHeaders(invite.headers, 'P-Preferred-Identity')).toEqual([]);
    ben.respond(invite, 200, { sdp: 'answer', extra: [{ name: 'Privacy', value: 'id' }] });
    const ok = await anna.takeResponse('INVITE');
    expect(findHeader(ok.headers, 'P-Asserted-Identity')).toBeUndefined();
    anna.inDialog('INVITE', ok, { sdp: 'hold' });
    expect(findHeaders((await ben.takeRequest('INVITE')).headers, 'P-Asserted-Identity')).toEqual([]);
    const stranger = await fixture.connect('14');
    stranger.invite('11', { sdp: 'offer', from });
    expect((await stranger.takeResponse('INVITE')).status).toBe(407);
  });

  it('may be a group that they belong to, and nobody else', async () => {
    david.invite('11', { sdp: 'offer', from: '"Support" <sip:20@127.0.0.1>;tag=s' });
    expect(findHeader((await ben.takeRequest('INVITE')).headers, 'P-Asserted-Identity')).toBe('"Support queue" <sip:20@127.0.0.1>');
    anna.invite('11', { sdp: 'offer', from: '"Support" <sip:20@127.0.0.1>;tag=s' });
    expect((await anna.takeResponse('INVITE')).status).toBe(407);
    anna.invite('11', { sdp: 'offer', extra: [{ name: 'P-Preferred-Identity', value: '<sip:20@127.0.0.1>' }] });
    expect(findHeader((await ben.takeRequest('INVITE')).headers, 'P-Asserted-Identity')).toBe('"Anna Berger" <sip:10@127.0.0.1>');
  });
});
