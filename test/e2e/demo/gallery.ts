// Every view of the real app in both themes, both widths and both languages, as pictures to look at: out/gallery.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { launchCommute } from '#test/support/app/commute.ts';
import { ask, callIn, registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';

const folder = resolve('out', 'gallery');
const widths = [960, 380] as const;
const height = 640;
const asSet = { anonymous: null, shownNumber: null } as const;

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const language of ['en', 'de'] as const) {
    for (const theme of ['light', 'dark'] as const) await visit(language, theme);
  }
}

async function visit(language: 'en' | 'de', theme: 'light' | 'dark'): Promise<void> {
  const commute = await launchCommute({ args: [`--practice-port=${await freePort()}`] });
  const words = {
    en: {
      keypad: 'Keypad',
      people: 'People',
      settings: 'Settings',
      back: 'Back',
      sections: ['Dialling', 'Calls', 'Forwarding', 'Server features', 'Recording', 'Connection', 'Network and ICE'],
    },
    de: {
      keypad: 'Tasten',
      people: 'Personen',
      settings: 'Einstellungen',
      back: 'Zurück',
      sections: ['Wählen', 'Anrufe', 'Umleitung', 'Leistungen des Servers', 'Aufnahme', 'Verbindung', 'Netzwerk und ICE'],
    },
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
      const { call } = await ask(page, 'call.dial', { target: number, options: asSet });
      if (number === '83') await waitForState(page, 'busy', ({ calls }) => calls.some(({ phase }) => phase === 'ended'));
      else {
        await callIn(page, 'connected');
        await ask(page, 'call.hang-up', { call });
      }
      await waitForState(page, 'no call', ({ calls }) => calls.length === 0);
    }
    await shoot('03-call-list');
    const { call } = await dialled(page, '80');
    await waitForState(page, 'sound', ({ calls }) => calls.some(({ quality }) => quality !== null));
    await ask(page, 'call.set-muted', { call, muted: true });
    await shoot('04-in-a-call-muted');
    await page.getByRole('button', { name: words.keypad, exact: true }).click();
    await shoot('05-keypad');
    await ask(page, 'call.dial', { target: '82', options: asSet });
    await callIn(page, 'ringing-in');
    await shoot('06-two-calls-and-one-ringing');
    const toast = await commute.window('ui/toast.html');
    await toast.screenshot({ path: join(folder, `${language}-${theme}-07-toast.png`) });
    for (const { id } of (await stateOf(page)).calls) await ask(page, 'call.hang-up', { call: id }).catch(() => undefined);
    await waitForState(page, 'no call', ({ calls }) => calls.length === 0);

    const { call: caller } = await dialled(page, '85');
    await page.keyboard.press('Control+t');
    await shoot('08-transfer-to-whom');
    await page.keyboard.press('Escape');
    const { call: consultation } = await ask(page, 'call.consult', { call: caller, target: '80' });
    await waitForState(page, 'both stand', ({ calls }) => calls.length === 2 && calls.every(({ phase }) => phase === 'connected'));
    await shoot('09-consultation');
    await ask(page, 'conference.join', { calls: [caller, consultation] });
    await waitForState(page, 'the conference', ({ calls }) => calls.every(({ inConference, hold }) => inConference && !hold.local));
    await shoot('10-conference');
    await ask(page, 'conference.end', {});
    await waitForState(page, 'no call', ({ calls }) => calls.length === 0);
    const { call: parked } = await dialled(page, '86');
    await ask(page, 'call.park', { call: parked, slot: null });
    await waitForState(page, 'the place is taken', (state) => state.parked.length === 1 && state.calls.length === 0);
    await shoot('11-parked');

    await resize(commute.app, 960);
    await page.getByRole('button', { name: words.people }).first().click();
    await shoot('12-people');
    await page.getByRole('button', { name: words.settings }).first().click();
    await shoot('13-settings');
    for (const [number, section] of words.sections.entries()) {
      await resize(commute.app, 960);
      await page.getByRole('button', { name: section, exact: true }).first().click();
      await shoot(`${14 + number}-settings-${number}`);
      await page
        .getByRole('button', { name: words.back })
        .first()
        .click({ timeout: 2_000 })
        .catch(() => undefined);
    }
  } finally {
    await commute.dispose();
  }
}

/** Dials, and waits until it is answered. */
async function dialled(page: Page, target: string): Promise<{ readonly call: string }> {
  const { call } = await ask(page, 'call.dial', { target, options: asSet });
  await waitForState(page, `${target} answers`, ({ calls }) => calls.some(({ id, phase }) => id === call && phase === 'connected'));
  return { call };
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
