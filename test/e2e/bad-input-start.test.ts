import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findRuntime } from '../../build/setup/runtime.mjs';
import { ensureTestUser } from '../../build/setup/test-user.mjs';
import { callIn, hear, registered, stateOf } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { logged } from '#test/support/app/log-reader.ts';
import { readSentence } from '#test/support/app/sentence.ts';
import { signInFailure } from '#test/support/app/sign-in-page.ts';
import { stage } from '#test/support/app/staging.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial, openCommute, openInPracticeOffice } from '#test/support/app/use-commute.ts';

const limits = { timeout: 30_000 };

describe('the practice office', () => {
  it('opens at another port when a stranger has its own', limits, async () => {
    const stranger = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('220 mail.test ESMTP\r\n'),
    );
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const address = stranger.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;

    const { page } = await openCommute({ args: [`--practice-port=${taken}`] });
    await page.getByRole('button', { name: 'Practice office' }).click();
    await registered(page);
    expect((await stateOf(page)).session.account?.servers[0]?.port).not.toBe(taken);
    await dial(page, '85');
    await hear(page, (await callIn(page, 'connected')).id, 1_004);
  });
});

describe('the practice office that cannot open', () => {
  it('says so, and opens once what was in the way is gone', limits, async () => {
    const folder = await createTempFolder('office');
    onTestFinished(() => folder.dispose());
    const obstacle = join(folder.path, 'practice-office');
    writeFileSync(obstacle, '');
    const { page, profileFolder } = await openCommute({ profileFolder: folder.path, args: [`--practice-port=${await freePort()}`] });
    await page.getByRole('button', { name: 'Practice office' }).click();
    const card = await readSentence(page.getByRole('alert'), await signInFailure(page, 'practice-office-failed'));
    await logged(profileFolder, /code=practice-office-failed\b/);
    rmSync(obstacle);
    await card.getByRole('button', { name: 'Try again' }).click();
    await registered(page);
  });
});

describe('a start by a link', () => {
  it('shows the number once somebody is signed in, and dials nothing', limits, async () => {
    const folder = await createTempFolder('link');
    onTestFinished(() => folder.dispose());
    const args = [`--practice-port=${await freePort()}`];
    const { page } = await openCommute({ profileFolder: folder.path, args, links: ['tel:+49-89-5678'] });
    await page.getByRole('button', { name: 'Practice office' }).click();
    await registered(page);
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[role=combobox]')?.value === '+49-89-5678');
    expect((await stateOf(page)).calls).toEqual([]);
  });
});

describe('a second start', () => {
  /** Starts the app once more with the same profile, as a click on a link does; resolves with its exit code. */
  async function startAgain(profileFolder: string, ...args: string[]): Promise<number> {
    const user = await ensureTestUser();
    const staged = stage(await findRuntime(), user);
    const [command = '', ...words] = [...user.prefix, staged.executable, `--user-data-dir=${profileFolder}`, staged.appFolder, ...args];
    const child = spawn(command, words, {
      cwd: '/',
      env: { PATH: process.env['PATH'], DISPLAY: process.env['DISPLAY'], HOME: user.home, TMPDIR: profileFolder },
      stdio: 'ignore',
    });
    const [code] = (await once(child, 'exit')) as [number];
    return code;
  }

  it('shows the window of the first and hands over the number of a link, which nobody dials', limits, async () => {
    const { app, page, profileFolder } = await openInPracticeOffice();
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find(({ webContents }) => webContents.getURL().includes('ui/index'))
        ?.minimize(),
    );
    expect(await startAgain(profileFolder, 'tel:+49-89-1234;phone-context=evil?body=x')).toBe(0);
    const field = page.getByRole('combobox', { name: 'Search or dial' });
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[role=combobox]')?.value === '+49-89-1234');
    const window = await app.evaluate(({ BrowserWindow }) => {
      const main = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().includes('ui/index'));
      return { minimized: main?.isMinimized(), visible: main?.isVisible() };
    });
    expect(window).toEqual({ minimized: false, visible: true });
    expect((await stateOf(page)).calls).toEqual([]);

    // What is no number changes nothing, and is not taken for an option either.
    expect(await startAgain(profileFolder, 'tel:<script>alert(1)</script>')).toBe(0);
    expect(await startAgain(profileFolder, 'sip:--profile=b')).toBe(0);
    expect(await field.inputValue()).not.toContain('script');
    expect((await stateOf(page)).calls).toEqual([]);
    expect((await stateOf(page)).app.profile).toBe('');
  });
});
