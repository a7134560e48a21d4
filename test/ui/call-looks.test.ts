import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flaws } from '#test/support/ui/flaws.ts';
import { scenes } from '#test/support/ui/sample-calls.ts';
import { ringingCall, sampleParty, sampleState } from '#test/support/ui/sample-state.ts';
import { patchState, startUiPages, wide, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());

const smallest = { width: 360, height: 560 } as const;
/** Half of the wide window in each direction: what is left of it at a zoom of 200 %. */
const zoomed = { width: 480, height: 320 } as const;

describe.each(['en', 'de'] as const)('the dock in %s', (language) => {
  it.each([
    ['light', 'wide', wide],
    ['dark', 'as small as it gets', smallest],
    ['light', 'zoomed to 200 %', zoomed],
  ] as const)('%s and %s has named controls, nothing cut off and no sideways scrolling', async (theme, _name, size) => {
    const state = sampleState({
      app: { ...sampleState().app, language, theme },
      messages: [{ id: 'm1', from: sampleParty('Anna Weber', '201'), text: 'A rather long text. '.repeat(12), at: 1 }],
      callbacks: [
        { id: 'k1', number: '204', name: 'Ben Krause', since: 1, by: 'watch', state: 'free' },
        { id: 'k2', number: '205', name: 'Österreicher-Wallenstein, Maximiliane', since: 1, by: 'server', state: 'waiting' },
      ],
    });
    const page = await pages.open({ size, main: { state } });
    for (const [name, calls] of Object.entries(scenes)) {
      await patchState(page, { calls: calls() });
      await page.locator('.calls-dock').waitFor();
      expect(await flaws(page), name).toEqual([]);
    }
    await patchState(page, { calls: scenes['two calls']?.() ?? [] });
    await page.keyboard.press('Control+t');
    await page.getByRole('option').first().waitFor();
    expect(await flaws(page), 'whom to transfer to').toEqual([]);
    expect(pages.faults).toEqual([]);
  });

  it('mirrors from right to left', async () => {
    const page = await pages.open({ size: smallest, main: { state: sampleState({ app: { ...sampleState().app, language } }) } });
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    for (const [name, calls] of Object.entries(scenes)) {
      await patchState(page, { calls: calls() });
      expect(await flaws(page), name).toEqual([]);
    }
    await patchState(page, { calls: scenes['two calls']?.() ?? [] });
    const end = page.locator('.call-verb-end').first();
    expect((await end.boundingBox())?.x).toBeLessThan(smallest.width / 2);
  });

  it('keeps borders around what is chosen and dropped in forced colours', async () => {
    const page = await pages.open({ main: { state: sampleState({ calls: scenes['two calls']?.() ?? [] }) } });
    await page.emulateMedia({ forcedColors: 'active' });
    await page.keyboard.press('Control+t');
    await page.keyboard.press('ArrowDown');
    const row = page.locator('.target-row[aria-selected=true]');
    await row.waitFor();
    expect(await row.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
  });
});

describe('the card for incoming calls', () => {
  it.each(['en', 'de'] as const)('fits into its window in %s, with its replies', async (language) => {
    const call = ringingCall({ calledAs: sampleParty('Support and complaints', '299'), emergency: true });
    const page = await pages.open({
      page: 'toast',
      size: { width: 340, height: 120 },
      main: { toast: { call, theme: 'dark', language, replies: [] } },
    });
    await page.locator('.toast-verbs').waitFor();
    expect(await flaws(page)).toEqual([]);
    await page.locator('.toast-verbs .icon-button').last().click();
    expect(await page.locator('.toast-reply').count()).toBe(3);
    expect(await flaws(page)).toEqual([]);
  });
});
