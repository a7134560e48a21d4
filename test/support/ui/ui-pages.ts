import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { build } from 'vite';
import rendererConfig from '../../../build/vite/renderer.config.ts';
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
  const folder = await mkdtemp(join(tmpdir(), 'commute-ui-'));
  await buildPages(folder);
  const server = await servePages(folder);
  const app = await launch();
  const faults: string[] = [];
  const first = await app.firstWindow();
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
      return first;
    },
    async close() {
      await app.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
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

function launch(): Promise<ElectronApplication> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Error('There is no display for the pages: run the tests by "npm test", or under "xvfb-run -a".');
  }
  const asRoot = process.getuid?.() === 0;
  const environment = Object.entries(process.env).filter(([name]) => name !== 'ELECTRON_RUN_AS_NODE');
  return _electron.launch({
    executablePath: process.execPath,
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--force-prefers-reduced-motion',
      join(import.meta.dirname, 'page-host.cjs'),
    ],
    env: Object.fromEntries(environment.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  });
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
