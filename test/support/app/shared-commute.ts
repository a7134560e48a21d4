import type { Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFailed } from 'vitest';
import { type CommuteLaunch, launchCommute, type LaunchedCommute } from './commute.ts';

export interface SharedCommute {
  /** The app that runs for the whole file; call it inside a test. */
  (): LaunchedCommute & { readonly page: Page };
}

/** One Commute for all tests of a `describe`: cases that leave nothing behind need no start of their own. */
export function useSharedCommute(launch: CommuteLaunch = {}): SharedCommute {
  let shared: (LaunchedCommute & { readonly page: Page }) | undefined;
  beforeAll(async () => {
    const launched = await launchCommute(launch);
    shared = { ...launched, page: await launched.window('ui/index.html') };
  });
  afterAll(() => shared?.dispose());
  return () => {
    if (shared === undefined) throw new Error('Commute has not started yet.');
    const { output } = shared;
    onTestFailed(({ task }) => void process.stderr.write(`\nLog of the app in "${task.name}":\n${output().slice(-4_000)}\n`));
    return shared;
  };
}
