import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { IceServerSetting } from '#shared/settings/settings.ts';
import { officeState, type Look } from '#test/support/ui/connection-page.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { looks } from '#test/support/ui/looks.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';
import { askedOf, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const stun: IceServerSetting = { id: 'stun', uri: 'stun:stun.example.org', username: '' };
const turn: IceServerSetting = { id: 'turn', uri: 'turns:turn.example.org:443?transport=tcp', username: 'mara' };
const old: IceServerSetting = { id: 'old', uri: 'stun:old.example.org', username: '' };

async function open(servers: IceServerSetting[], relayOnly = false, look: Partial<Look> = {}, size?: { width: number; height: number }) {
  const settings = { ...sampleState().settings, ice: { servers, relayOnly } };
  page = await pages.open({ main: { state: officeState({ settings }, look) }, ...(size === undefined ? {} : { size }) });
  await page.locator('.rail-settings').click();
  await page.locator('.settings-link').nth(-2).click();
  await page.locator('.settings-section .switch').waitFor();
}

const rows = () => page.locator('.ice-server');
const names = () => page.locator('.ice-server-name bdi').allInnerTexts();
const asked = async () =>
  (await askedOf(page)).filter(({ name }) => /^(settings|network)\./.test(name)).map(({ name, params }) => [name, params]);
const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);

describe('STUN and TURN servers', () => {
  it('are changed in place; a password that is not written stays', async () => {
    await open([stun, turn]);
    await page.getByRole('button', { name: `Edit ${turn.uri}` }).click();
    const form = page.getByRole('form', { name: `Change ${turn.uri}` });
    expect(await form.getByLabel('Address').inputValue()).toBe(turn.uri);
    await form.getByText('Leave it empty to keep the stored one.').waitFor();
    await form.getByLabel('User', { exact: true }).fill('mara.klein');
    await page.keyboard.press('Enter');
    await form.waitFor({ state: 'detached' });
    expect(await asked()).toEqual([['settings.update', { ice: { servers: [stun, { ...turn, username: 'mara.klein' }] } }]]);
  });

  it('take a new password, and forget it when they become STUN servers', async () => {
    await open([turn]);
    await page.getByRole('button', { name: `Edit ${turn.uri}` }).click();
    await page.getByLabel('Password', { exact: true }).fill('new');
    await page.locator('.server-form').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: `Edit ${turn.uri}` }).click();
    await page.getByLabel('Address').fill('stun:turn.example.org');
    expect(await page.getByLabel('Password', { exact: true }).count()).toBe(0);
    await page.locator('.server-form').getByRole('button', { name: 'Save' }).click();
    await expect.poll(names).toEqual(['stun:turn.example.org']);
    expect((await asked()).filter(([name]) => name === 'settings.set-ice-password')).toEqual([
      ['settings.set-ice-password', { id: 'turn', password: 'new' }],
      ['settings.set-ice-password', { id: 'turn', password: '' }],
    ]);
  });

  it('say what is wrong with a change, and drop it with Escape', async () => {
    await open([stun, old]);
    await page.getByRole('button', { name: `Edit ${old.uri}` }).click();
    await page.getByLabel('Address').fill(stun.uri);
    await page.keyboard.press('Enter');
    await page.getByText('This server is already in the list.').waitFor();
    await page.keyboard.press('Escape');
    expect(await names()).toEqual([stun.uri, old.uri]);
    expect(await asked()).toEqual([]);
  });

  it('are taken out with a way back to the same place, and their password goes only when that is over', async () => {
    await open([stun, turn, old]);
    await page.getByRole('button', { name: `Remove ${turn.uri}` }).click();
    await expect.poll(names).toEqual([stun.uri, old.uri]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(names).toEqual([stun.uri, turn.uri, old.uri]);
    expect((await asked()).map(([name]) => name)).toEqual(['settings.update', 'settings.update']);

    await page.getByRole('button', { name: `Remove ${turn.uri}` }).click();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(async () => (await asked()).at(-1)).toEqual(['settings.set-ice-password', { id: 'turn', password: '' }]);
  });

  it('are tried one by one, with the answer beside each', async () => {
    await open([stun, turn, old]);
    for (const { uri } of [stun, turn, old]) await page.getByRole('button', { name: `Test ${uri}` }).click();
    await rows().nth(0).getByText('Works, 41 ms, seen as 203.0.113.77').waitFor();
    await rows().nth(1).getByText('Works, 41 ms, relays from 203.0.113.77').waitFor();
    await rows().nth(2).getByRole('status').getByText('The STUN server does not answer.').waitFor();
    expect(await asked()).toEqual([stun, turn, old].map(({ id }) => ['network.test-server', { id }]));
  });

  it('are added, changed and left by keyboard alone', async () => {
    await open([]);
    await page.getByRole('button', { name: 'Add a server' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('stun:stun.example.org');
    await page.keyboard.press('Enter');
    await expect.poll(names).toEqual([stun.uri]);
    await expect.poll(focused).toBe('Add a server');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe(`Edit ${stun.uri}`);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe(`Edit ${stun.uri}`);
  });

  it('are needed where only relays are allowed', async () => {
    await open([stun], true);
    await page.getByText('Without a TURN server in the list no call can have sound.').waitFor();
    await page.getByRole('switch', { name: 'Only through TURN' }).click();
    expect((await asked()).at(-1)).toEqual(['settings.update', { ice: { relayOnly: false } }]);
  });
});

describe.each(looks)('$name', ({ look, size }) => {
  it('has named controls, nothing cut off and no sideways scrolling', async () => {
    const long = {
      id: 'long',
      uri: `turns:${'relay-of-a-branch-office.'.repeat(5)}example.org:443?transport=tcp`,
      username: 'm'.repeat(60),
    };
    await open([stun, old, long], true, look, size);
    for (const button of await page.locator('.ice-server .button').all()) await button.click();
    await rows().nth(2).locator('.proof').waitFor();
    expect(await flaws(page)).toEqual([]);
    await rows().nth(2).locator('.icon-button').first().click();
    await page.locator('.server-form').waitFor();
    expect(await flaws(page)).toEqual([]);
  });
});
