import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { findRuntime } from '../../../build/setup/runtime.mjs';
import { ensureTestUser, type TestUser } from '../../../build/setup/test-user.mjs';
import { bridgeInto } from './namespace-bridge.ts';
import { endProcessesNaming } from './processes.ts';
import { stage } from './staging.ts';
import { createTempFolder } from './temp-folder.ts';

const launchTimeoutMs = 30_000;
const closePatienceMs = 5_000;
const childPatienceMs = 3_000;

export interface ElectronLaunch {
  /** The folder with package.json; the built Commute when absent. */
  readonly appFolder?: string;
  /** Where the app keeps its data; a new empty folder when absent. A given one is kept by `dispose`. */
  readonly profileFolder?: string;
  /** Options before the app's folder. */
  readonly args?: readonly string[];
  /** What follows the app's folder: links, as the system hands them over. */
  readonly links?: readonly string[];
  /** Further environment; the app sees little else of the tests' own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The network namespace it runs in (root only); ours when absent. */
  readonly namespace?: string;
}

export interface LaunchedElectron {
  readonly app: ElectronApplication;
  readonly profileFolder: string;
  /** What the app wrote to its terminal so far. */
  output(): string;
  /** What went wrong in its pages so far: uncaught errors and console errors, refusals by the CSP among them. */
  pageErrors(): readonly string[];
  /** Ends the app as a person would, then by force, with all its processes; removes what was made for it. */
  dispose(): Promise<void>;
}

/** Starts an Electron app as it ships: sandbox on, as a user who is not root, with data folder and environment of its own. */
export async function launchElectron({
  appFolder,
  profileFolder,
  args = [],
  links = [],
  env = {},
  namespace,
}: ElectronLaunch): Promise<LaunchedElectron> {
  const user = await ensureTestUser();
  const staged = stage(await findRuntime(), user, appFolder);
  const own = await createTempFolder('app');
  const profile = profileFolder ?? join(own.path, 'profile');
  const marker = `--user-data-dir=${profile}`;
  const output: string[] = [];
  const pageErrors: string[] = [];
  const bridge = namespace === undefined ? undefined : await bridgeInto(namespace, own.path);
  const cleanUp = async (): Promise<void> => {
    await endProcessesNaming(marker, childPatienceMs);
    await bridge?.dispose();
    await own.dispose();
  };
  try {
    const app = await _electron.launch({
      executablePath: writeLauncher(own.path, [...(bridge?.prefix ?? []), ...user.prefix, staged.executable]),
      args: [marker, ...(bridge?.args ?? []), ...args, staged.appFolder, ...links],
      cwd: own.path,
      env: { ...baseEnvironment(user, own.path), ...env },
      chromiumSandbox: true,
      timeout: launchTimeoutMs,
    });
    const child = app.process();
    const collect = (chunk: Buffer): void => void output.push(chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const watch = (page: Page): void => {
      page.on('pageerror', (error) => pageErrors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') pageErrors.push(message.text());
      });
    };
    app.windows().forEach(watch);
    app.on('window', watch);
    return {
      app,
      profileFolder: profile,
      output: () => output.join(''),
      pageErrors: () => pageErrors,
      async dispose() {
        await closeOrKill(app, child);
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** The window whose address contains `part`, as soon as there is one. */
export async function windowByUrl(app: ElectronApplication, part: string, timeoutMs = 15_000): Promise<Page> {
  const matches = (page: Page): boolean => page.url().includes(part);
  const present = app.windows().find(matches);
  if (present) return present;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      app.off('window', consider);
    };
    const consider = (page: Page): void => {
      page
        .waitForURL((url) => url.href.includes(part), { timeout: timeoutMs, waitUntil: 'commit' })
        .then(
          () => {
            settle();
            resolve(page);
          },
          // another window, or one that was closed
          () => undefined,
        );
    };
    const timer = setTimeout(() => {
      settle();
      const seen = app.windows().map((page) => page.url());
      reject(new Error(`No window with "${part}" in its address within ${timeoutMs} ms; there are: ${seen.join(', ') || 'none'}.`));
    }, timeoutMs);
    app.on('window', consider);
    app.windows().forEach(consider);
  });
}

/** @param child the app's process, which Playwright itself forgets once the app has quit */
async function closeOrKill(app: ElectronApplication, child: ChildProcess): Promise<void> {
  const killer = setTimeout(() => child.kill('SIGKILL'), closePatienceMs);
  try {
    await app.close();
  } catch {
    child.kill('SIGKILL');
  } finally {
    clearTimeout(killer);
  }
}

/**
 * Playwright starts one executable; this one changes network and user first, and lets Electron be ready only when Playwright has attached itself.
 * A window that loads meanwhile may be met in the middle of its first navigation, and then the launch never ends.
 */
function writeLauncher(folder: string, command: readonly string[]): string {
  const hold = join(folder, 'hold-ready.cjs');
  writeFileSync(hold, holdReady, { mode: 0o644 });
  const words = [...command, '-r', hold].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const file = join(folder, 'launch.sh');
  writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
  return file;
}

/** Runs in the app before its own main script; `__playwright_run` is what Playwright calls once it is attached. */
const holdReady = `
const { app } = require('electron');
process.argv.splice(process.argv.indexOf('-r'), 2);
const { promise, resolve } = Promise.withResolvers();
const ready = app.whenReady();
const emit = app.emit.bind(app);
let args = [];
let isReady = false;
app.emit = (event, ...rest) => {
  if (event !== 'ready' || isReady) return emit(event, ...rest);
  args = rest;
  return app.listenerCount('ready') > 0;
};
app.isReady = () => isReady;
app.whenReady = () => promise;
globalThis.__playwright_run = async () => {
  await ready;
  isReady = true;
  resolve();
  emit('ready', ...args);
};
`;

function baseEnvironment(user: TestUser, folder: string): Record<string, string> {
  const passed = ['PATH', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'TZ'];
  const kept = passed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    HOME: user.home,
    LANG: 'en_US.UTF-8',
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_RUNTIME_DIR: folder,
    // what Chromium leaves behind when it is killed goes with the folder
    TMPDIR: folder,
    // no session bus in a test: do not look for one
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
  };
}
