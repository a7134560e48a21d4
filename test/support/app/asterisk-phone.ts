import type { Page } from 'playwright-core';
import type { Asterisk } from '../lab/asterisk.ts';
import type { CommuteLaunch } from './commute.ts';
import { registered } from './driver.ts';
import { type OpenCommute, openCommute } from './use-commute.ts';

export interface TypedAccount {
  readonly user: string;
  readonly password: string;
  readonly server: string;
}

/** Fills in the sign-in page and sends it, with the keyboard alone. */
export async function typeAccount(page: Page, { user, password, server }: TypedAccount): Promise<void> {
  await page.getByRole('textbox', { name: 'User or number' }).fill(user);
  await page.getByRole('textbox', { name: 'Server address' }).fill(server);
  const field = page.getByLabel('Password', { exact: true });
  await field.fill(password);
  await field.press('Enter');
}

/** Takes the certificate that the sign-in page shows. */
export async function trustCertificate(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Trust this certificate' }).click();
}

/** Starts Commute and signs in at a lab's Asterisk as a person does at the first time. */
export async function openAtAsterisk({ wssUrl }: Asterisk, user: string, launch: CommuteLaunch = {}): Promise<OpenCommute> {
  const commute = await openCommute(launch);
  await typeAccount(commute.page, { user, password: `lab${user}`, server: wssUrl });
  await trustCertificate(commute.page);
  await registered(commute.page);
  return commute;
}
