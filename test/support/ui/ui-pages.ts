import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import rendererConfig from '../../../build/vite/renderer.config.ts';
import { launchElectron, type LaunchedElectron } from '../app/electron-app.ts';
import { createTempFolder } from '../app/temp-folder.ts';
import { installFakeMain, type FakeMain, type FakeMainControl } from './fake-bridge.ts';
import { servePages } from './page-server.ts';
import { sampleHistory, sampleState } from './sample-state.ts';

export const wide = { width: 960, height: 640 } as const;
export const compact = { width: 380, height: 640 } as const;

export interface PageOptions {
  readonly main?: Partial<FakeMain>;
  readonly page?: 'index' | 'toast';
  readonly size?: { readonly width: number; readonly height: number };
}

/** The built pages in a real browser window, with a scripted main behind each. */
export interface UiPages {
  open(options?: PageOptions): Promise<Page>;
  /** What went wrong in the pages so far: errors of scripts and of the content security policy. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Builds the pages into a folder of their own and opens the runtime's browser. Needs a display (Xvfb will do). */
export async function startUiPages(): Promise<UiPages> {
  const folder = await createTempFolder('ui');
  await buildPages(join(folder.path, 'pages'));
  const server = await servePages(join(folder.path, 'pages'));
  const host = await launch(folder.path);
  const faults: string[] = [];
  const first = await host.app.firstWindow();
  first.setDefaultTimeout(5000);
  listen(first, faults);

  return {
    faults,
    async open({ main = {}, page = 'index', size = wide } = {}) {
      const fake: FakeMain = { state: sampleState(), history: sampleHistory(), toast: null, failing: {}, ...main };
      // the newest script wins: it runs last before the scripts of the page
      await first.addInitScript(installFakeMain, fake);
      await first.setViewportSize(size);
      await first.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'none' });
      await first.goto(`${server.url}/ui/${page}.html`);
      await first.locator('#root > *').first().waitFor();
      // Chromium drops keys that come before it has drawn a page for the first time
      await first.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
      return first;
    },
    async close() {
      await host.dispose();
      await server.close();
      await folder.dispose();
    },
  };
}

/** The same build as the app's, but of these pages only. */
async function buildPages(outDir: string): Promise<void> {
  const input = rendererConfig.build.rolldownOptions.input.filter((page) => page.includes('/ui/'));
  const environment = process.env['NODE_ENV'];
  // the test runner's value would make vite build React's development form
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      ...rendererConfig,
      configFile: false,
      build: { ...rendererConfig.build, outDir, rolldownOptions: { ...rendererConfig.build.rolldownOptions, input } },
    });
  } finally {
    process.env['NODE_ENV'] = environment;
  }
}

/** The page host where the user of the tests' apps can read it. */
async function launch(folder: string): Promise<LaunchedElectron> {
  for (const file of ['package.json', 'main.cjs']) await copyFile(join(import.meta.dirname, 'page-host', file), join(folder, file));
  return launchElectron({ appFolder: folder, args: ['--disable-gpu', '--force-prefers-reduced-motion'] });
}

function listen(page: Page, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
}

/** Every request that the page made, in order. */
export function askedOf(page: Page): Promise<{ name: string; params: unknown }[]> {
  return page.evaluate(() => (window as unknown as { commuteTest: FakeMainControl }).commuteTest.asked);
}

/** Changes the state behind the page, as main would. */
export async function patchState(page: Page, slices: Parameters<FakeMainControl['patch']>[0]): Promise<void> {
  await page.evaluate((change) => (window as unknown as { commuteTest: FakeMainControl }).commuteTest.patch(change), slices);
}

/** Sends an event to the page, as main would. */
export async function emit(page: Page, name: string, value: unknown): Promise<void> {
  await page.evaluate(([event, payload]) => (window as unknown as { commuteTest: FakeMainControl }).commuteTest.emit(event, payload), [
    name,
    value,
  ] as const);
}
