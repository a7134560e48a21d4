import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeReplaces } from '#shared/sip/dialog-name.ts';
import { parseDialogInfo } from '#shared/sip/dialog-info.ts';
import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest, SipResponse } from '#shared/sip/message.ts';
import { readReferTo } from '#shared/sip/refer-to.ts';
import { nextNotice, subscribe } from '#test/support/office/event-watch.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import type { TestClient } from '#test/support/office/test-client.ts';

let fixture: OfficeFixture;
let media: FakeRobotMedia;
let anna: TestClient;
let ben: TestClient;
let chiara: TestClient;
beforeEach(async () => {
  media = new FakeRobotMedia();
  fixture = await OfficeFixture.start(media);
  [anna, ben, chiara] = [await fixture.registered('10'), await fixture.registered('11'), await fixture.registered('12')];
});
afterEach(() => fixture.dispose());

/** Anna calls Ben and it rings there. */
const ring = async (options: Parameters<TestClient['invite']>[1] = {}): Promise<SipRequest> => {
  anna.invite('11', { sdp: 'offer', ...options });
  const invite = await ben.takeRequest('INVITE');
  ben.respond(invite, 180, { tag: 'bens' });
  await anna.takeResponse('INVITE', 180, 181);
  return invite;
};

/** Follows a 302 as RFC 3261 section 8.1.3.4 and RFC 3891 want it, and returns whom the new INVITE replaces. */
const follow = (client: TestClient, moved: SipResponse): string => {
  const target = readReferTo([findHeader(moved.headers, 'Contact') ?? '']);
  if (typeof target === 'number' || target.replaces === null) throw new Error('no Contact with Replaces');
  const replaces = writeReplaces(target.replaces);
  client.invite(target.uri.text.replace(/\?.*/, ''), {
    sdp: 'picked up',
    extra: [
      { name: 'Replaces', value: replaces },
      { name: 'Require', value: 'replaces' },
    ],
  });
  return replaces;
};

describe('pickup in the practice office', () => {
  it.each(['**11', '*8'])('%s takes a ringing call over from the caller (RFC 3891)', async (code) => {
    const invite = await ring();
    chiara.invite(code, { sdp: 'offer' });
    const moved = await chiara.takeResponse('INVITE');
    expect(moved.status).toBe(302);
    const replaces = follow(chiara, moved);
    const taken = await anna.takeRequest('INVITE');
    expect(findHeader(taken.headers, 'Replaces')).toBe(replaces);
    expect(replaces).toBe(
      `${invite.callId};to-tag=${/tag=(.*)/.exec(findHeader(invite.headers, 'From') ?? '')?.[1]};from-tag=bens;early-only`,
    );
    anna.respond(taken, 200, { sdp: 'answer' });
    const ok = await chiara.takeResponse('INVITE');
    expect([ok.status, findHeader(ok.headers, 'P-Asserted-Identity')]).toEqual([200, '"Anna Berger" <sip:10@127.0.0.1>']);
  });

  it('reaches the one device of the caller that has the dialog', async () => {
    await ring();
    const elsewhere = await fixture.registered('10');
    chiara.invite('**11', { sdp: 'offer' });
    follow(chiara, await chiara.takeResponse('INVITE'));
    await anna.takeRequest('INVITE');
    expect(elsewhere.unread).toEqual([]);
  });

  it('forks a takeover of a dialog that it does not know, and the device that does wins', async () => {
    const home = await fixture.registered('11');
    anna.invite('11', { sdp: 'offer', extra: [{ name: 'Replaces', value: 'elsewhere;to-tag=1;from-tag=2' }] });
    const [atDesk, atHome] = [await ben.takeRequest('INVITE'), await home.takeRequest('INVITE')];
    ben.respond(atDesk, 481);
    await ben.takeRequest('ACK');
    home.respond(atHome, 200, { sdp: 'answer' });
    expect((await anna.takeResponse('INVITE')).status).toBe(200);
  });

  it('picks up a call of somebody who hides, without a word of who that is', async () => {
    await ring({ from: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=hidden', extra: [{ name: 'Privacy', value: 'id' }] });
    chiara.invite('**11', { sdp: 'offer' });
    const moved = await chiara.takeResponse('INVITE');
    expect(findHeader(moved.headers, 'Contact')).not.toContain('sip:10@');
    follow(chiara, moved);
    anna.respond(await anna.takeRequest('INVITE'), 200, { sdp: 'answer' });
    expect(findHeader((await chiara.takeResponse('INVITE')).headers, 'P-Asserted-Identity')).toBeUndefined();
  });

  it('says that nothing rings: not there, not any more, not for the caller', async () => {
    const nothing = async (client: TestClient, code: string): Promise<void> => {
      client.invite(code, { sdp: 'offer' });
      const refused = await client.takeResponse('INVITE');
      expect([refused.status, findHeader(refused.headers, 'Reason')]).toEqual([480, 'SIP;cause=480;text="Nothing Rings There"']);
    };
    await nothing(chiara, '**11');
    await nothing(chiara, '*8');
    const invite = await ring();
    await nothing(anna, '**11');
    await nothing(ben, '*8');
    await nothing(chiara, '**10');
    ben.respond(invite, 200, { tag: 'bens', sdp: 'answer' });
    await anna.takeResponse('INVITE');
    await nothing(chiara, '**11');
  });

  it('picks up a call of a robot', async () => {
    chiara.invite('82', { sdp: 'offer' });
    await chiara.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(500);
    chiara.inDialog('ACK', await chiara.takeResponse('INVITE'));
    await fixture.clock.advanceAsync(2000);
    chiara.respond(await chiara.takeRequest('BYE'), 200);
    await fixture.clock.advanceAsync(7500);
    const invite = await chiara.takeRequest('INVITE');
    chiara.respond(invite, 180);
    anna.invite('**12', { sdp: 'offer' });
    follow(anna, await anna.takeResponse('INVITE'));
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    const ok = await anna.takeResponse('INVITE');
    expect([ok.status, findHeader(ok.headers, 'P-Asserted-Identity')]).toEqual([200, '"Carla Callback" <sip:82@127.0.0.1>']);
    const cancel = await chiara.takeRequest('CANCEL');
    chiara.respond(cancel, 200);
    chiara.respond(invite, 487);
    await chiara.takeRequest('ACK');
  });
});

describe('the park of the practice office', () => {
  const referredBy = [{ name: 'Referred-By', value: '<sip:11@127.0.0.1>' }];

  /** Anna is sent there by Ben. */
  const park = async (number: string): Promise<SipResponse> => {
    anna.invite(number, { sdp: 'park me', extra: referredBy });
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    const ok = await anna.takeResponse('INVITE');
    anna.inDialog('ACK', ok);
    return ok;
  };
  const whoWaits = async (): Promise<unknown> => {
    const { body } = await nextNotice(chiara);
    return parseDialogInfo(body)?.dialogs.map(({ state, remote }) => [state, remote?.number]);
  };

  it('puts a call to 700 into the first free place, with music, and tells who waits there', async () => {
    await subscribe(chiara, '701', 'dialog');
    expect(await whoWaits()).toEqual([]);
    const ok = await park('700');
    expect(findHeader(ok.headers, 'P-Asserted-Identity')).toBe('"Parking place 701" <sip:701@127.0.0.1>');
    expect([...media.calls.values()]).toEqual(['music']);
    expect(await whoWaits()).toEqual([['early', '10']]);
    expect(await whoWaits()).toEqual([['confirmed', '10']]);
    ben.invite('700', { sdp: 'me too' });
    await fixture.clock.advanceAsync(0);
    await ben.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    expect(findHeader((await ben.takeResponse('INVITE')).headers, 'P-Asserted-Identity')).toContain('702');
  });

  it('lets whoever dials the place take the one who waits, and the place is free again', async () => {
    const parked = await park('703');
    chiara.invite('703', { sdp: 'offer' });
    const moved = await chiara.takeResponse('INVITE');
    expect(moved.status).toBe(302);
    expect(follow(chiara, moved)).not.toContain('early-only');
    const taken = await anna.takeRequest('INVITE');
    anna.respond(taken, 200, { sdp: 'answer' });
    const ok = await chiara.takeResponse('INVITE');
    expect(findHeader(ok.headers, 'P-Asserted-Identity')).toBe('"Anna Berger" <sip:10@127.0.0.1>');
    anna.inDialog('BYE', parked);
    expect((await anna.takeResponse('BYE')).status).toBe(200);
    expect(media.calls.size).toBe(0);
    chiara.invite('703', { sdp: 'offer' });
    expect((await chiara.takeResponse('INVITE')).status).toBe(404);
  });

  it('refuses a place that is taken, and a park that is full', async () => {
    await park('705');
    ben.invite('705', { sdp: 'park me', extra: referredBy });
    expect((await ben.takeResponse('INVITE')).status).toBe(486);
    for (let count = 0; count < 8; count++) await park('700');
    ben.invite('700', { sdp: 'park me', extra: referredBy });
    expect((await ben.takeResponse('INVITE')).status).toBe(486);
  });

  /** Anna and Ben talk; Ben sends Anna to the park. */
  const referAnna = async (number: string): Promise<{ invite: SipRequest; ok: SipResponse }> => {
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 200, { sdp: 'answer', tag: 'bens' });
    const ok = await anna.takeResponse('INVITE');
    anna.inDialog('ACK', ok);
    await ben.takeRequest('ACK');
    ben.inDialog('REFER', invite, { tag: 'bens', extra: [{ name: 'Refer-To', value: `<sip:${number}@127.0.0.1>` }] });
    return { invite, ok };
  };

  it('fetches whom somebody refers to it, and asks nobody', async () => {
    await subscribe(chiara, '701', 'dialog');
    expect(await whoWaits()).toEqual([]);
    const { invite, ok } = await referAnna('700');
    const fetched = await anna.takeRequest('INVITE');
    const own = /tag=(.*)/.exec(findHeader(invite.headers, 'From') ?? '')?.[1];
    expect(findHeader(fetched.headers, 'Replaces')).toBe(`${invite.callId};to-tag=${own};from-tag=bens`);
    expect(findHeader(fetched.headers, 'P-Asserted-Identity')).toBe('"Parking place 701" <sip:701@127.0.0.1>');
    anna.respond(fetched, 200, { sdp: 'answer', tag: 'annas' });
    await anna.takeRequest('ACK');
    expect((await ben.takeResponse('REFER')).status).toBe(202);
    anna.inDialog('BYE', ok);
    ben.respond(await ben.takeRequest('BYE'), 200);
    await anna.takeResponse('BYE');
    expect([await whoWaits(), await whoWaits()]).toEqual([[['trying', undefined]], [['confirmed', '10']]]);
    chiara.invite('701', { sdp: 'offer' });
    const replaces = follow(chiara, await chiara.takeResponse('INVITE'));
    expect(replaces).toMatch(new RegExp(`^${fetched.callId};to-tag=annas;from-tag=`));
    anna.respond(await anna.takeRequest('INVITE'), 200, { sdp: 'answer' });
    expect((await chiara.takeResponse('INVITE')).status).toBe(200);
    anna.inDialog('BYE', fetched, { tag: 'annas' });
    expect((await anna.takeResponse('BYE')).status).toBe(200);
    expect(media.calls.size).toBe(0);
  });

  it('lets those who cannot be fetched be asked themselves', async () => {
    await referAnna('703');
    anna.respond(await anna.takeRequest('INVITE'), 420);
    const refer = await anna.takeRequest('REFER');
    expect(findHeader(refer.headers, 'Refer-To')).toBe('<sip:703@127.0.0.1>');
    anna.respond(refer, 202);
    expect((await ben.takeResponse('REFER')).status).toBe(202);
    await park('703');
  });

  it('does not wait for those who only ring', async () => {
    await referAnna('700');
    const fetched = await anna.takeRequest('INVITE');
    anna.respond(fetched, 180);
    anna.askOptions();
    await anna.takeResponse('OPTIONS');
    await fixture.clock.advanceAsync(4000);
    await anna.takeRequest('CANCEL');
    anna.respond(await anna.takeRequest('REFER'), 603);
    expect((await ben.takeResponse('REFER')).status).toBe(603);
  });

  it('tells who refers to a place that is taken, or that somebody is on the way to', async () => {
    await park('701');
    const { ok } = await referAnna('701');
    expect((await ben.takeResponse('REFER')).status).toBe(486);
    anna.inDialog('REFER', ok, { extra: [{ name: 'Refer-To', value: '<sip:702@127.0.0.1>' }] });
    await ben.takeRequest('INVITE');
    chiara.invite('702', { sdp: 'park me', extra: referredBy });
    expect((await chiara.takeResponse('INVITE')).status).toBe(486);
  });

  it('takes an attended transfer: the new call waits where the old one did', async () => {
    const consultation = await park('702');
    const tag = (name: string): string => /tag=([^;]+)/.exec(findHeader(consultation.headers, name) ?? '')?.[1] ?? '';
    const replaces = `${consultation.callId};to-tag=${tag('To')};from-tag=${tag('From')}`;
    const contact = /<([^;>]+)/.exec(findHeader(consultation.headers, 'Contact') ?? '')?.[1] ?? '';
    ben.invite(contact, { sdp: 'offer', extra: [{ name: 'Replaces', value: replaces }, ...referredBy] });
    await ben.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    const ok = await ben.takeResponse('INVITE');
    expect([ok.status, findHeader(ok.headers, 'P-Asserted-Identity')]).toEqual([200, '"Parking place 702" <sip:702@127.0.0.1>']);
    anna.respond(await anna.takeRequest('BYE'), 200);
    chiara.invite('702', { sdp: 'offer' });
    expect(findHeader((await chiara.takeResponse('INVITE')).headers, 'Contact')).toContain('sip:11@');
  });
});
