import type { Page } from 'playwright-core';
import type { ConnectivityState, AppState } from '#shared/state/app-state.ts';
import { officeAccount } from './sample-network.ts';
import { sampleState } from './sample-state.ts';
import { wide, type UiPages } from './ui-pages.ts';

/** Nothing was looked at yet. */
export const nothingChecked: ConnectivityState = { nat: null, ice: null, doctor: null, checking: [], undecided: [] };

export type Look = Pick<AppState['app'], 'language' | 'theme'>;

/** Somebody on the line of a real telephone system, who reaches it through a VPN. */
export function officeState(changes: Partial<AppState> = {}, look: Partial<Look> = {}): AppState {
  const { app, registration } = sampleState();
  return sampleState({
    session: { stage: 'signed-in', account: officeAccount, error: null },
    registration: registration.phase === 'registered' ? { ...registration, server: 'pbx.example.org:8802', path: 'vpn' } : registration,
    ...changes,
    app: { ...app, ...look },
  });
}

/** The connectivity page, where the lamp leads to. */
export async function openConnection(
  pages: UiPages,
  changes: Partial<AppState> = {},
  look: Partial<Look> = {},
  size: { readonly width: number; readonly height: number } = wide,
): Promise<Page> {
  const page = await pages.open({ size, main: { state: officeState(changes, look) } });
  await page.locator('.title-bar-lamp').click();
  await page.locator('.connection-card').waitFor();
  return page;
}
