import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import type { CallId, CallView } from '#shared/calls/call.ts';
import { Desk } from '#test/support/calls/desk.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { MediaPath } from '#test/support/sip/media-path.ts';
import { SignallingPath } from '#test/support/sip/signalling-path.ts';
import { officePhone, officeServer } from '#test/support/sip/test-phone.ts';

const home = '10.0.0.7';
const away = ['172.16.0.9', '127.0.0.1'];

let office: OfficeFixture<SystemClock>;
let path: MediaPath;
let signalling: SignallingPath;
let anna: Desk;
let ben: Desk;
let mine: CallId;
let theirs: CallId;

/** Anna, whose signalling can be cut, talks with Ben; the media of both can be. */
beforeEach(async () => {
  office = await OfficeFixture.startOn(new SystemClock(), new FakeRobotMedia());
  path = new MediaPath();
  signalling = await SignallingPath.to({ host: '127.0.0.1', port: office.port });
  anna = new Desk(officePhone(office, '10', 600, [{ ...officeServer(office), port: signalling.port }], path));
  ben = new Desk(officePhone(office, '11', 800, [officeServer(office)], path));
  for (const desk of [anna, ben]) desk.address = home;
  await Promise.all([anna.phone.signIn(), ben.phone.signIn()]);
  mine = anna.service.dial('11');
  theirs = (await ben.rings()).id;
  ben.service.answer(theirs);
  await Promise.all([anna.talksWith('11'), ben.talksWith('10')]);
  await hearEachOther();
});

afterEach(async () => {
  signalling.restore();
  path.open = true;
  await Promise.all([anna.dispose(), ben.dispose()]);
  expect([anna.phone.media.size, ben.phone.media.size]).toEqual([0, 0]);
  signalling.dispose();
  path.dispose();
  office.dispose();
});

async function hearEachOther(): Promise<void> {
  await Promise.all([anna.phone.media.hear(anna.peerOf(mine), 800), ben.phone.media.hear(ben.peerOf(theirs), 600)]);
}

/** The repair of a call is over, and it was one. */
function repaired(desk: Desk, id: CallId): Promise<CallView> {
  return desk.see('is repaired', (call) => call.id === id && call.repair === null && call.repairs.length > 0);
}

const notes = ({ repairs }: CallView) => repairs.map(({ because, step, outcome }) => `${because}: ${step} ${outcome}`);

describe('a path that dies', () => {
  it('is found by its silence, and whichever end is first brings sound back for both', async () => {
    path.cut();
    const first = await Promise.any([repaired(anna, mine), repaired(ben, theirs)]);
    await hearEachOther();
    expect(notes(first)[0]).toMatch(/^path-lost: restart-ice/);
    expect(first.repairs.at(-1)?.outcome).toBe('helped');
    for (const desk of [anna, ben]) await desk.see('goes on', ({ phase, repair }) => phase === 'connected' && repair === null);
  });

  it('is left at once by the end whose network changed, and the other end has nothing to do', async () => {
    path.cut();
    anna.service.networkChanged(away);
    const annas = await repaired(anna, mine);
    await hearEachOther();
    expect(notes(annas)).toEqual(['network-changed: restart-ice helped']);
    expect(ben.service.views().flatMap(({ repairs }) => repairs)).toEqual([]);
  });

  it('is left by both ends at once, and they settle', async () => {
    path.cut();
    anna.service.networkChanged(away);
    ben.service.networkChanged(away);
    const views = await Promise.all([repaired(anna, mine), repaired(ben, theirs)]);
    await hearEachOther();
    for (const view of views) expect(notes(view)[0]).toMatch(/^network-changed: restart-ice/);
  });

  it('leaves a held call held, with its music', async () => {
    anna.service.setHeld(mine, true);
    await ben.see('is held', (call) => call.hold.remote);
    path.cut();
    anna.service.networkChanged(away);
    const annas = await repaired(anna, mine);
    expect(annas).toMatchObject({ hold: { local: true }, repairs: [{ step: 'restart-ice', outcome: 'helped' }] });
    expect(ben.service.views()).toMatchObject([{ hold: { remote: true } }]);
    anna.service.setHeld(mine, false);
    await ben.see('is back', (call) => !call.hold.remote);
    await hearEachOther();
  });
});

describe('no network for a while', () => {
  it('uses nothing up, hangs nobody up, and the call goes on where there is another', async () => {
    path.open = false;
    signalling.cut();
    anna.service.networkChanged(['127.0.0.1']);
    const waiting = await anna.see('waits', ({ repair }) => repair?.offline === true);
    expect(waiting.repair).toMatchObject({ step: null, attempt: 0 });
    // longer than Ben's patience
    await ben.see('misses Anna', ({ repair }) => (repair?.attempt ?? 0) > 2);
    expect(anna.service.views()).toMatchObject([{ phase: 'connected', repair: waiting.repair, repairs: waiting.repairs }]);
    path.cut();
    path.open = true;
    signalling.restore();
    anna.service.networkChanged(away);
    anna.phone.line.reconnect('network-changed');
    const annas = await repaired(anna, mine);
    expect(annas.repairs.at(-1)?.outcome).toBe('helped');
    await repaired(ben, theirs);
    await hearEachOther();
  });
});

it('asks a far end that fell silent on a path that stands in stages, and is content with the one that helps', async () => {
  ben.phone.media.fallSilent(ben.peerOf(theirs));
  const annas = await repaired(anna, mine);
  await hearEachOther();
  expect(notes(annas)).toEqual(['fell-silent: reopen-audio no-sound', 'fell-silent: refresh helped']);
});
