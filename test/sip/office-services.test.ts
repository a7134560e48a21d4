import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WeriftRobotMedia } from '#electron/office/robots/werift-robot-media.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import type { WatchChanged } from '#electron/sip/sip-line.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { officePhone, type TestPhone } from '#test/support/sip/test-phone.ts';

const tones = { anna: 600, ben: 800, chiara: 1200, david: 1500 };
let office: OfficeFixture<SystemClock>;
let anna: TestPhone;
let ben: TestPhone;
let chiara: TestPhone;
let david: TestPhone;

beforeAll(async () => {
  const sounds = fileURLToPath(new URL('../../assets/sounds/', import.meta.url));
  office = await OfficeFixture.startOn(new SystemClock(), new WeriftRobotMedia(sounds));
  anna = officePhone(office, '10', tones.anna);
  ben = officePhone(office, '11', tones.ben);
  chiara = officePhone(office, '12', tones.chiara);
  david = officePhone(office, '13', tones.david);
  await Promise.all([anna, ben, chiara, david].map((phone) => phone.signIn()));
});

afterAll(async () => {
  await Promise.all([anna, ben, chiara, david].map((phone) => phone?.dispose()));
  office?.dispose();
});

/** Whatever a test left: nothing of it may disturb the next one. */
afterEach(async () => {
  for (const phone of [anna, ben, chiara, david]) {
    for (const call of new Set(phone.events.map((event) => event.call))) phone.line.hangUp(call);
  }
  await until(() => office.office.inventory.dialogs === 0 && office.office.inventory.robotActivity === 0);
});

async function until(isTrue: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${JSON.stringify(office.office.inventory)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function connect(caller: TestPhone, callee: TestPhone, number: string): Promise<{ mine: string; theirs: string }> {
  const mine = caller.dial(number);
  const { call: theirs } = await callee.ringing();
  callee.line.sendRinging(theirs);
  callee.line.accept(theirs);
  await Promise.all([caller.expect(mine, 'established'), callee.expect(theirs, 'established')]);
  return { mine, theirs };
}

/** Anna's call rings at Ben. */
async function ringAtBen(): Promise<{ mine: string; theirs: string }> {
  const mine = anna.dial('11');
  const { call: theirs } = await ben.ringing();
  ben.line.sendRinging(theirs);
  await anna.expect(mine, 'ringing');
  return { mine, theirs };
}

/** Watches a number until its dialogs are as wanted. */
function dialogsOf(
  phone: TestPhone,
  number: string,
  wanted: (dialogs: readonly DialogState[]) => boolean,
): Promise<readonly DialogState[]> {
  return new Promise((resolve, reject) => {
    const watch = phone.line.watch(number);
    const finish = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      watch.dispose();
    };
    const timer = setTimeout(() => {
      finish();
      reject(new Error(`no such dialogs at ${number}`));
    }, 10_000);
    const subscription = phone.line.onWatchChanged(({ target, dialogs, status }: WatchChanged) => {
      if (target !== number || status !== 'active' || !wanted(dialogs)) return;
      finish();
      resolve(dialogs);
    });
  });
}

const dialCode = async (phone: TestPhone, code: string): Promise<string | undefined> => {
  const call = phone.dial(code);
  const { remote } = await phone.expect(call, 'established');
  await phone.expect(call, 'terminated');
  return remote?.displayName;
};

describe('Commutes and the services of the practice office', () => {
  it.each(['**11', '*8'])('pick up by %s', async (code) => {
    const { mine, theirs } = await ringAtBen();
    const picked = chiara.dial(code);
    await Promise.all([chiara.expect(picked, 'established'), ben.expect(theirs, 'cancelled'), anna.expect(mine, 'established')]);
    await Promise.all([chiara.media.hear(picked, tones.anna)]);
  });

  it('pick up what they watch', async () => {
    const ringing = dialogsOf(chiara, '11', (dialogs) => dialogs.some(({ state }) => state === 'early'));
    await ringAtBen();
    const [dialog] = await ringing;
    if (dialog === undefined) throw new Error('no dialog');
    const picked = chiara.dial(dialog.remote?.number ?? '', { pickUp: dialog });
    await chiara.expect(picked, 'established');
    await chiara.media.hear(picked, tones.anna);
  });

  it('park a robot and fetch it', async () => {
    const call = anna.dial('85');
    await anna.expect(call, 'established');
    const parked = dialogsOf(ben, '701', (dialogs) => dialogs.some(({ state }) => state === 'confirmed'));
    anna.line.refer(call, { kind: 'blind', target: '700' });
    await anna.expect(call, 'transfer-accepted');
    await anna.expect(call, 'terminated');
    expect((await parked)[0]?.remote?.displayName).toBe('Milo Milliwatt');
    const fetched = ben.dial('701');
    await ben.expect(fetched, 'established');
    await ben.media.hear(fetched, 1004);
  });

  it('park each other and fetch', async () => {
    const { mine, theirs } = await connect(anna, ben, '11');
    let peer = theirs;
    const changes = ben.line.onCallPeerChanged((change) => (peer = change.peer));
    anna.line.refer(mine, { kind: 'blind', target: '702' });
    await anna.expect(mine, 'transfer-accepted');
    await anna.expect(mine, 'terminated');
    expect((await ben.expect(theirs, 'remote-changed')).remote.displayName).toBe('Parking place 702');
    const fetched = chiara.dial('702');
    await chiara.expect(fetched, 'established');
    expect((await ben.expect(theirs, 'remote-changed')).remote.displayName).toBe('Chiara Conti');
    await Promise.all([chiara.media.hear(fetched, tones.ben), ben.media.hear(peer, tones.chiara)]);
    changes.dispose();
    expect(ben.types(theirs)).not.toContain('referral-received');
  });

  it('transfer a robot to each other', async () => {
    const call = anna.dial('85');
    await anna.expect(call, 'established');
    anna.line.refer(call, { kind: 'blind', target: '11' });
    const { call: theirs, remote } = await ben.ringing();
    expect(remote.displayName).toBe('Milo Milliwatt');
    ben.line.sendRinging(theirs);
    ben.line.accept(theirs);
    await Promise.all([anna.expect(call, 'transfer-succeeded'), ben.expect(theirs, 'established')]);
    await ben.media.hear(theirs, 1004);
  });

  it('follow orders that codes gave, and know who sent the call on', async () => {
    expect(await dialCode(ben, '*7212')).toBe('Forwarding to Chiara Conti');
    const mine = anna.dial('11');
    expect((await anna.expect(mine, 'redirected')).to.number).toBe('12');
    const { call, redirectedBy, calledAs } = await chiara.ringing();
    expect([redirectedBy?.number, calledAs?.number]).toEqual(['11', '11']);
    chiara.line.accept(call);
    expect((await anna.expect(mine, 'established')).remote?.number).toBe('12');
    await dialCode(ben, '*73');
    await dialCode(ben, '*78');
    expect((await anna.expect(anna.dial('11'), 'rejected')).status).toBe(486);
    await dialCode(ben, '*79');
  });

  it('ring for the queue and on the intercom, and hide', async () => {
    anna.dial('20');
    const queued = await david.ringing();
    expect([queued.calledAs?.displayName, queued.redirectedBy]).toEqual(['Support queue', null]);
    anna.dial('*8011');
    expect((await ben.ringing()).autoAnswer).toEqual({ afterSeconds: 0 });
    anna.dial('12', { anonymous: true });
    expect((await chiara.ringing()).remote.number).toBe('');
  });

  it('meet in the conference room, where everybody hears the others and not themselves', async () => {
    const phones = [anna, ben, chiara];
    const calls = phones.map((phone) => phone.dial('8000'));
    await Promise.all(phones.map((phone, index) => phone.expect(calls[index] ?? '', 'established')));
    const all = [tones.anna, tones.ben, tones.chiara];
    await Promise.all(
      phones.map((phone, index) =>
        phone.media.hearOnly(
          calls[index] ?? '',
          all.filter((_, other) => other !== index),
          [all[index] ?? 0],
        ),
      ),
    );
    let names: string[] = [];
    while (names.length < 3) {
      const { roster } = await anna.expect(calls[0] ?? '', 'roster-changed');
      names = roster.participants.map(({ displayName }) => displayName);
    }
    expect(names.sort()).toEqual(['Anna Berger', 'Ben Carter', 'Chiara Conti']);
  });
});
