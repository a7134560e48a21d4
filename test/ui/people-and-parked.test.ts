import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { LineState } from '#shared/people/line-state.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { askedOf, compact, patchState, startUiPages, wide, type UiPages } from '#test/support/ui/ui-pages.ts';
import { sampleParty, sampleState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const lines: LineState[] = [
  { number: '201', activity: 'busy', remote: sampleParty('Jonas Meyer', '202') },
  { number: '202', activity: 'ringing', remote: sampleParty('Bank', '089 5512') },
  { number: '203', activity: 'idle', remote: null },
];

async function openPeople(
  state: Partial<AppState> = {},
  options: { size?: typeof wide | typeof compact; failing?: object } = {},
): Promise<void> {
  const { size = wide, failing = {} } = options;
  page = await pages.open({ size, main: { state: sampleState({ lines, ...state }), failing: { ...failing } } });
  await page.getByRole('button', { name: 'People', exact: true }).click();
}

async function requests(): Promise<unknown[]> {
  const asked = await askedOf(page);
  return asked.filter(({ name }) => /^(call|callback|message)\./.test(name)).map(({ name, params }) => [name, params]);
}

const row = (name: RegExp) => page.locator('.person-row').filter({ has: page.getByRole('button', { name }) });

describe('colleagues', () => {
  it('show by shape and in words what their lines do', async () => {
    await openPeople();
    for (const [name, words, shape] of [
      [/^Anna Weber/, 'On a call with Jonas Meyer', 'busy'],
      [/^Jonas Meyer/, 'Rings: Bank calls', 'ringing'],
      [/^Lena Braun/, 'No call', 'idle'],
      [/^Ben Krause/, 'State not known', 'unknown'],
    ] as const) {
      expect(await row(name).locator('.list-row').innerText()).toContain(words);
      expect(await row(name).locator(`.line-badge-${shape}`).count()).toBe(1);
    }
    await patchState(page, { lines: [{ number: '201', activity: 'idle', remote: null }] });
    await row(/^Anna Weber/)
      .getByText('No call')
      .waitFor();
  });

  it('whose line rings can be helped out from the list', async () => {
    await openPeople();
    await page.getByRole('button', { name: 'Pick up the call of Jonas Meyer' }).click();
    expect(await requests()).toEqual([['call.pick-up', { number: '202' }]]);
  });

  it('are called, waited for and written to from the list by the keyboard', async () => {
    await openPeople();
    await page.locator('.list-row').first().focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Tell me when free' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await requests()).toEqual([
      ['call.dial', { target: '201', options: { anonymous: null, shownNumber: null } }],
      ['callback.request', { number: '201', name: 'Anna Weber' }],
    ]);
  });

  it('who are waited for say so, and the waiting can be ended', async () => {
    const callback = { id: 'c1', number: '201', name: 'Anna Weber', since: Date.now(), by: 'watch', state: 'waiting' } as const;
    await openPeople({ callbacks: [callback] });
    await row(/^Anna Weber/)
      .getByLabel('you wait for this line')
      .waitFor();
    await row(/^Anna Weber/)
      .locator('.list-row')
      .click();
    await page.getByText('Commute tells you when Anna Weber is free.').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Stop waiting' }).click();
    expect(await requests()).toEqual([['callback.cancel', { id: 'c1' }]]);
  });

  it('have what works just now in their detail', async () => {
    await openPeople();
    const main = page.getByRole('main');
    const actions = () => main.locator('.detail-actions').getByRole('button').allInnerTexts();
    await row(/^Lena Braun/)
      .locator('.list-row')
      .click();
    expect(await actions()).toEqual(['Call', 'Message']);
    await row(/^Jonas Meyer/)
      .locator('.list-row')
      .click();
    await main.getByText('Rings: Bank calls').waitFor();
    expect(await actions()).toEqual(['Pick up', 'Call', 'Tell me when free', 'Message']);
    await main.getByRole('button', { name: 'Pick up' }).click();
    expect(await requests()).toEqual([['call.pick-up', { number: '202' }]]);
  });

  it('get a message, and it is not lost when it is not delivered', async () => {
    const error = { code: 'message-not-delivered', details: { name: 'Lena Braun' } } as const;
    await openPeople({}, { failing: { 'message.send': error } });
    await row(/^Lena Braun/)
      .locator('.list-row')
      .click();
    await page.getByRole('main').getByRole('button', { name: 'Message' }).click();
    const dialog = page.getByRole('dialog', { name: 'Message to Lena Braun' });
    expect(await dialog.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.keyboard.type('Lunch at 12?');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('The message was not delivered').waitFor();
    expect(await dialog.getByRole('textbox').inputValue()).toBe('Lunch at 12?');
    expect(await requests()).toEqual([['message.send', { target: '203', text: 'Lunch at 12?' }]]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('hear that a message left', async () => {
    await openPeople();
    await row(/^Lena Braun/)
      .locator('.list-row')
      .click();
    await page.getByRole('main').getByRole('button', { name: 'Message' }).click();
    await page.keyboard.type('Lunch at 12?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Message sent to Lena Braun').waitFor();
  });

  it.each([
    ['wide', wide],
    ['compact', compact],
  ] as const)('have named controls and nothing cut off: %s', async (_name, size) => {
    await openPeople({}, { size });
    await page.locator('.list-row').first().hover();
    expect(await flaws(page)).toEqual([]);
    await row(/^Jonas Meyer/)
      .locator('.list-row')
      .click();
    expect(await flaws(page)).toEqual([]);
  });
});

describe('parked calls', () => {
  const parked = [
    { slot: '701', party: sampleParty('Sofia Torres', '205'), since: Date.now() - 70_000, mine: true },
    { slot: '704', party: null, since: Date.now(), mine: false },
  ];
  const serverFeatures = { preset: 'asterisk' as const, ...featureCodePresets.asterisk };

  it('stand above the call list with their place and time, and are fetched', async () => {
    page = await pages.open({ main: { state: sampleState({ parked }) } });
    const list = page.getByRole('list', { name: 'Parked calls' });
    await list.getByText('In place 701, parked by you').waitFor();
    await list.getByText('Somebody').waitFor();
    expect(await list.locator('time').first().innerText()).toMatch(/^1:\d\d$/);
    await page.getByRole('button', { name: 'Fetch Sofia Torres from place 701' }).click();
    expect(await requests()).toEqual([['call.retrieve', { slot: '701' }]]);
    await patchState(page, { parked: [] });
    await list.waitFor({ state: 'detached' });
  });

  it('count on while they wait', async () => {
    page = await pages.open({ main: { state: sampleState({ parked }) } });
    const time = page.getByRole('list', { name: 'Parked calls' }).locator('time').first();
    const before = await time.innerText();
    await expect.poll(() => time.innerText(), { timeout: 5_000 }).not.toBe(before);
  });

  it('and calls that ring in the group can be taken where the server has a code for it', async () => {
    page = await pages.open({ main: { state: sampleState() } });
    await page.locator('.list-row').first().waitFor();
    expect(await page.getByRole('button', { name: 'Pick up in the group' }).count()).toBe(0);
    await patchState(page, { settings: { ...sampleState().settings, serverFeatures } });
    await page.getByRole('button', { name: 'Pick up in the group' }).click();
    expect(await requests()).toEqual([['call.pick-up', { number: null }]]);
  });

  it('fit into a narrow window in German', async () => {
    const state = sampleState({ parked, app: { ...sampleState().app, language: 'de' } });
    page = await pages.open({ size: compact, main: { state: { ...state, settings: { ...state.settings, serverFeatures } } } });
    await page.getByRole('list', { name: 'Geparkte Anrufe' }).waitFor();
    expect(await flaws(page)).toEqual([]);
  });
});
