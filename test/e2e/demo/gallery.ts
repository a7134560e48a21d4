// Every view of the real app in both themes, both widths and both languages, as pictures to look at: out/gallery.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { launchCommute } from '#test/support/app/commute.ts';
import { ask, callIn, registered, waitForState } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';

const folder = resolve('out', 'gallery');
const widths = [960, 380] as const;
const height = 640;

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const language of ['en', 'de'] as const) {
    for (const theme of ['light', 'dark'] as const) await visit(language, theme);
  }
}

async function visit(language: 'en' | 'de', theme: 'light' | 'dark'): Promise<void> {
  const commute = await launchCommute({ args: [`--practice-port=${await freePort()}`] });
  const words = {
    en: { keypad: 'Keypad', people: 'People', settings: 'Settings' },
    de: { keypad: 'Tasten', people: 'Personen', settings: 'Einstellungen' },
  }[language];
  try {
    const page = await commute.window('ui/index.html');
    const shoot = (name: string): Promise<void> => shootWidths(commute.app, page, `${language}-${theme}-${name}`);
    await page.getByRole('button', { name: /Practice office|Übungsbüro/ }).waitFor();
    await ask(page, 'settings.update', { appearance: { theme, language } });
    await waitForState(page, 'the look', ({ app }) => app.theme === theme && app.language === language);
    await shoot('01-sign-in');
    await ask(page, 'session.sign-in-practice-office', { user: null });
    await registered(page);
    await shoot('02-no-calls-yet');
    for (const number of ['83', '85']) {
      const { call } = await ask(page, 'call.dial', { target: number });
      if (number === '83') await waitForState(page, 'busy', ({ calls }) => calls.some(({ phase }) => phase === 'ended'));
      else {
        await callIn(page, 'connected');
        await ask(page, 'call.hang-up', { call });
      }
      await waitForState(page, 'no call', ({ calls }) => calls.length === 0);
    }
    await shoot('03-call-list');
    const { call } = await ask(page, 'call.dial', { target: '80' });
    await waitForState(page, 'sound', ({ calls }) => calls.some(({ quality }) => quality !== null));
    await ask(page, 'call.set-muted', { call, muted: true });
    await shoot('04-in-a-call-muted');
    await page.getByRole('button', { name: words.keypad, exact: true }).click();
    await shoot('05-keypad');
    await ask(page, 'call.dial', { target: '82' });
    await callIn(page, 'ringing-in');
    await shoot('06-two-calls-and-one-ringing');
    const toast = await commute.window('ui/toast.html');
    await toast.screenshot({ path: join(folder, `${language}-${theme}-07-toast.png`) });
    await resize(commute.app, 960);
    await page.getByRole('button', { name: words.people }).first().click();
    await shoot('08-people');
    await page.getByRole('button', { name: words.settings }).first().click();
    await shoot('09-settings');
  } finally {
    await commute.dispose();
  }
}

async function shootWidths(app: ElectronApplication, page: Page, name: string): Promise<void> {
  for (const width of widths) {
    await resize(app, width);
    await page.waitForFunction((wanted) => innerWidth <= wanted, width);
    await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
  }
}

async function resize(app: ElectronApplication, width: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => {
      const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().includes('ui/index.html'));
      window?.setContentSize(size.width, size.height);
    },
    { width, height },
  );
}

await main();
