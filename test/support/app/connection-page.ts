import type { ElectronApplication, Locator, Page } from 'playwright-core';
import type { DoctorRun, DoctorVerdict } from '#shared/network/doctor/run.ts';
import { waitForState } from './driver.ts';

/** Opens a section of the settings, as a person does. */
export async function openSettings(page: Page, section: 'Connection' | 'Network and ICE' | 'Audio'): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('list').getByRole('button', { name: section, exact: true }).click();
}

/** The lamp in the banner leads to the connectivity page. @param says what it says before that */
export async function followLamp(page: Page, says: RegExp): Promise<Locator> {
  await page.getByRole('banner').getByRole('button', { name: says }).click();
  return rowOf(page, 'Reachability');
}

/** A row of the settings that holds more than one control, by its label. */
export function rowOf(page: Page, label: string): Locator {
  return page.getByRole('main').getByRole('group', { name: label, exact: true });
}

export interface TypedIceServer {
  readonly uri: string;
  readonly username?: string;
  readonly password?: string;
}

/** Adds a STUN or TURN server by the form. The section `Network and ICE` is open. */
export async function addIceServer(page: Page, { uri, username, password }: TypedIceServer): Promise<void> {
  await page.getByRole('button', { name: 'Add a server' }).click();
  const form = page.getByRole('form', { name: 'Add a server' });
  await form.getByRole('textbox', { name: 'Address' }).fill(uri);
  if (username !== undefined) await form.getByRole('textbox', { name: 'User' }).fill(username);
  if (password !== undefined) await form.getByLabel('Password', { exact: true }).fill(password);
  await form.getByRole('button', { name: 'Add' }).click();
  await waitForState(page, `${uri} is in the list`, ({ settings }) => settings.ice.servers.some((server) => server.uri === uri));
}

/** Has the doctor look, by its button, and waits for what it says. The connectivity page is open. */
export async function runDoctor(page: Page): Promise<DoctorRun & { readonly verdict: DoctorVerdict }> {
  const before = (await waitForState(page, 'no run is under way', ({ connectivity }) => ({ doctor: connectivity.doctor }))).doctor;
  await rowOf(page, 'When something does not work')
    .getByRole('button', { name: before === null ? 'Find out what is wrong' : 'Run again' })
    .click();
  return waitForState(
    page,
    'the doctor has finished',
    ({ connectivity: { doctor } }) => {
      if (doctor === null || doctor.startedAt === before?.startedAt || doctor.finishedAt === null) return undefined;
      if (doctor.verdict === null) throw new Error(`The doctor came to no end: ${JSON.stringify(doctor)}`);
      return { ...doctor, verdict: doctor.verdict };
    },
    30_000,
  );
}

export function clipboardText(app: ElectronApplication): Promise<string> {
  return app.evaluate(({ clipboard }) => clipboard.readText());
}
