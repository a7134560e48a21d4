import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DialogState } from '#shared/people/line-state.ts';
import { type DialogInfo, parseDialogInfo } from '#shared/sip/dialog-info.ts';
import { findHeader } from '#shared/sip/find-header.ts';
import { nextNotice, subscribe } from '#test/support/office/event-watch.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import type { TestClient } from '#test/support/office/test-client.ts';

describe('line states of the practice office (RFC 4235)', () => {
  let fixture: OfficeFixture;
  let anna: TestClient;
  let ben: TestClient;
  let chiara: TestClient;
  beforeEach(async () => {
    fixture = await OfficeFixture.start();
    [anna, ben, chiara] = [await fixture.registered('10'), await fixture.registered('11'), await fixture.registered('12')];
  });
  afterEach(() => fixture.dispose());

  const nextDialogs = async (client: TestClient): Promise<readonly DialogState[]> => (await nextInfo(client)).dialogs;
  const nextInfo = async (client: TestClient): Promise<DialogInfo> => {
    const { body } = await nextNotice(client);
    const info = parseDialogInfo(body);
    if (info === undefined) throw new Error(`no dialog-info: ${body}`);
    return info;
  };
  const stateAt = async (client: TestClient): Promise<(string | undefined)[]> => {
    const dialogs = await nextDialogs(client);
    return dialogs.flatMap(({ state, direction, remote }) => [state, direction ?? undefined, remote?.number]);
  };
  /** What this client sent before has arrived at the office after it. */
  const arrived = async (client: TestClient): Promise<void> => {
    client.askOptions();
    await client.takeResponse('OPTIONS');
  };
  const tagOf = (value: string | undefined): string => /tag=([^;]+)/.exec(value ?? '')?.[1] ?? '';

  it('tells a watcher of the callee: nothing, ringing, talking, over', async () => {
    const ok = await subscribe(chiara, '11', 'dialog');
    expect([ok.status, findHeader(ok.headers, 'Expires')]).toEqual([200, '300']);
    const first = await nextNotice(chiara);
    expect([first.state, findHeader(first.request.headers, 'Event')]).toEqual(['active;expires=300', 'dialog']);
    expect(parseDialogInfo(first.body)).toEqual({ version: 0, state: 'full', entity: 'sip:11@127.0.0.1', dialogs: [] });
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180, { tag: 'bens' });
    const ringing = await nextInfo(chiara);
    expect(ringing).toMatchObject({
      version: 1,
      dialogs: [
        {
          state: 'early',
          direction: 'recipient',
          remote: { number: '10', displayName: 'Anna Berger', uri: 'sip:10@127.0.0.1' },
          dialog: { callId: invite.callId, localTag: 'bens', remoteTag: tagOf(findHeader(invite.headers, 'From')) },
        },
      ],
    });
    ben.respond(invite, 200, { tag: 'bens', sdp: 'answer' });
    const talking = await nextInfo(chiara);
    expect(talking.dialogs.map(({ id, state }) => [id, state])).toEqual([[ringing.dialogs[0]?.id, 'confirmed']]);
    anna.inDialog('ACK', await anna.takeResponse('INVITE'));
    await ben.takeRequest('ACK');
    ben.inDialog('BYE', invite, { tag: 'bens' });
    anna.respond(await anna.takeRequest('BYE'), 200);
    expect(await stateAt(chiara)).toEqual(['terminated', 'recipient', '10']);
    expect(fixture.office.inventory).toMatchObject({ dialogs: 0, subscriptions: 1 });
  });

  it('tells a watcher of the caller, who sees the other side of the same dialog', async () => {
    await subscribe(chiara, '10', 'dialog');
    await nextNotice(chiara);
    anna.invite('11', { sdp: 'offer' });
    expect(await stateAt(chiara)).toEqual(['trying', 'initiator', undefined]);
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180, { tag: 'bens' });
    const [early] = await nextDialogs(chiara);
    expect(early).toMatchObject({ state: 'early', direction: 'initiator', remote: { number: '11' }, dialog: { remoteTag: 'bens' } });
    ben.respond(invite, 486, { tag: 'bens' });
    expect(await stateAt(chiara)).toEqual(['terminated', 'initiator', '11']);
    expect((await anna.takeResponse('INVITE')).status).toBe(486);
  });

  it('shows each device that rings, and only the one that took the call', async () => {
    const home = await fixture.registered('11');
    await subscribe(chiara, '11', 'dialog');
    await nextNotice(chiara);
    anna.invite('11', { sdp: 'offer' });
    const [atDesk, atHome] = [await ben.takeRequest('INVITE'), await home.takeRequest('INVITE')];
    ben.respond(atDesk, 180, { tag: 'desk' });
    expect(await nextDialogs(chiara)).toHaveLength(1);
    home.respond(atHome, 180, { tag: 'home' });
    expect((await nextDialogs(chiara)).map(({ dialog }) => dialog?.localTag)).toEqual(['desk', 'home']);
    home.respond(atHome, 200, { tag: 'home', sdp: 'answer' });
    expect((await nextDialogs(chiara)).map(({ state }) => state)).toEqual(['early', 'confirmed']);
    ben.respond(await ben.takeRequest('CANCEL'), 200);
    ben.respond(atDesk, 487, { tag: 'desk' });
    expect((await nextDialogs(chiara)).map(({ dialog, state }) => [dialog?.localTag, state])).toEqual([
      ['home', 'confirmed'],
      ['desk', 'terminated'],
    ]);
  });

  it('serves several watchers, refreshes, ends and forgets them', async () => {
    const first = await subscribe(chiara, '11', 'dialog;id=7');
    expect(findHeader((await nextNotice(chiara)).request.headers, 'Event')).toBe('dialog;id=7');
    await subscribe(anna, '11', 'dialog');
    await nextNotice(anna);
    expect(fixture.office.inventory.subscriptions).toBe(2);
    chiara.inDialog('SUBSCRIBE', first, { extra: [{ name: 'Expires', value: '600' }] });
    expect(findHeader((await chiara.takeResponse('SUBSCRIBE')).headers, 'Expires')).toBe('600');
    expect((await nextNotice(chiara)).state).toBe('active;expires=600');
    await arrived(chiara);
    await arrived(anna);
    fixture.clock.advance(300_000);
    expect((await nextNotice(anna)).state).toBe('terminated;reason=timeout');
    expect(fixture.office.inventory.subscriptions).toBe(1);
    chiara.inDialog('SUBSCRIBE', first, { extra: [{ name: 'Expires', value: '0' }] });
    expect((await chiara.takeResponse('SUBSCRIBE')).status).toBe(200);
    expect((await nextNotice(chiara)).state).toBe('terminated;reason=timeout');
    chiara.inDialog('SUBSCRIBE', first, { extra: [{ name: 'Expires', value: '600' }] });
    expect((await chiara.takeResponse('SUBSCRIBE')).status).toBe(481);
    expect(fixture.office.inventory.subscriptions).toBe(0);
  });

  it('fetches once, and stops telling who does not know the subscription', async () => {
    expect((await subscribe(chiara, '11', 'dialog', 0)).status).toBe(200);
    expect((await nextNotice(chiara)).state).toBe('terminated;reason=timeout');
    await subscribe(chiara, '11', 'dialog');
    await nextNotice(chiara, 481);
    await arrived(chiara);
    expect(fixture.office.inventory.subscriptions).toBe(0);
  });

  it('refuses what it does not tell, and wants to know who asks', async () => {
    const unknown = await subscribe(chiara, '11', 'weather');
    expect([unknown.status, findHeader(unknown.headers, 'Allow-Events')]).toEqual([489, 'dialog, conference']);
    expect((await subscribe(chiara, '77', 'dialog')).status).toBe(404);
    expect((await subscribe(chiara, '11', 'conference')).status).toBe(404);
    const brief = await subscribe(chiara, '11', 'dialog', 5);
    expect([brief.status, findHeader(brief.headers, 'Min-Expires')]).toEqual([423, '30']);
    expect((await subscribe(await fixture.connect('13'), '11', 'dialog')).status).toBe(407);
  });

  it('tells a watcher who reconnected what they missed', async () => {
    await subscribe(chiara, '11', 'dialog');
    await nextNotice(chiara);
    await chiara.close();
    anna.invite('11', { sdp: 'offer' });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180);
    await anna.takeResponse('INVITE', 180, 181);
    const again = await fixture.registered('12', chiara.options.instance);
    expect(await stateAt(again)).toEqual(['early', 'recipient', '10']);
  });

  it('does not tell who hides, and forgets a call whose device is gone', async () => {
    await subscribe(chiara, '11', 'dialog');
    await nextNotice(chiara);
    anna.invite('11', {
      sdp: 'offer',
      from: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=hidden',
      extra: [{ name: 'Privacy', value: 'id' }],
    });
    const invite = await ben.takeRequest('INVITE');
    ben.respond(invite, 180);
    const { body } = await nextNotice(chiara);
    expect(body).toContain('sip:anonymous@anonymous.invalid');
    expect(body).not.toContain('Anna');
    expect(body).not.toContain('sip:10@');
    ben.respond(invite, 200, { sdp: 'answer' });
    await nextNotice(chiara);
    await anna.takeResponse('INVITE');
    await ben.close();
    await arrived(chiara);
    fixture.clock.advance(9000);
    expect(await stateAt(chiara)).toEqual(['terminated', 'recipient', '']);
    expect(fixture.office.inventory.dialogs).toBe(0);
  });
});
