import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { askedOf, compact, emit, patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';
import { ringingCall, sampleCall, sampleHistory, sampleState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

/** A call shows to the far end what the settings say. */
const asSet = { anonymous: null, shownNumber: null };

/** Names of the requests made so far, without the reading ones. */
async function commands(): Promise<unknown[]> {
  const asked = await askedOf(page);
  return asked.filter(({ name }) => !['state.get', 'history.list'].includes(name)).map(({ name, params }) => [name, params]);
}

describe('search or dial', () => {
  beforeEach(async () => {
    page = await pages.open();
  });

  it('takes the focus with Ctrl+K and calls the first hit with Enter', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('lena');
    const option = page.getByRole('option', { name: /Lena Braun/ });
    await option.waitFor();
    expect(await option.getAttribute('aria-selected')).toBe('true');
    expect(await page.getByRole('combobox').getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'));
    await page.keyboard.press('Enter');
    expect(await commands()).toEqual([['call.dial', { target: '203', options: asSet }]]);
    expect(await page.getByRole('combobox').inputValue()).toBe('');
  });

  it('moves with the arrows and shows how a number is dialled', async () => {
    await page.getByRole('combobox').fill('20');
    await page.getByText('Calls 20', { exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await commands()).toEqual([['call.dial', { target: '201', options: asSet }]]);
  });

  it('closes with Escape, empties with the next, and leaves with the third', async () => {
    const field = page.getByRole('combobox');
    await field.fill('anna');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Escape');
    expect(await field.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Escape');
    expect(await field.inputValue()).toBe('');
    await page.keyboard.press('Escape');
    expect(await field.evaluate((node) => node === document.activeElement)).toBe(false);
  });

  it('is filled by a command from outside', async () => {
    await emit(page, 'command', { name: 'prefill-dial', target: '+49 89 1' });
    await expect.poll(() => page.getByRole('combobox').inputValue()).toBe('+49 89 1');
  });
});

describe('calls', () => {
  it('are sent on to whom the card beside the clock asked for', async () => {
    page = await pages.open({ main: { state: sampleState({ calls: [ringingCall()] }) } });
    await emit(page, 'command', { name: 'send-on', call: ringingCall().id });
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Name or number' }).evaluate((field) => field === document.activeElement))
      .toBe(true);
    await page.keyboard.type('lena');
    await page.getByRole('option', { name: /Lena Braun/ }).waitFor();
    await page.keyboard.press('Enter');
    expect(await commands()).toContainEqual(['call.deflect', { call: ringingCall().id, target: '203' }]);
  });

  it('are answered and declined by button and by key', async () => {
    page = await pages.open({ main: { state: sampleState({ calls: [ringingCall()] }) } });
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Control+Shift+D');
    expect((await commands()).map((command) => (command as unknown[])[0])).toEqual(['call.answer', 'call.answer', 'call.decline']);
  });

  it('have the verbs that work, in their order', async () => {
    page = await pages.open({ main: { state: sampleState({ calls: [sampleCall()] }) } });
    const card = page.getByRole('article', { name: 'Call with Anna Weber' });
    expect(await card.getByRole('button').allInnerTexts()).toEqual(['Mute', 'Hold', 'Keypad', 'Transfer', 'Add', 'More', 'End']);
    await page.keyboard.press('Control+m');
    await card.getByRole('button', { name: 'Muted', pressed: true }).waitFor();
    await page.keyboard.press('Control+h');
    await card.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await card.getByRole('button').allInnerTexts()).toEqual(['Resume', 'Transfer', 'Add', 'More', 'End']);
  });

  it('say aloud what happens', async () => {
    page = await pages.open();
    await patchState(page, { calls: [ringingCall()] });
    await page.getByRole('alert').getByText('Jonas Meyer is calling').waitFor({ state: 'attached' });
    await patchState(page, { calls: [ringingCall({ phase: 'ended', endReason: { kind: 'missed' } })] });
    await page.getByRole('status').getByText('Call with Jonas Meyer ended: Missed').waitFor({ state: 'attached' });
  });

  it('take digits from the keypad and from the keyboard', async () => {
    page = await pages.open({ main: { state: sampleState({ calls: [sampleCall()] }) } });
    await page.getByRole('button', { name: 'Keypad' }).click();
    await page.getByRole('button', { name: 'Send 5' }).click();
    await page.keyboard.type('#');
    await page.locator('output').getByText('5#').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('output').waitFor({ state: 'detached' });
    expect(await commands()).toEqual([
      ['call.send-dtmf', { call: 'call-1', digits: '5' }],
      ['call.send-dtmf', { call: 'call-1', digits: '#' }],
    ]);
  });

  it('offer what is rarely needed in a menu that the keyboard reaches', async () => {
    page = await pages.open({ main: { state: sampleState({ calls: [sampleCall()] }) } });
    await page.getByRole('button', { name: 'More' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Technical details' }).getByText('Direct, UDP').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('show a microphone that fails with its next step, and open the settings for it', async () => {
    const microphoneError = { code: 'microphone-refused', details: {} } as const;
    page = await pages.open({ main: { state: sampleState({ calls: [sampleCall({ microphoneError })] }) } });
    await page.getByText('Allow the microphone for Commute').waitFor();
    await page.getByRole('button', { name: 'Open audio settings' }).click();
    await page.getByRole('heading', { name: 'Audio' }).waitFor();
  });

  it('show a stranger as text that reorders nothing', async () => {
    const remote = { displayName: 'Bank\u202egnidart <b>x</b>', number: '1', uri: 'sip:1@x' };
    page = await pages.open({ main: { state: sampleState({ calls: [ringingCall({ remote })] }) } });
    await page.getByRole('heading', { name: 'Bankgnidart <b>x</b>' }).waitFor();
  });
});

describe('the call list', () => {
  beforeEach(async () => {
    page = await pages.open();
    await page
      .getByRole('button', { name: /Anna Weber/ })
      .first()
      .waitFor();
  });

  it('is filtered by tabs and by search', async () => {
    await page.getByRole('tab', { name: /Missed/ }).click();
    await expect.poll(() => page.locator('.list-row').count()).toBe(2);
    await page.keyboard.press('Home');
    await page.getByRole('tab', { name: 'All', selected: true }).waitFor();
    await page.getByRole('textbox', { name: 'Search calls' }).fill('torres');
    await expect.poll(() => page.locator('.list-row').count()).toBe(1);
    await page.getByRole('textbox', { name: 'Search calls' }).fill('nobody at all');
    await page.getByRole('heading', { name: 'No call found' }).waitFor();
    await page.getByRole('button', { name: 'Show all calls' }).click();
    await expect.poll(() => page.locator('.list-row').count()).toBe(sampleHistory().length);
  });

  it('tells what happened, calls again, deletes and undoes', async () => {
    await page.getByRole('button', { name: /Ben Krause/ }).click();
    await page.getByText('It rang for 30 s and nobody answered.').waitFor();
    await page.getByRole('button', { name: 'Call again' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('1 call deleted').waitFor();
    expect(await page.getByRole('button', { name: /Ben Krause/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: /Ben Krause/ }).waitFor();
    const names = (await commands()).map((command) => (command as unknown[])[0]);
    expect(names).toEqual(['history.mark-seen', 'call.dial', 'history.remove', 'history.restore']);
  });

  it('has one tab stop and moves by arrows', async () => {
    const rows = page.locator('.list-row');
    expect(await rows.evaluateAll((all) => all.filter((row) => (row as HTMLElement).tabIndex === 0).length)).toBe(1);
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Jonas Meyer' }).waitFor();
  });

  it('counts missed calls until somebody looks', async () => {
    await page.getByRole('navigation').getByText('2 missed calls').waitFor({ state: 'attached' });
    await page.getByRole('tab', { name: /Missed/ }).click();
    await page.getByRole('navigation').getByText('2 missed calls').waitFor({ state: 'detached' });
  });

  it('reads older pages by key', async () => {
    const many = Array.from({ length: 150 }, (_, index) =>
      sampleHistory(Date.now() - index * 60_000)
        .slice(0, 1)
        .map((entry) => ({ ...entry, id: `m${index}` })),
    ).flat();
    page = await pages.open({ main: { history: many } });
    await expect.poll(() => page.locator('.list-row').count()).toBe(100);
    await page.getByRole('button', { name: 'Show older calls' }).click();
    await expect.poll(() => page.locator('.list-row').count()).toBe(150);
    expect(await page.getByRole('button', { name: 'Show older calls' }).count()).toBe(0);
  });
});

describe('the window', () => {
  it('moves between its regions with F6', async () => {
    page = await pages.open({ main: { state: sampleState({ calls: [sampleCall()] }) } });
    const visited: (string | null)[] = [];
    for (let step = 0; step < 5; step += 1) {
      await page.keyboard.press('F6');
      visited.push(await page.evaluate(() => document.activeElement?.closest('[data-region]')?.getAttribute('data-region') ?? null));
    }
    expect(visited).toEqual(['title', 'calls', 'list', 'pages', 'title']);
    await page.keyboard.press('Shift+F6');
    expect(await page.evaluate(() => document.activeElement?.closest('[data-region]')?.getAttribute('data-region'))).toBe('pages');
  });

  it('shows list and detail one after the other when it is narrow', async () => {
    page = await pages.open({ size: compact });
    await page
      .getByRole('button', { name: /Anna Weber/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Anna Weber' }).waitFor();
    expect(await page.locator('.shell-list').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Back' }).click();
    await page.locator('.shell-list').waitFor();
  });

  it('shows the lamp and leads from it to the connection', async () => {
    const error = { code: 'connection-refused', details: { host: 'pbx.example.org', port: 8089 } } as const;
    const registration = { phase: 'waiting', server: 'pbx', retryAt: Date.now() + 60_000, error } as const;
    page = await pages.open({ main: { state: sampleState({ registration }) } });
    await page.getByRole('button', { name: /^Not reachable: Nobody answers at this port\. Next try in \d+ s/ }).click();
    await page.getByRole('main').getByRole('button', { name: 'Retry now' }).click();
    expect(await commands()).toEqual([['session.retry-now', {}]]);
  });

  it('says when a request failed, with the detail one click away', async () => {
    const failing = { 'call.dial': { code: 'not-registered', details: { phase: 'waiting' } } } as const;
    page = await pages.open({ main: { failing } });
    await page.getByRole('combobox').fill('201');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert').filter({ hasText: 'There is no connection to the telephone system' });
    await alert.getByText('Technical details').click();
    await alert.getByText('phase: waiting').waitFor();
    await alert.getByRole('button', { name: 'Copy details' }).click();
    expect(await commands()).toContainEqual(['app.copy-text', { text: 'Code: not-registered\nphase: waiting' }]);
  });

  it('keeps notices until they are dismissed', async () => {
    const notices = [{ id: 'n1', level: 'warning', at: 1, error: { code: 'disk-full', details: {} } }] as const;
    page = await pages.open({ main: { state: sampleState({ notices: [...notices] }) } });
    await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText('The disk is full').waitFor({ state: 'detached' });
  });
});
