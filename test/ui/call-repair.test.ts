import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { cardOf, openCalls } from '#test/support/ui/call-page.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { looks } from '#test/support/ui/looks.ts';
import { anna, conference, lena, repairing, scenes } from '#test/support/ui/sample-calls.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';
import { patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const onHold = { hold: { local: true, remote: false } } as const;

describe('a call without sound', () => {
  it('says what is done about it and counts', async () => {
    page = await openCalls(pages, [repairing(4000)]);
    const note = cardOf(page, 'Anna Weber').locator('.call-note-warn');
    await note.getByText(/^Repairing the sound, [4-9] s$/).waitFor();
    await patchState(page, { calls: [repairing(12_000, { offline: true })] });
    await note.getByText(/^Waiting for the network, 1\d s$/).waitFor();
    expect(await cardOf(page, 'Anna Weber').locator('.call-quality').count()).toBe(0);
  });

  it('need not be waited for for ever', async () => {
    page = await openCalls(pages, [repairing(55_000, { offline: true })]);
    expect(await page.getByText('You may hang up').count()).toBe(0);
    await patchState(page, { calls: [repairing(61_000, { offline: true })] });
    await page.getByText('This is taking long. You may hang up and call again.').waitFor();
    await cardOf(page, 'Anna Weber').getByRole('button', { name: 'End' }).waitFor();
  });

  it('says so on hold beside another call, too', async () => {
    page = await openCalls(pages, [lena(), { ...repairing(4000), ...onHold }]);
    expect(await cardOf(page, 'Anna Weber').locator('.call-party-sub').innerText()).toMatch(/^On hold, /);
    await cardOf(page, 'Anna Weber')
      .getByText(/^Repairing the sound, \d s/)
      .waitFor();
  });

  it('is told once for a conference, by name unless it is everybody', async () => {
    const [first, ...others] = conference();
    const waits = { ...repairing(4000, { offline: true }), inConference: true, silenced: first?.silenced ?? false };
    page = await openCalls(pages, [waits, ...others]);
    await page
      .locator('.call-note-warn')
      .getByText(/^Anna Weber: Waiting for the network, \d s$/)
      .waitFor();
    const everybody = scenes['a conference that waits for the network']?.() ?? [];
    await patchState(page, { calls: everybody });
    await page
      .locator('.call-note-warn')
      .getByText(/^Waiting for the network, \d+ s$/)
      .waitFor();
    expect(await page.locator('.call-note-warn').count()).toBe(1);
    expect(
      await page
        .locator('.conference-member')
        .getByText(/^Waiting for the network/)
        .count(),
    ).toBe(everybody.length);
  });

  it('is announced when the network is gone and when the sound is back', async () => {
    page = await openCalls(pages, [repairing(2000)]);
    const polite = page.locator('[aria-live=polite].visually-hidden').first();
    await patchState(page, { calls: [repairing(4000, { offline: true })] });
    await expect.poll(() => polite.textContent()).toBe('Waiting for the network');
    await patchState(page, { calls: [anna()] });
    await expect.poll(() => polite.textContent()).toBe('The sound is back');
  });

  it('has its repairs listed with their times among the technical details', async () => {
    page = await openCalls(pages, [repairing(4000)]);
    const open = async () => {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Technical details' }).click();
    };
    await open();
    const steps = page.getByRole('region', { name: 'Repairs' }).getByRole('listitem');
    const [first, second] = await steps.allInnerTexts();
    expect(first).toMatch(/^\d\d:\d\d:\d\d\nCall refreshed: the other side fell silent, no sound after it$/);
    expect(second).toMatch(/New path looked for: the network had changed, under way$/);
    await page.keyboard.press('Escape');
    await patchState(page, { calls: [anna()] });
    await open();
    await page.getByRole('region', { name: 'Repairs' }).getByText('None so far').waitFor();
  });
});

describe.each(looks)('$name', ({ look, size }) => {
  it('has room for the words of a repair', async () => {
    page = await pages.open({ size, main: { state: sampleState({ app: { ...sampleState().app, ...look } }) } });
    for (const name of ['calls that are repaired', 'a conference that waits for the network']) {
      await patchState(page, { calls: scenes[name]?.() ?? [] });
      await page.locator('.call-note-warn').first().waitFor();
      expect(await flaws(page), name).toEqual([]);
    }
  });
});
