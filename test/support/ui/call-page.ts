import type { Locator, Page } from 'playwright-core';
import type { CallView } from '#shared/calls/call.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { sampleState } from './sample-state.ts';
import { askedOf, type UiPages } from './ui-pages.ts';

/** The main window with these calls in its dock. */
export async function openCalls(pages: UiPages, calls: CallView[], more: Partial<AppState> = {}): Promise<Page> {
  const page = await pages.open({ main: { state: sampleState({ calls, ...more }) } });
  await page.getByRole('region', { name: 'Calls in progress' }).waitFor();
  return page;
}

/** What was asked so far about calls, conferences, messages and callbacks: name and parameters. */
export async function asked(page: Page): Promise<unknown[]> {
  const all = await askedOf(page);
  return all.filter(({ name }) => /^(call|conference|message|callback)\./.test(name)).map(({ name, params }) => [name, params]);
}

/** The card of the call with somebody. */
export function cardOf(page: Page, name: string): Locator {
  return page.getByRole('article', { name: `Call with ${name}` });
}
