import type { Page } from 'playwright-core';
import type { ErrorCode, ErrorReport } from '#shared/errors/app-error.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { registered, stateOf, waitForState } from './driver.ts';

/** What a person types on the sign-in page. */
export interface SignInForm {
  readonly server: string;
  readonly user?: string;
  readonly password?: string;
}

/** The fields, found by their names in the form: the labels change with the language. */
function fieldOf(page: Page, name: keyof SignInForm) {
  return page.locator(`form [name=${name}]`);
}

/** Fills the form and presses Enter in it, as a person does. */
export async function typeAndSubmit(page: Page, { server, user = '201', password = 'secret' }: SignInForm): Promise<void> {
  await fieldOf(page, 'user').fill(user);
  await fieldOf(page, 'password').fill(password);
  await fieldOf(page, 'server').fill(server);
  await fieldOf(page, 'server').press('Enter');
}

/** What stands in the fields now. */
export async function typed(page: Page): Promise<Required<SignInForm>> {
  const [user, password, server] = await Promise.all(
    (['user', 'password', 'server'] as const).map((name) => fieldOf(page, name).inputValue()),
  );
  return { user: user ?? '', password: password ?? '', server: server ?? '' };
}

/** Tries to sign in and waits until it has failed. @returns what the page has been told */
export async function failToSignIn(page: Page, form: SignInForm): Promise<ErrorReport> {
  await typeAndSubmit(page, form);
  return signInFailure(page);
}

/** The error of the attempt that is under way. */
export async function signInFailure(page: Page, code?: ErrorCode): Promise<ErrorReport> {
  return waitForState(page, `the sign-in fails${code === undefined ? '' : ` with ${code}`}`, ({ session }) => {
    const failed = session.stage === 'signed-out' ? session.error : null;
    return code === undefined || failed?.code === code ? failed : null;
  });
}

export async function signInBy(page: Page, form: SignInForm): Promise<RegistrationStatus> {
  await typeAndSubmit(page, form);
  return registered(page);
}

/** Back to the sign-in page, by the settings. */
export async function signOut(page: Page): Promise<void> {
  const account = (await stateOf(page)).session.account;
  if (account === null) return;
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Account and addresses' }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await waitForState(page, 'signed out', ({ session }) => session.stage === 'signed-out');
}
