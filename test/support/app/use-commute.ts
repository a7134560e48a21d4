import { onTestFinished } from 'vitest';
import type { Page } from 'playwright-core';
import { type CommuteLaunch, launchCommute, type LaunchedCommute } from './commute.ts';
import { registered } from './driver.ts';
import { freePort } from './free-port.ts';
import { answerQuestions } from './windows.ts';

export interface OpenCommute extends LaunchedCommute {
  /** The main window. */
  readonly page: Page;
}

/** Starts Commute for one test; it ends with the test, and its log stands in the test's output when the test failed. */
export async function openCommute(launch: CommuteLaunch = {}): Promise<OpenCommute> {
  const launched = await launchCommute(launch);
  let disposing: Promise<void> | undefined;
  const commute = { ...launched, dispose: () => (disposing ??= launched.dispose()) };
  onTestFinished(async ({ task }) => {
    await commute.dispose();
    if (task.result?.state === 'fail') process.stderr.write(`\nLog of the app in "${task.name}":\n${commute.output().slice(-8_000)}\n`);
  });
  // a test may end in a call, and nobody would click the question whether to cut it
  await answerQuestions(commute.app, 'Quit');
  return { ...commute, page: await commute.window('ui/index.html') };
}

/** Starts Commute with a practice office of its own and signs in there. */
export async function openInPracticeOffice(launch: CommuteLaunch = {}): Promise<OpenCommute & { readonly port: number }> {
  const port = await freePort();
  const commute = await openCommute({ ...launch, args: [`--practice-port=${port}`, ...(launch.args ?? [])] });
  await commute.page.getByRole('button', { name: /Practice office|Übungsbüro/ }).click();
  await registered(commute.page);
  return { ...commute, port };
}

/** Dials by the field on top, as a person does. */
export async function dial(page: Page, number: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Search or dial' });
  await field.fill(number);
  await field.press('Enter');
}
