import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import { askedOf, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';
import { sampleCall, sampleHistory, sampleState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const munich = { country: 'DE', areaCode: '89', outsidePrefix: '0', internalLength: 3 } as const;

/** The window of somebody in an office in Munich. */
async function open(dialling: Partial<DiallingSettings> = {}, state = sampleState()): Promise<void> {
  const settings = { ...state.settings, dialling: { ...state.settings.dialling, ...munich, ...dialling } };
  page = await pages.open({ main: { state: { ...state, settings }, history: dialledHistory() } });
}

function dialledHistory() {
  return sampleHistory().map((entry) => ({ ...entry, dialled: entry.direction === 'outgoing' ? '001761234567' : '' }));
}

/** Calls asked for so far. */
async function calls(): Promise<unknown[]> {
  const asked = await askedOf(page);
  return asked.filter(({ name }) => name.startsWith('call.')).map(({ name, params }) => [name, params]);
}

const field = () => page.getByRole('combobox', { name: 'Search or dial' });
const plain = { anonymous: null, shownNumber: null };

describe('the number as it will be dialled', () => {
  it.each([
    ['0176 1234567', 'Calls 0 0176 1234567'],
    ['201', 'Calls 201'],
    ['112', 'Emergency call 112'],
    ['*72', 'Code *72'],
    ['anna@example.org', 'Calls sip:anna@example.org'],
  ])('is shown for %s', async (typed, shown) => {
    await open();
    await field().fill(typed);
    await page.getByRole('option').getByText(shown, { exact: true }).waitFor();
  });

  it('is understood when it is pasted with everything that people write', async () => {
    await open();
    await field().focus();
    await page.keyboard.insertText('+49 (0)89 123-456');
    await page.getByRole('option', { name: /^Calls 0 / }).waitFor();
    await page.keyboard.press('Enter');
    expect(await calls()).toEqual([['call.dial', { target: '+49 (0)89 123-456', options: plain }]]);
  });

  it('says why something cannot be dialled', async () => {
    await open();
    await field().fill('12&34');
    await page.getByText('This number cannot be dialled').waitFor();
    await page.keyboard.press('Enter');
    expect(await calls()).toEqual([]);
  });

  it('says when the far end will not see who calls, except in an emergency', async () => {
    await open({ hideNumber: true });
    await field().fill('0176 1234567');
    await page.getByRole('option', { name: /without your number/ }).waitFor();
    await field().fill('112');
    await page.getByRole('option', { name: /Emergency call 112/ }).waitFor();
    expect(await page.getByRole('option', { name: /without your number/ }).count()).toBe(0);
  });
});

describe('calling with another number', () => {
  it.each([
    ['Call without showing my number', { anonymous: true, shownNumber: null }],
    ['Call and show my number', { anonymous: false, shownNumber: null }],
    ['Call with Support, +49 89 12300', { anonymous: false, shownNumber: '+49 89 12300' }],
  ])('%s', async (choice, options) => {
    await open({ shownNumbers: [{ label: 'Support', number: '+49 89 12300' }] });
    await field().fill('0176 1234567');
    await page.getByRole('button', { name: 'Call with or without my number' }).click();
    await page.getByRole('menuitem', { name: choice }).click();
    expect(await calls()).toEqual([['call.dial', { target: '0176 1234567', options }]]);
  });

  it('is offered neither for an emergency call nor for a code', async () => {
    await open();
    for (const typed of ['112', '*72']) {
      await field().fill(typed);
      await page.getByRole('option').first().waitFor();
      expect(await page.getByRole('button', { name: 'Call with or without my number' }).count()).toBe(0);
    }
  });
});

describe('redial', () => {
  it('puts the last number in with Enter and calls it with the next', async () => {
    await open();
    await page.keyboard.press('Control+k');
    const row = page.getByRole('option', { name: /Redial 0 0176 1234567/ });
    await row.getByText('Enter puts the number in, Enter again calls it.').waitFor();
    await page.keyboard.press('Enter');
    expect(await field().inputValue()).toBe('001761234567');
    await page.getByRole('option').getByText('Calls 0 0176 1234567').waitFor();
    await page.keyboard.press('Enter');
    expect(await calls()).toEqual([['call.dial', { target: '001761234567', options: plain }]]);
  });

  it('is one click on its row', async () => {
    await open();
    await field().click();
    await page.getByRole('option', { name: /Redial/ }).click();
    expect(await calls()).toEqual([['call.redial', {}]]);
  });

  it('knows the call that is just under way', async () => {
    await open({}, sampleState({ calls: [sampleCall({ dialled: '203' })] }));
    await field().click();
    await page.getByRole('option', { name: /Redial 203/ }).waitFor();
  });

  it('is not offered before anything was dialled', async () => {
    page = await pages.open({ main: { history: [] } });
    await field().click();
    await page.keyboard.press('Enter');
    expect(await field().getAttribute('aria-expanded')).toBe('false');
    expect(await calls()).toEqual([]);
  });
});

describe('the dial pad', () => {
  it('types into the field, with a plus behind the long press of 0', async () => {
    await open();
    await page.getByRole('button', { name: 'Dial pad' }).click();
    const pad = page.getByRole('group', { name: 'Dial pad' });
    const zero = pad.getByRole('button', { name: 'Key 0' });
    await zero.hover();
    await page.mouse.down();
    await expect.poll(() => field().inputValue()).toBe('+');
    await page.mouse.up();
    for (const digit of ['4', '9', '8', '9', '1', '0', '9']) await pad.getByRole('button', { name: `Key ${digit}` }).click();
    await pad.getByRole('button', { name: 'Delete the last digit' }).click();
    expect(await field().inputValue()).toBe('+498910');
    await pad.getByRole('button', { name: 'Call' }).click();
    expect(await calls()).toEqual([['call.dial', { target: '+498910', options: plain }]]);
  });

  it('takes the keyboard in the field, and on its keys letters too', async () => {
    await open();
    await page.getByRole('button', { name: 'Dial pad' }).click();
    await page.keyboard.type('08');
    expect(await field().inputValue()).toBe('08');
    await page.getByRole('button', { name: 'Key 1' }).focus();
    await page.keyboard.type('FLy*');
    expect(await field().inputValue()).toBe('08359*');
    await page.keyboard.press('Backspace');
    expect(await field().inputValue()).toBe('08359');
    await page.keyboard.press('Escape');
    await page.getByRole('group', { name: 'Dial pad' }).waitFor({ state: 'detached' });
  });
});
