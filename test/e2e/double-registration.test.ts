import { hostname } from 'node:os';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAtAsterisk, typeAccount } from '#test/support/app/asterisk-phone.ts';
import { followLamp, openSettings, rowOf } from '#test/support/app/connection-page.ts';
import { ask, callIn, hear, registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { ScriptedOffice } from '#test/support/app/scripted-office.ts';
import { signInBy } from '#test/support/app/sign-in-page.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial, openCommute, type OpenCommute } from '#test/support/app/use-commute.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';
import { DigestRegistrar } from '#test/support/sip/digest-registrar.ts';

const asterisk = useAsterisk();
const limits = { timeout: 60_000 };

/** How many devices are signed in with the number, as Asterisk says. */
async function bound(): Promise<number> {
  return (await asterisk().cli('pjsip show contacts')).match(/201\/sip:/g)?.length ?? 0;
}

/** Somebody calls 201 and, when it is answered, plays the milliwatt tone. */
const callMe = (): Promise<string> => asterisk().cli('channel originate Local/201@lab extension 9197@lab');

/** The card that asks about the other device. */
function question(page: Page): Locator {
  return page.getByRole('region', { name: 'Notices' }).getByRole('article', { name: `You are also registered at ${hostname()} since` });
}

/** Has the server asked what it has bound, which it is anyway within the minute. */
async function askServer({ page }: OpenCommute): Promise<void> {
  await ask(page, 'session.retry-now', {});
}

interface Pair {
  readonly desk: OpenCommute;
  readonly home: OpenCommute;
}

/** Waits until the number is this computer's alone. */
async function alone({ page }: OpenCommute): Promise<void> {
  await waitForState(
    page,
    'nobody else has the line',
    ({ registration }) => registration.phase === 'registered' && registration.others.length === 0,
  );
}

/** Two computers signed in with the number; both know of each other. */
async function openBoth(profileFolder?: string): Promise<Pair> {
  const desk = await openAtAsterisk(asterisk(), '201', profileFolder === undefined ? {} : { profileFolder });
  const home = await openAtAsterisk(asterisk(), '201');
  await question(home.page).waitFor();
  await askServer(desk);
  await question(desk.page).waitFor();
  return { desk, home };
}

describe('a number that is signed in at two computers', () => {
  it('is asked about once by each, and "Keep both" is remembered over a restart', limits, async () => {
    const folder = await createTempFolder('both');
    onTestFinished(() => folder.dispose());
    const { desk, home } = await openBoth(folder.path);
    expect(await question(desk.page).count()).toBe(1);
    for (const { page } of [desk, home]) {
      await question(page).getByRole('button', { name: 'Keep both' }).click();
      await question(page).waitFor({ state: 'detached' });
      expect((await stateOf(page)).settings.network.keptDevices).toHaveLength(1);
    }
    await callMe();
    await Promise.all([desk, home].map(({ page }) => callIn(page, 'ringing-in')));
    await home.page.keyboard.press('Control+Enter');
    await callIn(home.page, 'connected');
    await home.page.keyboard.press('Control+Shift+D');

    await desk.dispose();
    const { page } = await openCommute({ profileFolder: folder.path });
    await typeAccount(page, { user: '201', password: 'lab201', server: asterisk().wssUrl });
    const status = await registered(page);
    expect(status).toMatchObject({ others: [{ name: hostname(), isCommute: true }] });
    expect((await stateOf(page)).connectivity.undecided).toEqual([]);
    await openSettings(page, 'Connection');
    await rowOf(page, 'Other devices')
      .getByText(/may stay signed in/)
      .waitFor();
    await askServer(home);
    await waitForState(
      home.page,
      'the computer that was restarted is known again',
      ({ registration, connectivity }) =>
        registration.phase === 'registered' && registration.others.length === 1 && connectivity.undecided.length === 0,
    );
  });

  it('is taken over by one, which the other says and heeds until it takes it back', limits, async () => {
    const { desk, home } = await openBoth();
    await question(home.page).getByRole('button', { name: 'Take over' }).click();
    await alone(home);
    expect(await bound()).toBe(1);
    await askServer(desk);
    const status = await followLamp(desk.page, new RegExp(`${hostname()} took this line at`));
    await callMe();
    await callIn(home.page, 'ringing-in');
    expect((await stateOf(desk.page)).calls).toEqual([]);
    await home.page.getByRole('button', { name: 'Decline' }).first().click();
    await callIn(home.page, 'ended');
    expect(await bound()).toBe(1);

    await status.getByRole('button', { name: 'Take it back' }).click();
    await alone(desk);
    await askServer(home);
    await followLamp(home.page, new RegExp(`${hostname()} took this line at`));
    expect(await bound()).toBe(1);
  });

  it('rings at one only while the other wants to control calls, and can still be dialled from there', limits, async () => {
    const { desk, home } = await openBoth();
    await question(desk.page).getByRole('button', { name: 'Only control calls here' }).click();
    const status = await followLamp(desk.page, /Calls ring on your other device/);
    await status.getByText(`Calls ring on ${hostname()}.`).waitFor();
    expect(await bound()).toBe(1);
    await callMe();
    await callIn(home.page, 'ringing-in');
    expect((await stateOf(desk.page)).calls).toEqual([]);
    await home.page.getByRole('button', { name: 'Decline' }).first().click();
    await callIn(home.page, 'ended');

    await dial(desk.page, '9197');
    await hear(desk.page, (await callIn(desk.page, 'connected')).id, 1_004);
    await desk.page.keyboard.press('Control+Shift+D');

    await status.getByRole('button', { name: 'Ring here' }).click();
    await registered(desk.page);
    await callMe();
    await Promise.all([desk, home].map(({ page }) => callIn(page, 'ringing-in')));
  });
});

describe('a number that a telephone has, too', () => {
  it('is asked about with the address of the telephone, which is signed out when it is to ring here only', limits, async () => {
    const telephone = '<sip:201@192.0.2.77:5060>;expires=3600';
    const registrar = new DigestRegistrar({ otherContacts: [telephone] });
    const office = await ScriptedOffice.start({}, registrar);
    onTestFinished(() => office.close());
    const { page } = await openCommute();
    await signInBy(page, { server: office.address });
    const card = page.getByRole('article', { name: 'You are also registered at 192.0.2.77.' });
    await card.getByRole('button', { name: 'Take over' }).click();
    await card.waitFor({ state: 'detached' });
    expect([...registrar.bound.values()]).not.toContain(telephone);
    expect(registrar.bound.size).toBe(1);
    await registered(page);
  });
});
