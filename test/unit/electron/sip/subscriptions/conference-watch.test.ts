import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { type Caller, ScriptedPeer, type Sent } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
beforeEach(() => {
  peer = new ScriptedPeer();
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

const focus = ['Contact: <sip:8000@far.test>;isfocus'];

function document(version: number, state: string, ...users: string[]): string {
  const elements = users.map((user) => {
    const deleted = user.startsWith('-');
    const entity = deleted ? user.slice(1) : user;
    return `<user entity="sip:${entity}@lab.test" state="${deleted ? 'deleted' : 'full'}"><endpoint entity="${entity}"><status>connected</status></endpoint></user>`;
  });
  return `<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="sip:8000@lab.test" version="${version}" state="${state}"><conference-description><subject>Monday</subject></conference-description><users state="${state}">${elements.join('')}</users></conference-info>`;
}

async function notify(notifier: Caller, body: string): Promise<void> {
  notifier.send('NOTIFY', body, [
    'Event: conference',
    'Subscription-State: active;expires=3600',
    'Content-Type: application/conference-info+xml',
  ]);
  await peer.take('200');
}

/** We are in a conference, and watch it. */
async function join(): Promise<{ far: Caller; subscribe: Sent; notifier: Caller }> {
  peer.dial('c1', '8000');
  const invite = await peer.take('INVITE');
  peer.respond(invite, 200, { sdp: fakeSdp('far'), contact: false, headers: focus });
  await peer.take('ACK');
  const subscribe = await peer.take('SUBSCRIBE');
  peer.respond(subscribe, 200, { headers: ['Expires: 3600'] });
  return { far: peer.callee(invite), subscribe, notifier: peer.callee(subscribe) };
}

function names(): string[] {
  const last = peer.events.findLast(({ type }) => type === 'roster-changed');
  return last?.type === 'roster-changed' ? last.roster.participants.map(({ number, isSelf }) => (isSelf ? `${number}!` : number)) : [];
}

describe('a call into a conference', () => {
  it('tells who is there', async () => {
    const { subscribe, notifier } = await join();
    expect([subscribe.startLine, subscribe.header('Event'), subscribe.header('Accept')]).toEqual([
      'SUBSCRIBE sip:8000@far.test SIP/2.0',
      'conference',
      'application/conference-info+xml',
    ]);
    await notify(notifier, document(0, 'full', '201', '202'));
    expect(names()).toEqual(['201!', '202']);
    await notify(notifier, document(1, 'partial', '203', '-202'));
    expect(names()).toEqual(['201!', '203']);
    await notify(notifier, document(1, 'partial', '204'));
    expect(peer.types().filter((type) => type === 'roster-changed')).toHaveLength(2);
  });

  it('that is not told of fails nothing', async () => {
    peer.dial('c1', '8000');
    peer.respond(await peer.take('INVITE'), 200, { sdp: fakeSdp('far'), contact: false, headers: focus });
    await peer.take('ACK');
    peer.respond(await peer.take('SUBSCRIBE'), 489);
    await peer.settle();
    expect(peer.types()).toEqual(['established']);
  });

  it('is watched no more when it ends', async () => {
    const { far, notifier } = await join();
    await notify(notifier, document(0, 'full', '201'));
    far.send('BYE');
    const sent = [await peer.take('200'), await peer.take('SUBSCRIBE')].at(-1);
    expect(sent?.header('Expires')).toBe('0');
    expect(peer.types()).toEqual(['established', 'roster-changed', 'terminated']);
  });

  it('begins and ends with a re-INVITE', async () => {
    const { far } = await peer.establish();
    far.contact = 'sip:8000@far.test>;isfocus;x=<';
    far.send('INVITE', fakeSdp('far'));
    const subscribe = await peer.take('SUBSCRIBE');
    await peer.take('200');
    far.send('ACK');
    await peer.settle();
    await notify(peer.callee(subscribe), document(0, 'full', '201', '202', '203'));
    expect(names()).toHaveLength(3);
    far.contact = 'sip:202@far.test';
    far.send('INVITE', fakeSdp('far'));
    expect((await peer.take('SUBSCRIBE')).header('Expires')).toBe('0');
    await peer.take('200');
    far.send('ACK');
    await peer.settle();
    expect(names()).toEqual([]);
  });
});
