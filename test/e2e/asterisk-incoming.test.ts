import type { ElectronApplication, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { ask, callIn, hear, hearSilence, stateOf, waitForState } from '#test/support/app/driver.ts';
import { dial, type OpenCommute } from '#test/support/app/use-commute.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

/** Somebody calls 201 and, when it is answered, plays the milliwatt tone. */
const callMe = (): Promise<string> => asterisk().cli('channel originate Local/201@lab extension 9197@lab');

/** The small window with the card, once it is on the screen. */
async function toastOf({ app, window }: OpenCommute): Promise<Page> {
  const toast = await window('ui/toast.html');
  await toast.getByRole('button', { name: 'Answer' }).waitFor();
  await toast.waitForFunction(() => document.visibilityState === 'visible');
  expect(await visibleToasts(app)).toBe(1);
  return toast;
}

function visibleToasts(app: ElectronApplication): Promise<number> {
  return app.evaluate(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().filter((each) => each.webContents.getURL().includes('toast.html') && each.isVisible()).length,
  );
}

/** The window that has the keyboard; `document.hasFocus()` tells nothing here, because Playwright makes every page believe it. */
function focusedWindow(app: ElectronApplication): Promise<string | undefined> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow()?.webContents.getURL());
}

/** Not waited for: the click hides the window, and a hidden page may never confirm to Playwright that it was clicked. */
function press(toast: Page, verb: 'Answer' | 'Decline' | 'Send to…'): void {
  void toast
    .getByRole('button', { name: verb })
    .click()
    .catch(() => undefined);
}

async function gone(page: Page): Promise<void> {
  await waitForState(page, 'the card is gone', ({ calls }) => calls.length === 0);
}

describe('being called through Asterisk', () => {
  it('shows card and toast without taking the focus, and is answered from the card', { timeout: 30_000 }, async () => {
    const anna = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 700 } });
    const ben = await openAtAsterisk(asterisk(), '202', { microphone: { hz: 900 } });
    const field = anna.page.getByRole('combobox', { name: 'Search or dial' });
    await field.click();
    const focusBefore = await focusedWindow(anna.app);
    await anna.page.keyboard.type('88');
    await dial(ben.page, '201');
    const ringing = await callIn(anna.page, 'ringing-in');
    expect(ringing.remote).toMatchObject({ displayName: 'Lab 202', number: '202' });
    const card = anna.page.getByRole('article', { name: 'Incoming call from Lab 202' });
    await card.waitFor();
    const toast = await toastOf(anna);
    await toast.getByRole('alertdialog', { name: 'Incoming call from Lab 202' }).waitFor();

    expect(await focusedWindow(anna.app)).toBe(focusBefore);
    await anna.page.keyboard.type('77');
    expect(await field.inputValue()).toBe('8877');
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);

    await card.getByRole('button', { name: 'Answer' }).click();
    await callIn(anna.page, 'connected');
    const atBen = await callIn(ben.page, 'connected');
    await hear(anna.page, ringing.id, 900);
    await hear(ben.page, atBen.id, 700);
    expect(await visibleToasts(anna.app)).toBe(0);
    expect(anna.pageErrors()).toEqual([]);
  });

  it('is declined and answered from the toast, and the main window works the call', { timeout: 30_000 }, async () => {
    const anna = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 700 } });
    await callMe();
    await callIn(anna.page, 'ringing-in');
    press(await toastOf(anna), 'Decline');
    expect((await callIn(anna.page, 'ended')).endReason).toEqual({ kind: 'declined', by: 'local', who: null });
    await gone(anna.page);
    expect(await visibleToasts(anna.app)).toBe(0);

    const ben = await openAtAsterisk(asterisk(), '202', { microphone: { hz: 900 } });
    await dial(ben.page, '201');
    const { id } = await callIn(anna.page, 'ringing-in');
    press(await toastOf(anna), 'Answer');
    await callIn(anna.page, 'connected');
    const atBen = await callIn(ben.page, 'connected');
    await hear(ben.page, atBen.id, 700);
    await hear(anna.page, id, 900);
    await anna.page.getByRole('button', { name: 'Mute', exact: true }).click();
    await hearSilence(ben.page, atBen.id);
    await anna.page.getByRole('button', { name: 'Muted', exact: true }).click();
    await hear(ben.page, atBen.id, 700);
  });

  it('is sent on from the toast, to whom the main window is asked for', { timeout: 30_000 }, async () => {
    const anna = await openAtAsterisk(asterisk(), '201');
    const ben = await openAtAsterisk(asterisk(), '202', { microphone: { hz: 900 } });
    await callMe();
    await callIn(anna.page, 'ringing-in');
    press(await toastOf(anna), 'Send to…');
    await anna.page.getByRole('combobox', { name: 'Name or number' }).fill('202');
    await anna.page.keyboard.press('Enter');
    expect((await callIn(anna.page, 'ended')).endReason).toMatchObject({ kind: 'forwarded' });
    await callIn(ben.page, 'ringing-in');
    await ben.page.keyboard.press('Control+Enter');
    const { id } = await callIn(ben.page, 'connected');
    await hear(ben.page, id, 1_004);
  });

  it('is not missed when another device of the same number answers', { timeout: 30_000 }, async () => {
    const desk = await openAtAsterisk(asterisk(), '201');
    const home = await openAtAsterisk(asterisk(), '201');
    await callMe();
    await callIn(desk.page, 'ringing-in');
    const { id } = await callIn(home.page, 'ringing-in');
    await home.page.keyboard.press('Control+Enter');
    await callIn(home.page, 'connected');
    expect((await callIn(desk.page, 'ended')).endReason).toMatchObject({ kind: 'answered-elsewhere' });
    await desk.page.getByText('Answered on another device').first().waitFor();
    await hear(home.page, id, 1_004);
    const { entries } = await ask(desk.page, 'history.list', { filter: 'all', search: '', before: null, limit: 10 });
    expect(entries).toMatchObject([{ direction: 'incoming', outcome: 'answered-elsewhere' }]);
    expect((await stateOf(desk.page)).history.unseenMissed).toBe(0);
  });
});
