import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WeriftRobotMedia } from '#electron/office/robots/werift-robot-media.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { Desk } from '#test/support/calls/desk.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { officePhone } from '#test/support/sip/test-phone.ts';

let office: OfficeFixture<SystemClock>;
let anna: Desk;
let ben: Desk;
let chiara: Desk;

beforeAll(async () => {
  const sounds = fileURLToPath(new URL('../../assets/sounds/', import.meta.url));
  office = await OfficeFixture.startOn(new SystemClock(), new WeriftRobotMedia(sounds));
  anna = new Desk(officePhone(office, '10', 600));
  ben = new Desk(officePhone(office, '11', 800));
  chiara = new Desk(officePhone(office, '12', 1_200));
  await Promise.all([anna, ben, chiara].map((desk) => desk.phone.signIn()));
});

afterAll(async () => {
  await Promise.all([anna?.dispose(), ben?.dispose(), chiara?.dispose()]);
  office?.dispose();
});

afterEach(async () => {
  await Promise.all([anna, ben, chiara].map((desk) => desk.hangUpAll()));
});

/** One calls another, who answers. */
async function talk(caller: Desk, callee: Desk, number: string): Promise<{ mine: string; theirs: string }> {
  const mine = caller.service.dial(number);
  const { id: theirs } = await callee.rings();
  callee.service.answer(theirs);
  await Promise.all([caller.talksWith(number), callee.see('talks', (call) => call.id === theirs && call.phase === 'connected')]);
  return { mine, theirs };
}

/** Whoever is asked to call somebody else agrees. */
async function agree(desk: Desk): Promise<string> {
  const { id } = await desk.see('is asked to call somebody', ({ referral }) => referral !== null);
  desk.service.answerReferral(id, true);
  return id;
}

async function pickUp(desk: Desk): Promise<string> {
  const { id } = await desk.rings();
  desk.service.answer(id);
  return id;
}

describe('a blind transfer', () => {
  it('brings the caller to the target, and leaves', async () => {
    const { mine, theirs } = await talk(anna, ben, '11');
    ben.service.transfer(theirs, '12');
    await agree(anna);
    await pickUp(chiara);
    await Promise.all([anna.talksWith('12'), chiara.talksWith('10')]);
    expect((await ben.ended(theirs)).endReason).toMatchObject({ kind: 'transferred', to: { number: '12' } });
    expect((await anna.ended(mine)).endReason).toEqual({ kind: 'hung-up', by: 'remote' });
  });

  it('brings the caller back when the target is busy, and says so', async () => {
    const { mine, theirs } = await talk(anna, ben, '11');
    ben.service.transfer(theirs, '12');
    await agree(anna);
    const { id } = await chiara.rings();
    chiara.service.decline(id, 'busy');
    const back = await ben.see('is back', (call) => call.id === theirs && call.trouble !== null && !call.hold.local);
    expect(back).toMatchObject({ phase: 'connected', transfer: null, trouble: { code: 'transfer-target-busy' } });
    expect(await anna.talksWith('11')).toMatchObject({ id: mine });
  });

  it('brings the caller back when they do not want to go', async () => {
    const { mine, theirs } = await talk(anna, ben, '11');
    ben.service.transfer(theirs, '12');
    await anna.see('is asked', ({ referral }) => referral !== null);
    anna.service.answerReferral(mine, false);
    const back = await ben.see('is back', (call) => call.id === theirs && call.trouble !== null && !call.hold.local);
    expect(back.trouble?.code).toBe('transfer-refused');
  });
});

describe('a blind transfer by somebody who hangs up as soon as it is taken', () => {
  async function askAndLeave(): Promise<string> {
    const { mine, theirs } = await talk(anna, ben, '11');
    ben.service.transfer(theirs, '12');
    await ben.see('was understood', ({ id, transfer }) => id === theirs && transfer?.progress === 'accepted');
    ben.service.hangUp(theirs);
    await ben.ended(theirs);
    const left = await anna.see('is alone with the question', ({ phase }) => phase === 'referred');
    expect(left).toMatchObject({ id: mine, referral: { to: { number: '12' } }, endReason: { kind: 'hung-up', by: 'remote' } });
    return mine;
  }

  it('brings the caller to the target all the same', async () => {
    const mine = await askAndLeave();
    await agree(anna);
    await pickUp(chiara);
    await Promise.all([anna.talksWith('12'), chiara.talksWith('10')]);
    await anna.ended(mine);
    expect(anna.journal.entries.filter(({ id }) => id === mine)).toHaveLength(1);
  });

  it('is over when the caller does not want to go', async () => {
    const mine = await askAndLeave();
    anna.service.answerReferral(mine, false);
    await anna.ended(mine);
    expect(chiara.service.hasLiveCalls).toBe(false);
  });
});

describe('a consultation', () => {
  it('is completed, and both calls are over here', async () => {
    const { theirs } = await talk(anna, ben, '11');
    const consulted = ben.service.consult(theirs, '12');
    await pickUp(chiara);
    await ben.talksWith('12');
    await anna.see('waits', ({ hold }) => hold.remote);
    ben.service.completeTransfer(consulted);
    await agree(anna);
    await Promise.all([anna.talksWith('12'), chiara.talksWith('10')]);
    const ends = await Promise.all([ben.ended(theirs), ben.ended(consulted)]);
    expect(ends.map(({ endReason }) => endReason?.kind)).toEqual(['transferred', 'transferred']);
    expect(ben.journal.entries.slice(-2).map(({ outcome }) => outcome)).toEqual(['transferred', 'transferred']);
  });

  it('is completed while it still rings', async () => {
    const { theirs } = await talk(anna, ben, '11');
    const consulted = ben.service.consult(theirs, '12');
    await ben.see('rings there', (call) => call.id === consulted && call.phase === 'ringing-out');
    ben.service.completeTransfer(consulted);
    await agree(anna);
    const { id } = await chiara.see('rings for Anna', (call) => call.phase === 'ringing-in' && call.remote.number === '10');
    chiara.service.answer(id);
    await Promise.all([anna.talksWith('12'), chiara.talksWith('10'), ben.ended(theirs), ben.ended(consulted)]);
  });

  it('that is declined brings the caller back by itself, and says so', async () => {
    const { theirs } = await talk(anna, ben, '11');
    ben.service.consult(theirs, '12');
    const { id } = await chiara.rings();
    await anna.see('waits', ({ hold }) => hold.remote);
    chiara.service.decline(id, 'declined');
    const back = await ben.see('is back', (call) => call.id === theirs && call.trouble !== null && !call.hold.local);
    expect(back.trouble).toMatchObject({ code: 'consultation-failed' });
    await anna.see('hears Ben', ({ hold }) => !hold.remote);
  });

  it('ends by going back to the caller', async () => {
    const { theirs } = await talk(anna, ben, '11');
    const consulted = ben.service.consult(theirs, '12');
    await pickUp(chiara);
    await ben.talksWith('12');
    ben.service.backToCaller(consulted);
    await Promise.all([ben.talksWith('10'), ben.ended(consulted), anna.see('hears Ben', ({ hold }) => !hold.remote)]);
  });
});

describe('a conference', () => {
  it('is left: the two others talk with each other', async () => {
    const { theirs } = await talk(anna, ben, '11');
    const second = ben.service.dial('12');
    await pickUp(chiara);
    await ben.talksWith('12');
    ben.service.conference.join([theirs, second]);
    await ben.until('both are in hand', (views) =>
      views.filter((call) => call.inConference && !call.hold.local).length === 2 ? true : undefined,
    );
    await anna.see('hears Ben', ({ hold }) => !hold.remote);
    ben.service.conference.leave();
    await agree(anna);
    await Promise.all([anna.talksWith('12'), chiara.talksWith('10'), ben.ended(theirs), ben.ended(second)]);
  });
});

describe('a ringing call', () => {
  it('is sent on by hand, and says where it comes from', async () => {
    anna.service.dial('11');
    const { id } = await ben.rings();
    ben.service.deflect(id, '12');
    const ringing = await chiara.rings();
    expect(ringing).toMatchObject({ remote: { number: '10' }, redirectedBy: { number: '11' } });
    expect((await ben.ended(id)).endReason).toEqual({ kind: 'forwarded', to: '12', why: 'by-hand' });
    chiara.service.answer(ringing.id);
    await chiara.talksWith('10');
  });
});
