import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { OtherContact } from '#shared/registration/other-contact.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { nothingChecked, officeState, openConnection, type Look } from '#test/support/ui/connection-page.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { looks } from '#test/support/ui/looks.ts';
import { deskPhone, homePc } from '#test/support/ui/sample-network.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';
import { askedOf, patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const at0812: OtherContact = { ...homePc, since: new Date().setHours(8, 12) };
const undecided = (...devices: OtherContact[]): Partial<AppState> => ({ connectivity: { ...nothingChecked, undecided: devices } });
const registeredWith = (...others: OtherContact[]): Partial<AppState> => {
  const { registration } = officeState();
  return registration.phase === 'registered' ? { registration: { ...registration, others } } : {};
};
const notices = () => page.getByRole('region', { name: 'Notices' });
const polite = () => page.locator('body > #root ~ *, [aria-live=polite].visually-hidden').first();
const commands = async () => (await askedOf(page)).map(({ name }) => name).filter((name) => name.startsWith('session.'));

async function open(changes: Partial<AppState>, look: Partial<Look> = {}, size?: { width: number; height: number }): Promise<void> {
  page = await pages.open({ main: { state: officeState(changes, look) }, ...(size === undefined ? {} : { size }) });
}

describe('a second device of the number', () => {
  it('is asked about without a dialog and without taking the focus', async () => {
    await open({});
    await page.getByRole('combobox').focus();
    await patchState(page, undecided(at0812));
    const note = notices().getByRole('article', { name: 'You are also registered at Home-PC since 08:12.' });
    await note.waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByRole('combobox').evaluate((field) => field === document.activeElement)).toBe(true);
    const verbs = note.getByRole('group', { name: 'Where should calls ring?' }).getByRole('button');
    expect(await verbs.allInnerTexts()).toEqual(['Take over', 'Keep both', 'Only control calls here']);
  });

  it('is announced once', async () => {
    await open({});
    await patchState(page, undecided(at0812));
    const words = 'You are also registered at Home-PC since 08:12. Where should calls ring?';
    await expect.poll(() => polite().textContent()).toBe(words);
    await patchState(page, {
      calls: [],
      messages: [{ id: 'm1', from: { displayName: 'Anna', number: '201', uri: '' }, text: 'Hello', at: 1 }],
    });
    await expect.poll(() => polite().textContent()).toBe('Message from Anna: Hello');
    await patchState(page, undecided({ ...at0812 }));
    await patchState(page, { history: { version: 2, unseenMissed: 0 } });
    expect(await polite().textContent()).toBe('Message from Anna: Hello');
  });

  it('is announced, too, when it was there before the window', async () => {
    await open(undecided(at0812));
    await expect.poll(() => polite().textContent()).toContain('You are also registered at Home-PC');
  });

  it('is decided about with one button', async () => {
    await open(undecided(at0812));
    for (const name of ['Take over', 'Keep both', 'Only control calls here']) await notices().getByRole('button', { name }).click();
    expect(await commands()).toEqual(['session.take-over', 'session.keep-both', 'session.stand-by']);
    await patchState(page, undecided());
    await notices().waitFor({ state: 'detached' });
  });

  it('is reached by keyboard alone', async () => {
    await open(undecided(at0812));
    await page.keyboard.press('F6');
    await page.keyboard.press('F6');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Take over');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await commands()).toEqual(['session.keep-both']);
  });

  it('is one of several in a list, by its host where it has no name', async () => {
    await open(undecided(at0812, deskPhone));
    await notices().getByText('You are also registered at 2 other devices.').waitFor();
    expect(await notices().getByRole('list', { name: 'Other devices of this number' }).getByRole('listitem').allInnerTexts()).toEqual([
      'Home-PC, Commute, since 08:12',
      '192.168.20.31, Telephone or other program',
    ]);
  });
});

describe('the connectivity page', () => {
  const row = () => page.getByRole('group', { name: 'Other devices' });

  it('lists the others with what may be done, and which of them may stay', async () => {
    const { settings } = sampleState();
    const network = { ...settings.network, keptDevices: [deskPhone.key] };
    page = await openConnection(pages, { ...registeredWith(at0812, deskPhone), settings: { ...settings, network } });
    expect(await row().getByRole('listitem').allInnerTexts()).toEqual([
      'Home-PC\nCommute, since 08:12',
      '192.168.20.31\nTelephone or other program, may stay signed in',
    ]);
    expect(await row().getByRole('button').allInnerTexts()).toEqual(['Take over', 'Only control calls here']);
    await patchState(page, undecided(at0812));
    await row().getByRole('button', { name: 'Keep both' }).click();
    expect(await commands()).toEqual(['session.keep-both']);
  });

  it('shows what a stranger wrote as text', async () => {
    page = await openConnection(pages, registeredWith({ ...homePc, name: '\u202e<b>Home</b>\n' }));
    expect(await row().getByRole('listitem').innerText()).toContain('<b>Home</b>');
    expect(await row().getByRole('listitem').innerText()).not.toContain('\u202e');
  });
});

describe.each(looks)('$name', ({ look, size }) => {
  it('has named controls, nothing cut off and no sideways scrolling', async () => {
    const long = { ...deskPhone, uri: 'sip:long', key: 'long', host: `${'a-rather-long-label.'.repeat(8)}example.org` };
    for (const devices of [[at0812], [at0812, deskPhone, long]]) {
      await open({ ...undecided(...devices), ...registeredWith(...devices) }, look, size);
      expect(await flaws(page)).toEqual([]);
      await page.locator('.title-bar-lamp').click();
      await page.locator('.connection-card').waitFor();
      expect(await flaws(page)).toEqual([]);
    }
  });
});
