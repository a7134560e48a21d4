import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { flaws } from '#test/support/ui/flaws.ts';
import { compact, startUiPages, wide, type UiPages } from '#test/support/ui/ui-pages.ts';
import { ringingCall, sampleCall, sampleState, signedOutState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());

/** Half of the wide window in each direction: what is left of it at a zoom of 200 %. */
const zoomed = { width: 480, height: 320 } as const;
const smallest = { width: 360, height: 560 } as const;

const views = ['sign-in', 'calls', 'people', 'settings'] as const;

async function show(
  view: (typeof views)[number],
  app: ReturnType<typeof sampleState>['app'],
  size: { width: number; height: number },
): Promise<Page> {
  if (view === 'sign-in') {
    const page = await pages.open({ size, main: { state: signedOutState({ app }) } });
    await page.locator('summary').click();
    return page;
  }
  const held = sampleCall({ id: 'held', hold: { local: true, remote: false } });
  const page = await pages.open({ size, main: { state: sampleState({ app, calls: [sampleCall(), held, ringingCall()] }) } });
  await page.locator(`.rail-${view}`).click();
  if (view === 'settings') await page.locator('.settings-link').nth(2).click();
  return page;
}

describe.each(['en', 'de'] as const)('in %s', (language) => {
  describe.each([
    ['wide', wide],
    ['compact', compact],
    ['as small as it gets', smallest],
    ['zoomed to 200 %', zoomed],
  ] as const)('%s', (_name, size) => {
    it.each(views)('%s has named controls, nothing cut off and no sideways scrolling', async (view) => {
      const app = { ...sampleState().app, language };
      expect(await flaws(await show(view, app, size))).toEqual([]);
      expect(pages.faults).toEqual([]);
    });
  });
});

describe('themes', () => {
  it.each([
    ['light', 'rgb(244, 245, 247)'],
    ['dark', 'rgb(16, 18, 22)'],
  ] as const)('%s colours the page', async (theme, background) => {
    const page = await pages.open({ main: { state: sampleState({ app: { ...sampleState().app, theme } }) } });
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(background);
  });

  it('keeps borders around controls in forced colours', async () => {
    const page = await pages.open({ main: { state: sampleState({ calls: [sampleCall()] }) } });
    await page.emulateMedia({ forcedColors: 'active' });
    const widths = await page.locator('.call-verb').evaluateAll((all) => all.map((verb) => getComputedStyle(verb).borderTopWidth));
    expect(widths.length).toBeGreaterThan(0);
    expect(new Set(widths)).toEqual(new Set(['1px']));
  });

  it('mirrors for languages that run from right to left', async () => {
    const page = await pages.open();
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    const left = async (selector: string) => (await page.locator(selector).boundingBox())?.x ?? Number.NaN;
    expect(await left('.rail')).toBeGreaterThan(await left('.shell-detail'));
    expect(await flaws(page)).toEqual([]);
  });

  it('always shows where the focus is', async () => {
    const page = await pages.open();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      const visible = await page.evaluate(() => {
        const focused = document.activeElement;
        const ring = (element: Element | null | undefined) => element && getComputedStyle(element).outlineStyle !== 'none';
        return Boolean(ring(focused) ?? false) || Boolean(ring(focused?.parentElement));
      });
      expect(visible, `after ${step + 1} times Tab`).toBe(true);
    }
  });
});
