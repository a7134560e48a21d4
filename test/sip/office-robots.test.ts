import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { findHeader } from '#shared/sip/find-header.ts';
import type { SipResponse } from '#shared/sip/message.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import type { TestClient } from '#test/support/office/test-client.ts';

const bodyOf = ({ body }: { readonly body: Uint8Array }): string => Buffer.from(body).toString();

describe('robots of the practice office', () => {
  let media: FakeRobotMedia;
  let fixture: OfficeFixture;
  let anna: TestClient;
  beforeEach(async () => {
    media = new FakeRobotMedia();
    fixture = await OfficeFixture.start(media);
    anna = await fixture.registered('10');
  });
  afterEach(() => fixture.dispose());

  const answered = async (number: string, afterMs: number): Promise<SipResponse> => {
    anna.invite(number, { sdp: 'offer' });
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(afterMs);
    const ok = await anna.takeResponse('INVITE');
    expect(ok.status).toBe(200);
    anna.inDialog('ACK', ok);
    anna.askOptions();
    await anna.takeResponse('OPTIONS');
    return ok;
  };
  const hangUp = async (ok: SipResponse): Promise<void> => {
    anna.inDialog('BYE', ok);
    expect((await anna.takeResponse('BYE')).status).toBe(200);
  };
  const expectNothingLeft = async (): Promise<void> => {
    await fixture.clock.advanceAsync(40_000);
    expect(fixture.office.inventory).toMatchObject({ transactions: 0, requests: 0, robotActivity: 0 });
    expect(media.calls.size).toBe(0);
  };

  it.each([
    ['80', 'echo'],
    ['81', 'speech'],
    ['85', 'tone'],
    ['86', 'music'],
  ])('%s answers with %s', async (number, sound) => {
    const ok = await answered(number, 1000);
    expect(bodyOf(ok)).toBe('answer to offer');
    expect([...media.calls.values()]).toEqual([sound]);
    expect(findHeader(ok.headers, 'P-Asserted-Identity')).toMatch(new RegExp(`^".+" <sip:${number}@127.0.0.1>$`));
    await hangUp(ok);
    await expectNothingLeft();
  });

  it('takes re-INVITE and UPDATE, with and without an offer, and other requests in the call', async () => {
    const ok = await answered('80', 500);
    anna.inDialog('INVITE', ok, { sdp: 'a=sendonly' });
    const held = await anna.takeResponse('INVITE');
    expect(bodyOf(held)).toBe('answer to a=sendonly');
    anna.inDialog('ACK', ok, { sequence: held.cseq.sequence });
    anna.inDialog('INVITE', ok);
    const offered = await anna.takeResponse('INVITE');
    expect(bodyOf(offered)).toBe('offer of echo');
    anna.inDialog('ACK', ok, { sequence: offered.cseq.sequence, sdp: 'late answer' });
    for (const method of ['UPDATE', 'INFO', 'OPTIONS']) {
      anna.inDialog(method, ok);
      expect((await anna.takeResponse(method)).status).toBe(200);
    }
    expect(media.log.at(-1)).toBe('accept late answer');
    await hangUp(ok);
    await expectNothingLeft();
  });

  it('is busy', async () => {
    anna.invite('83', { sdp: 'offer' });
    expect((await anna.takeResponse('INVITE')).status).toBe(486);
    await expectNothingLeft();
  });

  it('never answers, until it is cancelled', async () => {
    const call = anna.invite('84', { sdp: 'offer' });
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(120_000);
    anna.cancel(call);
    expect((await anna.takeResponse('INVITE')).status).toBe(487);
    await expectNothingLeft();
  });

  it('calls back after ten seconds', async () => {
    const ok = await answered('82', 500);
    await fixture.clock.advanceAsync(2000);
    const bye = await anna.takeRequest('BYE');
    anna.respond(bye, 200);
    expect(bye.callId).toBe(ok.callId);
    await fixture.clock.advanceAsync(7499);
    expect(anna.unread.some((message) => message.kind === 'request')).toBe(false);
    await fixture.clock.advanceAsync(1);
    const invite = await anna.takeRequest('INVITE');
    expect([invite.from.uri.user, invite.from.displayName, bodyOf(invite)]).toEqual(['82', 'Carla Callback', 'offer of tone']);
    anna.respond(invite, 180);
    anna.respond(invite, 200, { sdp: 'my answer' });
    await anna.takeRequest('ACK');
    expect(media.log.at(-1)).toBe('accept my answer');
    anna.inDialog('BYE', invite);
    expect((await anna.takeResponse('BYE')).status).toBe(200);
    await expectNothingLeft();
  });

  it('gives up calling back when nobody answers', async () => {
    const ok = await answered('82', 500);
    await hangUp(ok);
    await fixture.clock.advanceAsync(9500);
    const invite = await anna.takeRequest('INVITE');
    anna.respond(invite, 180);
    anna.askOptions();
    await anna.takeResponse('OPTIONS');
    await fixture.clock.advanceAsync(30_000);
    const cancel = await anna.takeRequest('CANCEL');
    anna.respond(cancel, 200);
    anna.respond(invite, 487);
    await anna.takeRequest('ACK');
    await expectNothingLeft();
  });

  it('hangs up when its media is lost or the ACK never comes', async () => {
    const ok = await answered('80', 500);
    media.lost.fire(`80 ${ok.callId}`);
    anna.respond(await anna.takeRequest('BYE'), 200);
    await expectNothingLeft();
    anna.invite('85', { sdp: 'offer' });
    await fixture.clock.advanceAsync(0);
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    await anna.takeResponse('INVITE');
    await fixture.clock.advanceAsync(32_000);
    anna.respond(await anna.takeRequest('BYE'), 200);
    await expectNothingLeft();
  });

  it('refuses what it cannot hear', async () => {
    media.failure = new AppError('no-common-codec');
    anna.invite('85', { sdp: 'video only' });
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    expect((await anna.takeResponse('INVITE')).status).toBe(488);
    await expectNothingLeft();
  });

  it('lets a new call replace its old one (RFC 3891)', async () => {
    const ok = await answered('80', 500);
    const tag = (header: string): string => /tag=([^;]+)/.exec(findHeader(ok.headers, header) ?? '')?.[1] ?? '';
    const value = `${ok.callId};to-tag=${tag('To')};from-tag=${tag('From')}`;
    anna.invite('80', { sdp: 'again', extra: [{ name: 'Replaces', value }] });
    await anna.takeResponse('INVITE', 180, 181);
    await fixture.clock.advanceAsync(0);
    const second = await anna.takeResponse('INVITE');
    expect(bodyOf(second)).toBe('answer to again');
    anna.inDialog('ACK', second);
    const bye = await anna.takeRequest('BYE');
    expect(bye.callId).toBe(ok.callId);
    anna.respond(bye, 200);
    await hangUp(second);
    anna.invite('80', { sdp: 'again', extra: [{ name: 'Replaces', value }] });
    expect((await anna.takeResponse('INVITE')).status).toBe(481);
    await expectNothingLeft();
  });
});
