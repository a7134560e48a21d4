import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import type { AvailabilitySettings } from '#shared/settings/call-settings.ts';
import { askedOf, compact, patchState, startUiPages, wide, type UiPages } from '#test/support/ui/ui-pages.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

function stateWith(availability: Partial<AvailabilitySettings> = {}, preset: keyof typeof featureCodePresets = 'none') {
  const state = sampleState();
  const settings = {
    ...state.settings,
    serverFeatures: { preset, ...featureCodePresets[preset] },
    availability: { ...state.settings.availability, ...availability },
  };
  return { ...state, settings };
}

async function open(...of: Parameters<typeof stateWith>): Promise<void> {
  page = await pages.open({ main: { state: stateWith(...of) } });
  await pill().click();
}

const pill = () => page.locator('.availability-pill');
const panel = () => page.getByRole('dialog', { name: 'My availability' });
const rule = (name: string) => panel().getByRole('group', { name });

async function wishes(): Promise<unknown[]> {
  return (await askedOf(page)).filter(({ name }) => name === 'availability.update').map(({ params }) => params);
}

describe('my availability', () => {
  it('says in the title bar what a caller meets', async () => {
    page = await pages.open({ main: { state: stateWith() } });
    expect(await pill().innerText()).toBe('Available');
    await page.keyboard.press('Control+Shift+N');
    await expect.poll(() => pill().innerText()).toBe('Do not disturb');
    await page.getByRole('status').getByText('Do not disturb').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: /^Reachable, but: Do not disturb is on/ }).waitFor();
    await page.keyboard.press('Control+Shift+N');
    await expect.poll(() => pill().innerText()).toBe('Available');
    await patchState(page, { settings: stateWith({ always: { on: true, target: '203' } }).settings });
    await expect.poll(() => pill().innerText()).toBe('Calls go to 203');
  });

  it('is opened, changed and left by the keyboard', async () => {
    page = await pages.open({ main: { state: stateWith() } });
    await pill().focus();
    await page.keyboard.press('Enter');
    await panel().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await panel().getByRole('switch', { name: 'Do not disturb', checked: true }).waitFor();
    await page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    expect(await pill().evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it('takes a number for each rule, and seconds for the one that waits', async () => {
    await open();
    await rule('Send calls on when I am busy').getByRole('textbox').fill('203');
    await rule('Send calls on when I am busy').getByRole('switch').click();
    await rule('Send calls on when I am busy').getByRole('switch', { checked: true }).waitFor();
    await page.getByRole('textbox', { name: 'Seconds until a call is sent on' }).fill('15');
    await page.keyboard.press('Enter');
    expect((await wishes()).at(-1)).toEqual({ noAnswerAfterSeconds: 15 });
    expect(await wishes()).toContainEqual({ busy: { on: true, target: '203' } });
  });

  it('asks for the number when a rule is switched on without one, and is on once there is one', async () => {
    await open();
    const always = rule('Send every call on');
    await always.getByRole('switch').click();
    await always.getByText('Enter the number first.').waitFor();
    expect(await wishes()).toEqual([]);
    await page.keyboard.type('0176 12345');
    await page.keyboard.press('Enter');
    await always.getByRole('switch', { checked: true }).waitFor();
    expect(await wishes()).toEqual([{ always: { on: true, target: '0176 12345' } }]);
  });

  it('keeps what cannot be dialled and says why, and sends nobody to the emergency service', async () => {
    await open();
    const always = rule('Send every call on');
    await always.getByRole('textbox').fill('reception');
    await always.getByRole('switch').click();
    await always.getByText('Use digits, * and #').waitFor();
    expect(await always.getByRole('textbox').inputValue()).toBe('reception');
    await always.getByRole('textbox').fill('112');
    await page.keyboard.press('Enter');
    await always.getByText('Calls cannot be sent to the emergency number 112.').waitFor();
    await page.getByRole('textbox', { name: 'Seconds until a call is sent on' }).fill('500');
    await page.keyboard.press('Enter');
    await page.getByText('Use 5 to 120 seconds.').waitFor();
    expect(await wishes()).toEqual([]);
  });

  it('says who carries a rule out, and offers voicemail where the server has it', async () => {
    await open({}, 'asterisk');
    await rule('Send every call on').getByText('Done by the telephone system.').waitFor();
    await rule('Send calls on when Commute is off').getByText('Needs a code of the telephone system').waitFor();
    expect(await rule('Send calls on when Commute is off').getByRole('switch').isDisabled()).toBe(true);
    await rule('Send every call on').getByRole('button', { name: 'Voicemail' }).click();
    await rule('Send every call on').getByRole('button', { name: 'Voicemail', pressed: true }).waitFor();
    expect(await wishes()).toEqual([{ always: { on: false, target: '*97' } }]);

    await open();
    await rule('Send every call on').getByText('Done by this computer while Commute runs.').waitFor();
    expect(await panel().getByRole('button', { name: 'Voicemail' }).count()).toBe(0);
  });

  it('shows what is under way, and puts back what the server refused without losing the number', async () => {
    await open({}, 'asterisk');
    const always = rule('Send every call on');
    await patchState(page, { availability: { pending: true, error: null } });
    await panel().getByText('Telling the telephone system').waitFor();
    await always.getByRole('switch').click();
    await page.keyboard.type('203');
    await page.keyboard.press('Enter');
    await always.getByRole('switch', { checked: true }).waitFor();
    await patchState(page, { settings: stateWith({}, 'asterisk').settings });
    const error = { code: 'feature-refused', details: { status: 403, code: '*72203' } } as const;
    await patchState(page, { availability: { pending: false, error } });
    await panel().getByText('It answered 403 to *72203. Everything is as before.', { exact: false }).waitFor();
    await always.getByRole('switch', { checked: false }).waitFor();
    expect(await always.getByRole('textbox').inputValue()).toBe('203');
    const asked = (await wishes()).length;
    await panel().getByRole('button', { name: 'Open server features' }).click();
    expect(await wishes()).toHaveLength(asked);
    await page.getByRole('main').getByRole('heading', { name: 'Server features' }).waitFor();
    await panel().waitFor({ state: 'hidden' });
  });

  it('tells of a refusal where nothing else shows it', async () => {
    const error = { code: 'feature-refused', details: { status: 403, code: '*78' } } as const;
    page = await pages.open({ main: { state: stateWith({}, 'asterisk') } });
    await page.keyboard.press('Control+Shift+N');
    await patchState(page, { settings: stateWith({}, 'asterisk').settings, availability: { pending: false, error } });
    await page.getByRole('alert').getByText('The server did not take it').waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
    await pill().click();
    await expect.poll(() => pill().getAttribute('aria-expanded')).toBe('true');
    await patchState(page, { availability: { pending: false, error: { ...error, details: { status: 500, code: '*78' } } } });
    await panel().getByText('It answered 500', { exact: false }).waitFor();
    expect(await page.getByRole('alert').getByText('The server did not take it').count()).toBe(0);
  });

  it('says where calls go while another number is not taken', async () => {
    await open({ always: { on: true, target: '203' } }, 'asterisk');
    await rule('Send every call on').getByRole('textbox').fill('204');
    await rule('Send every call on').getByText('Calls still go to 203.').waitFor();
    await page.keyboard.press('Enter');
    await rule('Send every call on').getByText('Calls still go to 203.').waitFor({ state: 'detached' });
    expect(await wishes()).toEqual([{ always: { on: true, target: '204' } }]);
  });

  it('switches everything off at once and keeps the numbers', async () => {
    await open({ doNotDisturb: true, busy: { on: true, target: '203' } });
    await panel().getByRole('button', { name: 'Switch all off' }).click();
    await panel().getByRole('switch', { name: 'Do not disturb', checked: false }).waitFor();
    expect(await rule('Send calls on when I am busy').getByRole('textbox').inputValue()).toBe('203');
    expect(await panel().getByRole('button', { name: 'Switch all off' }).isDisabled()).toBe(true);
  });

  it.each([
    ['wide', wide],
    ['compact', compact],
    ['zoomed to 200 %', { width: 480, height: 320 }],
  ])('fits into a window that is %s', async (_name, size) => {
    const state = stateWith({ always: { on: true, target: '+49 89 123456789' } }, 'asterisk');
    const error = { code: 'feature-refused', details: { status: 403, code: '*72203' } } as const;
    page = await pages.open({
      size,
      main: { state: { ...state, app: { ...state.app, language: 'de' }, availability: { pending: true, error } } },
    });
    await pill().click();
    await page.getByRole('dialog').waitFor();
    expect(await flaws(page)).toEqual([]);
    const box = await page.getByRole('dialog').boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.y ?? -1) >= 0).toBe(true);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(size.width);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(size.height);
  });
});
