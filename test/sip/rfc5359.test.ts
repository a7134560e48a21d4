import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WeriftRobotMedia } from '#electron/office/robots/werift-robot-media.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { officePhone, type TestPhone } from '#test/support/sip/test-phone.ts';

/** The services of RFC 5359 section 2, each by lines of ours through a proxy that only forwards: nobody in the middle does it for them. */
let office: OfficeFixture<SystemClock>;
let alice: TestPhone;
let bob: TestPhone;
let carol: TestPhone;
const tones = { alice: 600, bob: 800, carol: 1_200 };

beforeAll(async () => {
  const sounds = fileURLToPath(new URL('../../assets/sounds/', import.meta.url));
  office = await OfficeFixture.startOn(new SystemClock(), new WeriftRobotMedia(sounds));
  alice = officePhone(office, '10', tones.alice);
  bob = officePhone(office, '11', tones.bob);
  carol = officePhone(office, '12', tones.carol);
  await Promise.all([alice, bob, carol].map((phone) => phone.signIn()));
});

afterAll(async () => {
  await Promise.all([alice, bob, carol].map((phone) => phone?.dispose()));
  office?.dispose();
});

afterEach(async () => {
  await Promise.all([alice, bob, carol].map((phone) => phone.hangUpAll()));
  expect([alice, bob, carol].map((phone) => [phone.line.liveCalls, phone.media.size])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

/** A call that stands. */
async function connect(caller: TestPhone, callee: TestPhone, number: string): Promise<[mine: string, theirs: string]> {
  const mine = caller.dial(number);
  const { call: theirs } = await callee.ringing();
  callee.line.sendRinging(theirs);
  await caller.expect(mine, 'ringing');
  callee.line.accept(theirs);
  await Promise.all([caller.expect(mine, 'established'), callee.expect(theirs, 'established')]);
  return [mine, theirs];
}

async function hold(phone: TestPhone, call: string, held: boolean): Promise<void> {
  phone.line.setHold(call, held);
  await phone.expect(call, 'local-hold-changed');
}

async function hangUp(phone: TestPhone, call: string): Promise<void> {
  phone.line.hangUp(call);
  await phone.expect(call, 'closed');
}

/** Who was referred agrees, and calls. */
async function followReferral(phone: TestPhone, call: string): Promise<string> {
  const { referral } = await phone.expect(call, 'referral-received');
  phone.line.answerReferral(call, true);
  return phone.dial(referral.to.uri, { referral: call });
}

describe('RFC 5359', () => {
  it('2.1 call hold', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    await hold(bob, bobs, true);
    expect(await alice.expect(alices, 'remote-hold-changed')).toMatchObject({ held: true });
    await hold(bob, bobs, false);
    expect(await alice.expect(alices, 'remote-hold-changed')).toMatchObject({ held: false });
    await Promise.all([alice.media.hear(alices, tones.bob), bob.media.hear(bobs, tones.alice)]);
  });

  it('2.2 consultation hold', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    await hold(bob, bobs, true);
    const [consultation, carols] = await connect(bob, carol, '12');
    await Promise.all([bob.media.hear(consultation, tones.carol), carol.media.hear(carols, tones.bob)]);
    await hangUp(bob, consultation);
    await hold(bob, bobs, false);
    await Promise.all([alice.media.hear(alices, tones.bob), bob.media.hear(bobs, tones.alice)]);
  });

  it('2.4 transfer, unattended', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    await hold(bob, bobs, true);
    bob.line.refer(bobs, { kind: 'blind', target: '12' });
    await bob.expect(bobs, 'transfer-accepted');
    const next = await followReferral(alice, alices);
    const { call: carols, remote } = await carol.ringing();
    expect(remote.number).toBe('10');
    carol.line.sendRinging(carols);
    await bob.expect(bobs, 'transfer-ringing');
    carol.line.accept(carols);
    await Promise.all([alice.expect(next, 'established'), bob.expect(bobs, 'transfer-succeeded')]);
    await hangUp(bob, bobs);
    await alice.expect(alices, 'terminated');
    await Promise.all([alice.media.hear(next, tones.carol), carol.media.hear(carols, tones.alice)]);
  });

  it('2.4 transfer, unattended, to somebody busy: the caller is taken back', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    await hold(bob, bobs, true);
    bob.line.refer(bobs, { kind: 'blind', target: '12' });
    const next = await followReferral(alice, alices);
    carol.line.reject((await carol.ringing()).call, 486);
    await alice.expect(next, 'rejected');
    expect((await bob.expect(bobs, 'transfer-failed')).error).toEqual({
      code: 'transfer-target-busy',
      details: { name: '12', number: '12', status: 486 },
    });
    await hold(bob, bobs, false);
    await Promise.all([alice.media.hear(alices, tones.bob), bob.media.hear(bobs, tones.alice)]);
  });

  it('2.4 transfer, unattended, that the caller does not want', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    bob.line.refer(bobs, { kind: 'blind', target: '12' });
    await alice.expect(alices, 'referral-received');
    alice.line.answerReferral(alices, false);
    expect((await bob.expect(bobs, 'transfer-failed')).error.code).toBe('transfer-refused');
  });

  it('2.5 transfer, attended', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    await hold(bob, bobs, true);
    const [consultation, carols] = await connect(bob, carol, '12');
    await hold(bob, consultation, true);
    bob.line.refer(bobs, { kind: 'attended', call: consultation });
    const next = await followReferral(alice, alices);
    await Promise.all([alice.expect(next, 'established'), bob.expect(bobs, 'transfer-succeeded'), bob.expect(consultation, 'terminated')]);
    expect((await carol.expect(carols, 'remote-changed')).remote.number).toBe('10');
    await hangUp(bob, bobs);
    await alice.expect(alices, 'terminated');
    await Promise.all([alice.media.hear(next, tones.carol), carol.media.hear(`${carols}~2`, tones.alice)]);
  });

  it('2.5 transfer, attended, completed while the target rings: called anew (RFC 5589 section 7.4)', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    await hold(bob, bobs, true);
    const consultation = bob.dial('12');
    const { call: asked } = await carol.ringing();
    carol.line.sendRinging(asked);
    await bob.expect(consultation, 'ringing');
    bob.line.refer(bobs, { kind: 'attended', call: consultation });
    await Promise.all([bob.expect(consultation, 'closed'), carol.expect(asked, 'cancelled')]);
    const next = await followReferral(alice, alices);
    const { call: carols } = await carol.ringing();
    carol.line.accept(carols);
    await Promise.all([alice.expect(next, 'established'), bob.expect(bobs, 'transfer-succeeded')]);
    await hangUp(bob, bobs);
    await Promise.all([alice.media.hear(next, tones.carol), carol.media.hear(carols, tones.alice)]);
  });

  it('2.6 instant messaging', async () => {
    const received = new Promise((resolve) => bob.line.onMessage(resolve));
    await alice.line.sendMessage('11', 'I am late.');
    expect(await received).toMatchObject({ from: { number: '10' }, text: 'I am late.' });
  });

  it.each([
    ['2.7 call forwarding, unconditional', 'unconditional'],
    ['2.8 call forwarding, busy', 'user-busy'],
    ['2.9 call forwarding, no answer', 'no-answer'],
  ] as const)('%s', async (_, why) => {
    const alices = alice.dial('11');
    const { call: bobs } = await bob.ringing();
    if (why === 'no-answer') {
      bob.line.sendRinging(bobs);
      await alice.expect(alices, 'ringing');
    }
    bob.line.redirect(bobs, '12', why);
    await bob.expect(bobs, 'closed');
    const { call: carols, redirectedBy } = await carol.ringing();
    expect(redirectedBy?.number).toBe('11');
    carol.line.accept(carols);
    await Promise.all([alice.expect(alices, 'established'), carol.expect(carols, 'established')]);
    // a device that rang has begun ICE with the caller, and werift stays with whoever comes first: browsers do not
    if (why !== 'no-answer') await Promise.all([alice.media.hear(alices, tones.carol), carol.media.hear(carols, tones.alice)]);
  });

  it('2.12 find-me: two devices of one person ring, the first takes the call', async () => {
    const mobile = officePhone(office, '11', 900);
    await mobile.signIn();
    try {
      const alices = alice.dial('11');
      const [atDesk, onTheRoad] = await Promise.all([bob.ringing(), mobile.ringing()]);
      mobile.line.accept(onTheRoad.call);
      await alice.expect(alices, 'established');
      expect(await bob.expect(atDesk.call, 'cancelled')).toMatchObject({ answeredElsewhere: true });
      await alice.media.hear(alices, 900);
    } finally {
      await mobile.hangUpAll();
      await mobile.dispose();
    }
  });

  it('2.13 call management: the callee may refuse, the caller hears how', async () => {
    const alices = alice.dial('11');
    bob.line.reject((await bob.ringing()).call, 603);
    expect(await alice.expect(alices, 'rejected')).toMatchObject({ status: 603, error: null });
  });

  it('2.15 call park: whoever is sent to a parking place is fetched from there by another', async () => {
    const [alices, bobs] = await connect(alice, bob, '11');
    await hold(bob, bobs, true);
    bob.line.refer(bobs, { kind: 'blind', target: '701' });
    await bob.expect(bobs, 'transfer-accepted');
    await bob.expect(bobs, 'transfer-succeeded');
    expect((await alice.expect(alices, 'remote-changed')).remote.number).toBe('701');
    expect(alice.types(alices)).not.toContain('referral-received');
    const carols = carol.dial('701');
    await carol.expect(carols, 'established');
    expect((await alice.expect(alices, 'remote-changed')).remote.number).toBe('12');
    await carol.media.hear(carols, tones.alice);
    carol.line.hangUp(carols);
    await alice.expect(alices, 'terminated');
  });

  it('2.16 call pickup, by the dialog that is watched (RFC 4235, RFC 3891)', async () => {
    const ringing = new Promise<Parameters<Parameters<typeof carol.line.onWatchChanged>[0]>[0]>((resolve) => {
      carol.line.onWatchChanged((change) => {
        if (change.dialogs.some(({ state }) => state === 'early')) resolve(change);
      });
    });
    const watch = carol.line.watch('11');
    const alices = alice.dial('11');
    const { call: bobs } = await bob.ringing();
    bob.line.sendRinging(bobs);
    const [dialog] = (await ringing).dialogs;
    if (dialog === undefined) throw new Error('no dialog');
    const picked = carol.dial('11', { pickUp: dialog });
    await Promise.all([carol.expect(picked, 'established'), bob.expect(bobs, 'cancelled')]);
    expect((await alice.expect(alices, 'remote-changed')).remote.number).toBe('12');
    await alice.expect(alices, 'established');
    await Promise.all([alice.media.hear(`${alices}~2`, tones.carol), carol.media.hear(picked, tones.alice)]);
    watch.dispose();
  });
});
