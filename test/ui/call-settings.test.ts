import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { settingsPatchSchema } from '#shared/settings/settings.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { askedOf, compact, startUiPages, wide, type UiPages } from '#test/support/ui/ui-pages.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(async () => {
  expect(pages.faults).toEqual([]);
  // whatever a page sends is something that main takes
  for (const change of await changes()) expect(settingsPatchSchema.safeParse(change).error).toBeUndefined();
});

async function openSection(name: string, state: Partial<AppState> = {}, failing = {}): Promise<void> {
  page = await pages.open({ main: { state: sampleState(state), failing } });
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('group', { name: 'Sections' }).getByRole('button', { name, exact: true }).click();
}

async function changes(): Promise<unknown[]> {
  return (await askedOf(page)).filter(({ name }) => name === 'settings.update').map(({ params }) => params);
}

const box = (name: string) => page.getByRole('main').getByRole('textbox', { name, exact: true });

describe('dialling', () => {
  it('knows the countries by name, the likely ones first', async () => {
    await openSection('Dialling');
    const country = page.getByRole('combobox', { name: 'Country' });
    expect((await country.locator('option').allInnerTexts()).slice(0, 1)).toEqual(['Not set']);
    await country.selectOption('Germany');
    expect(await changes()).toEqual([{ dialling: { country: 'DE' } }]);
    expect(await country.locator('optgroup').evaluateAll((groups) => groups.map((group) => (group as HTMLOptGroupElement).label))).toEqual([
      'Common',
      'All countries',
    ]);
  });

  it('takes what is right and keeps what is wrong with a sentence', async () => {
    await openSection('Dialling');
    await box('Area code').fill('089');
    await page.keyboard.press('Enter');
    await box('Outside line').fill('nine');
    await box('Digits of an extension').fill('12');
    await page.keyboard.press('Tab');
    await page.getByText('Use up to 4 digits, * or #.').waitFor();
    await page.getByText('Use a digit from 0 to 8, or nothing.').waitFor();
    expect(await box('Outside line').inputValue()).toBe('nine');
    expect(await box('Outside line').getAttribute('aria-invalid')).toBe('true');
    expect(await changes()).toEqual([{ dialling: { areaCode: '89' } }]);
    await box('Outside line').focus();
    await page.keyboard.press('Escape');
    expect(await box('Outside line').inputValue()).toBe('');
    await box('Digits of an extension').fill('3');
    await page.keyboard.press('Enter');
    expect((await changes()).at(-1)).toEqual({ dialling: { internalLength: 3 } });
  });

  it('keeps what main refused', async () => {
    await openSection('Dialling', {}, { 'settings.update': { code: 'settings-unwritable', details: {} } });
    await box('Outside line').fill('0');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'settings' }).first().waitFor();
    expect(await box('Outside line').inputValue()).toBe('0');
  });

  it('lists numbers to show and which of them is shown', async () => {
    await openSection('Dialling');
    await page.getByRole('button', { name: 'Add', exact: true }).first().click();
    await page.getByText('Enter a number.').waitFor();
    await box('Number').fill('+49 89 12300');
    await box('Name for it').fill('Support');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: /\+49 89 12300/ }).check();
    await expect.poll(async () => (await changes()).at(-1)).toEqual({ dialling: { shownNumber: '+49 89 12300' } });
    await page.getByRole('button', { name: 'Remove +49 89 12300' }).click();
    expect((await changes()).at(-1)).toEqual({ dialling: { shownNumbers: [], shownNumber: null } });
  });

  it('lists emergency numbers, warns of extensions, and says what the service is told', async () => {
    await openSection('Dialling');
    const row = page.getByRole('group', { name: 'Emergency numbers' });
    await row.getByText('The emergency service may be told the address of your office').waitFor();
    expect(await row.getByRole('status').count()).toBe(0);
    await row.getByRole('textbox', { name: 'Another number' }).fill('201');
    await page.keyboard.press('Enter');
    await row.getByText('Could also be extensions here: 201.').waitFor();
    await box('Digits of an extension').fill('3');
    await page.keyboard.press('Enter');
    await row.getByText('Could also be extensions here: 000, 110').waitFor();
    await row.getByRole('textbox').fill('fire');
    await page.keyboard.press('Enter');
    await row.getByText('An emergency number has 2 to 8 digits.').waitFor();
    await row.getByRole('button', { name: 'Remove 112' }).click();
    expect((await changes()).at(-1)).toEqual({ dialling: { emergency: { added: ['201'], removed: ['112'] } } });
    await page.getByText('112 is no emergency number any more').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.getByRole('button', { name: 'Remove 112' }).waitFor();
  });
});

describe('calls', () => {
  it('switch call waiting and the automatic answer, which only listed callers get', async () => {
    await openSection('Calls');
    await page.getByRole('switch', { name: 'Call waiting' }).click();
    await page.getByRole('switch', { name: 'Answer by itself' }).click();
    const allowed = page.getByRole('group', { name: 'Who may' });
    await allowed.getByText('Nobody. No call is answered by itself.').waitFor();
    await allowed.getByRole('textbox').fill('anna');
    await page.keyboard.press('Enter');
    await allowed.getByText('Use digits, * and #').waitFor();
    await allowed.getByRole('textbox').fill('201');
    await page.keyboard.press('Enter');
    await allowed.getByRole('button', { name: 'Remove 201' }).waitFor();
    await page.getByRole('combobox', { name: 'Microphone then' }).selectOption('Open');
    expect((await changes()).at(-1)).toEqual({ calls: { autoAnswer: { on: true, allowed: ['201'], microphone: 'open' } } });
  });

  it("take texts of one's own to reply with", async () => {
    await openSection('Calls');
    const replies = page.getByRole('group', { name: 'Texts to reply with' });
    for (const text of ['In a meeting', 'In a meeting']) {
      await replies.getByRole('textbox').fill(text);
      await page.keyboard.press('Enter');
    }
    await replies.getByText('This is already in the list.').waitFor();
    expect(await changes()).toEqual([{ calls: { replies: ['In a meeting'] } }]);
    await replies.getByRole('button', { name: 'Remove “In a meeting”' }).click();
    await replies.getByText('None of your own.').waitFor();
  });
});

describe('features of the server', () => {
  it("begin with a set and are then one's own", async () => {
    await openSection('Server features');
    const preset = page.getByRole('combobox', { name: 'Telephone system' });
    await preset.selectOption('OpenScape Business');
    await expect.poll(() => box('Do not disturb: On').inputValue()).toBe('*97');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => preset.inputValue()).toBe('none');
    await preset.selectOption('OpenScape Business');
    expect(await box('Parking places').inputValue()).toBe('');
    await box('Do not disturb: On').fill('*98');
    await page.keyboard.press('Enter');
    await expect.poll(() => preset.inputValue()).toBe('custom');
    expect((await changes()).at(-1)).toMatchObject({
      serverFeatures: { preset: 'custom', codes: { 'do-not-disturb-on': '*98', 'do-not-disturb-off': '#97' } },
    });
  });

  it('say what is wrong with a code, and what a code lacks', async () => {
    await openSection('Server features');
    await box('Forward every call: On').fill('*72{nummer}');
    await page.keyboard.press('Enter');
    await page.getByText('Use digits, *, #, + and the words {number} or {slot}.').waitFor();
    expect(await box('Forward every call: On').inputValue()).toBe('*72{nummer}');
    expect(await changes()).toEqual([]);
    await box('Forward every call: On').fill('*72');
    await page.keyboard.press('Enter');
    await page.getByText('Without {number} the server is not told the number.').waitFor();
    await box('Parking places').fill('701 to 709');
    await page.keyboard.press('Enter');
    await page.getByText('Write numbers and ranges with commas between them').waitFor();
    await box('Parking places').fill('701-709, 720');
    await page.keyboard.press('Enter');
    expect((await changes()).at(-1)).toEqual({ serverFeatures: { preset: 'custom', parkSlots: '701-709, 720' } });
  });
});

describe('recording', () => {
  it('asks for a folder before it is of use', async () => {
    await openSection('Recording');
    await page.getByRole('switch', { name: 'Offer to record calls' }).click();
    await page.getByText('Choose a folder, so that recordings have a place to go.').waitFor();
    await page.getByRole('button', { name: 'Choose' }).click();
    await page.getByText('/home/mara/Recordings').waitFor();
    expect(await changes()).toEqual([{ recording: { offered: true } }, { recording: { folder: '/home/mara/Recordings' } }]);
  });

  it('is locked where the organisation forbids it, and says so', async () => {
    await openSection('Recording', { policy: { recording: 'forbidden' } });
    await page.getByText('Switched off by your organisation').first().waitFor();
    for (const control of await page.getByRole('main').locator('button.switch, button.button').all()) {
      expect(await control.isDisabled()).toBe(true);
    }
  });
});

describe('the settings of calls', () => {
  it('are found by their words', async () => {
    await openSection('Dialling');
    for (const [words, section] of [
      ['emergency', 'Dialling'],
      ['intercom', 'Calls'],
      ['voicemail forward', 'Forwarding'],
      ['pick up group', 'Server features'],
      ['beep', 'Recording'],
    ] as const) {
      await page.getByRole('textbox', { name: 'Search settings' }).fill(words);
      await page.getByRole('main').getByRole('heading', { name: section }).waitFor();
    }
  });

  it.each([
    ['wide, in English', wide, 'en'],
    ['compact, in German', compact, 'de'],
    ['as small as it gets, in German', { width: 360, height: 560 }, 'de'],
    ['zoomed to 200 %, in German', { width: 480, height: 320 }, 'de'],
  ] as const)('have named controls and nothing cut off: %s', async (_name, size, language) => {
    const state = sampleState();
    page = await pages.open({ size, main: { state: { ...state, app: { ...state.app, language } } } });
    for (const section of [3, 4, 5, 6, 7]) {
      await page.locator('.rail-settings').click();
      await page.locator('.settings-link').nth(section).click();
      await page.locator('.settings-heading').waitFor();
      expect(await flaws(page), `section ${section}`).toEqual([]);
    }
  });
});
