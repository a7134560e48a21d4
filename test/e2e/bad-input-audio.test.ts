import { describe, expect, it } from 'vitest';
import { callIn, hear, waitForState } from '#test/support/app/driver.ts';
import { logged } from '#test/support/app/log-reader.ts';
import { readSentence } from '#test/support/app/sentence.ts';
import { dial, openInPracticeOffice, type OpenCommute } from '#test/support/app/use-commute.ts';

const limits = { timeout: 30_000 };

/** Calls the test tone and hears it; what is wrong with the microphone must stand on the card. */
async function callWithoutVoice({ page, profileFolder }: OpenCommute, code: 'microphone-missing' | 'microphone-refused') {
  await dial(page, '85');
  const call = await callIn(page, 'connected');
  const error = await waitForState(page, 'the card says it', ({ calls }) => calls.find(({ id }) => id === call.id)?.microphoneError);
  expect(error.code).toBe(code);
  await readSentence(page.getByRole('article', { name: 'Call with Milo Milliwatt' }), error);
  await logged(profileFolder, new RegExp(`WARN .*code=${code}\\b.*call=${call.id}`));
  await hear(page, call.id, 1_004);
  return call;
}

describe('a microphone', () => {
  it('that is not there does not keep a call from being heard', limits, async () => {
    const commute = await openInPracticeOffice({ microphone: 'none' });
    const { page } = commute;
    await page
      .getByRole('banner')
      .getByRole('button', { name: /No microphone/ })
      .waitFor();
    await callWithoutVoice(commute, 'microphone-missing');
    await page.getByRole('article').getByRole('button', { name: 'Open audio settings' }).click();
    await page.getByRole('main').getByText('What the other side hears you with.').waitFor();
  });

  it('that the system refuses is named, and used as soon as it is allowed', limits, async () => {
    const commute = await openInPracticeOffice();
    const { app, page } = commute;
    await app.evaluate(({ session }) =>
      session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false)),
    );
    const call = await callWithoutVoice(commute, 'microphone-refused');

    await page.getByRole('button', { name: 'End', exact: true }).click();
    await waitForState(page, 'the call is gone', ({ calls }) => calls.every(({ id }) => id !== call.id));
    await app.evaluate(({ session }) =>
      session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(true)),
    );
    await dial(page, '80');
    const echo = await callIn(page, 'connected');
    await hear(page, echo.id, 440);
    expect(await page.locator('.error-card').count()).toBe(0);
  });
});
