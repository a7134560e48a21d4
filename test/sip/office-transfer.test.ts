import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConferenceInfo } from '#shared/sip/conference-info.ts';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { SipResponse } from '#shared/sip/message.ts';
import { nextNotice, subscribe } from '#test/support/office/event-watch.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import type { TestClient } from '#test/support/office/test-client.ts';

let fixture: OfficeFixture;
let media: FakeRobotMedia;
let anna: TestClient;
let ben: TestClient;
beforeEach(async () => {
  media = new FakeRobotMedia();
  fixture = await OfficeFixture.start(media);
  [anna, ben] = [await fixture.registered('10'), await fixture.registered('11')];
});
afterEach(() => fixture.dispose());

/** A call to a robot that stands. */
const talk = async (client: TestClient, number: string): Promise<SipResponse> => {
  client.invite(number, { sdp: 'offer' });
  await client.takeResponse('INVITE', 180, 181);
  await fixture.clock.advanceAsync(1000);
  const ok = await client.takeResponse('INVITE');
  client.inDialog('ACK', ok);
  return ok;
};
const refer = async (ok: SipResponse, referTo: string, extra: { name: string; value: string }[] = []): Promise<number> => {
  anna.inDialog('REFER', ok, { extra: [{ name: 'Refer-To', value: referTo }, ...extra] });
  return (await anna.takeResponse('REFER')).status;
};
/** What the next NOTIFY of the referral says, and whether it is the last. */
const progress = async (): Promise<string> => {
  const { body, state, request } = await nextNotice(anna);
  expect(findHeader(request.headers, 'Event')).toMatch(/^refer;id=\d+$/);
  return `${body.trim()}${state.startsWith('terminated') ? ', the end' : ''}`;
};
const replaces = (ok: SipResponse): string => {
  const tag = (name: string): string => /tag=([^;]+)/.exec(findHeader(ok.headers, name) ?? '')?.[1] ?? '';
  return `?Replaces=${encodeURIComponent(`${ok.callId};to-tag=${tag('To')};from-tag=${tag('From')}`)}`;
};
const expectNothingLeft = async (): Promise<void> => {
  await fixture.clock.advanceAsync(40_000);
  expect(fixture.office.inventory).toMatchObject({ transactions: 0, requests: 0, dialogs: 0, robotActivity: 0 });
  expect(media.calls.size).toBe(0);
};

describe('a robot that is transferred (RFC 5589)', () => {
  it('calls whom it is asked to, tells how far it is, and goes when it stands', async () => {
    const ok = await talk(anna, '80');
    expect(await refer(ok, '<sip:11@127.0.0.1>', [{ name: 'Referred-By', value: '<sip:10@127.0.0.1>;cid=x' }])).toBe(202);
    expect(await progress()).toBe('SIP/2.0 100 Trying');
    const invite = await ben.takeRequest('INVITE');
    expect(findHeader(invite.headers, 'Referred-By')).toBe('<sip:10@127.0.0.1>;cid=x');
    expect(findHeader(invite.headers, 'P-Asserted-Identity')).toBe('"Ella Echo" <sip:80@127.0.0.1>');
    ben.respond(invite, 180);
    expect(await progress()).toBe('SIP/2.0 180 Ringing');
    ben.respond(invite, 200, { sdp: 'answer' });
    expect(await progress()).toBe('SIP/2.0 200 OK, the end');
    await ben.takeRequest('ACK');
    expect([...media.calls.values()]).toEqual(['echo', 'echo']);
    await fixture.clock.advanceAsync(2000);
    anna.respond(await anna.takeRequest('BYE'), 200);
    ben.inDialog('BYE', invite);
    expect((await ben.takeResponse('BYE')).status).toBe(200);
    await expectNothingLeft();
  });

  it('stays when the other does not want, and can be asked again', async () => {
    const ok = await talk(anna, '80');
    expect(await refer(ok, '<sip:83@127.0.0.1>')).toBe(202);
    expect([await progress(), await progress()]).toEqual(['SIP/2.0 100 Trying', 'SIP/2.0 486 Busy Here, the end']);
    anna.inDialog('INFO', ok);
    expect((await anna.takeResponse('INFO')).status).toBe(200);
    expect(await refer(ok, '<sip:84@127.0.0.1>')).toBe(202);
    expect([await progress(), await progress()]).toEqual(['SIP/2.0 100 Trying', 'SIP/2.0 180 Ringing']);
    expect(await refer(ok, '<sip:11@127.0.0.1>')).toBe(491);
    await fixture.clock.advanceAsync(30_000);
    expect(await progress()).toBe('SIP/2.0 487 Request Terminated, the end');
    anna.inDialog('BYE', ok);
    await anna.takeResponse('BYE');
    await expectNothingLeft();
  });

  it('goes on calling when the referrer does not wait', async () => {
    const ok = await talk(anna, '80');
    await refer(ok, '<sip:11@127.0.0.1>');
    anna.inDialog('BYE', ok);
    await anna.takeResponse('BYE');
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 200, { sdp: 'answer' });
    await ben.takeRequest('ACK');
    ben.inDialog('BYE', invite);
    await ben.takeResponse('BYE');
  });

  it('takes the place of the referrer in another call: of a person, of a robot', async () => {
    const echo = await talk(anna, '80');
    anna.invite('11', { sdp: 'offer' });
    ben.respond(await ben.takeRequest('INVITE'), 200, { sdp: 'answer', tag: 'bens' });
    const consultation = await anna.takeResponse('INVITE');
    anna.inDialog('ACK', consultation);
    await refer(echo, `<sip:11@127.0.0.1${replaces(consultation)}>`);
    expect(await progress()).toBe('SIP/2.0 100 Trying');
    const invite = await ben.takeRequest('INVITE');
    expect(findHeader(invite.headers, 'Replaces')).toMatch(new RegExp(`^${consultation.callId};to-tag=bens;from-tag=t\\d+$`));
    expect(findHeader(invite.headers, 'Require')).toBe('replaces');
    ben.respond(invite, 200, { sdp: 'answer' });
    expect(await progress()).toBe('SIP/2.0 200 OK, the end');

    const music = await talk(anna, '86');
    const speech = await talk(anna, '81');
    await refer(speech, `<sip:86@127.0.0.1${replaces(music)}>`);
    expect([await progress(), await progress()]).toEqual(['SIP/2.0 100 Trying', 'SIP/2.0 180 Ringing']);
    await fixture.clock.advanceAsync(0);
    expect(await progress()).toBe('SIP/2.0 200 OK, the end');
    await anna.take((message) => message.kind === 'request' && message.method === 'BYE' && message.callId === music.callId);
    for (const ok of [echo, speech, consultation]) anna.inDialog('BYE', ok);
    ben.respond(await ben.takeRequest('BYE'), 200);
    ben.inDialog('BYE', invite);
    await ben.takeResponse('BYE');
    // the two robots talk to each other, but not for ever
    await fixture.clock.advanceAsync(600_000);
    await expectNothingLeft();
  });

  it.each([
    ['tel:+4989', 416],
    ['<sip:11@127.0.0.1;method=BYE>', 603],
    ['<sip:11@127.0.0.1?Replaces=nonsense>', 400],
    ['', 400],
  ])('refuses to call %j', async (referTo, status) => {
    expect(await refer(await talk(anna, '80'), referTo)).toBe(status);
  });

  it('may be parked, and fetched', async () => {
    const ok = await talk(anna, '81');
    anna.inDialog('REFER', ok, { extra: [{ name: 'Refer-To', value: '<sip:700@127.0.0.1>' }] });
    await fixture.clock.advanceAsync(0);
    await fixture.clock.advanceAsync(0);
    expect((await anna.takeResponse('REFER')).status).toBe(202);
    anna.respond(await anna.takeRequest('BYE'), 200);
    expect([...media.calls.values()].sort()).toEqual(['music', 'speech']);
    ben.invite('701', { sdp: 'offer' });
    const contact = findHeader((await ben.takeResponse('INVITE')).headers, 'Contact') ?? '';
    const value = decodeURIComponent(/Replaces=([^>]+)/.exec(contact)?.[1] ?? '');
    ben.invite('81', { sdp: 'offer', extra: [{ name: 'Replaces', value }] });
    await ben.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    expect((await ben.takeResponse('INVITE')).status).toBe(200);
    expect([...media.calls.values()]).toEqual(['speech']);
  });

  it('does not let an answered call be picked up', async () => {
    const ok = await talk(anna, '80');
    const value = `${decodeURIComponent(replaces(ok).slice('?Replaces='.length))};early-only`;
    ben.invite('80', { sdp: 'offer', extra: [{ name: 'Replaces', value }] });
    expect((await ben.takeResponse('INVITE')).status).toBe(486);
  });
});

describe('the conference room', () => {
  const roster = async (client: TestClient): Promise<unknown> => {
    const { body } = await nextNotice(client);
    const info = parseConferenceInfo(body);
    return info?.users.map(({ entity, displayName, endpoints }) => [entity, displayName, endpoints.map(({ status }) => status)]);
  };

  it('is a focus that tells who is in it (RFC 4579, RFC 4575)', async () => {
    const ok = await talk(anna, '8000');
    expect(findHeader(ok.headers, 'Contact')).toMatch(/;isfocus$/);
    expect((await subscribe(anna, '8000', 'conference')).status).toBe(200);
    const { body } = await nextNotice(anna);
    expect(parseConferenceInfo(body)).toMatchObject({ version: 0, state: 'full', subject: 'Conference room' });
    await talk(ben, '8000');
    await roster(anna);
    expect(await roster(anna)).toEqual([
      ['sip:10@127.0.0.1', 'Anna Berger', ['connected']],
      ['sip:11@127.0.0.1', 'Ben Carter', ['connected']],
    ]);
    expect([...media.calls.values()]).toEqual(['conference', 'conference']);
    anna.inDialog('BYE', ok);
    await anna.takeResponse('BYE');
    expect(await roster(anna)).toEqual([['sip:11@127.0.0.1', 'Ben Carter', ['connected']]]);
  });

  it('calls whom a member asks for, and the member stays', async () => {
    const ok = await talk(anna, '8000');
    await subscribe(ben, '8000', 'conference');
    await nextNotice(ben);
    expect(await refer(ok, '<sip:11@127.0.0.1>')).toBe(202);
    expect(await progress()).toBe('SIP/2.0 100 Trying');
    const invite = await ben.takeRequest('INVITE');
    expect(findHeaders(invite.headers, 'Contact')[0]).toMatch(/;isfocus$/);
    ben.respond(invite, 180);
    await progress();
    ben.respond(invite, 200, { sdp: 'answer' });
    expect(await progress()).toBe('SIP/2.0 200 OK, the end');
    await fixture.clock.advanceAsync(5000);
    anna.inDialog('INFO', ok);
    expect((await anna.takeResponse('INFO')).status).toBe(200);
    expect([...media.calls.values()]).toEqual(['conference', 'conference']);
  });
});
