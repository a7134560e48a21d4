import { once } from 'node:events';
import type { ElectronApplication } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { callIn, hear } from '#test/support/app/driver.ts';
import { dial } from '#test/support/app/use-commute.ts';
import { answerQuestions } from '#test/support/app/windows.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

/** Asks the app to quit, as the menu of the system does. */
async function askToQuit(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app: electron }) => void setImmediate(() => electron.quit()));
}

/** @returns exit code and signal, once the app is gone */
async function quit(app: ElectronApplication): Promise<unknown[]> {
  const exited = once(app.process(), 'exit');
  await askToQuit(app);
  return exited;
}

const contacts = (): Promise<string> => asterisk().cli('pjsip show contacts');

describe('quitting', () => {
  it('takes the registration back', { timeout: 30_000 }, async () => {
    const { app } = await openAtAsterisk(asterisk(), '201');
    expect(await contacts()).toContain('201/sip:');
    expect(await quit(app)).toEqual([0, null]);
    expect(await contacts()).not.toContain('201/sip:');
  });

  it('asks in a call first, stays when told so, and else ends the call in order', { timeout: 30_000 }, async () => {
    const { app, page } = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 1_000 } });
    await dial(page, '9196');
    const { id } = await callIn(page, 'connected');

    const keepTalking = await answerQuestions(app, 'Keep talking');
    await askToQuit(app);
    expect(await keepTalking.asked()).toMatchObject({ message: 'You are in a call.', detail: 'Quitting Commute will end it.' });
    await hear(page, id, 1_000);

    await answerQuestions(app, 'Quit');
    expect(await quit(app)).toEqual([0, null]);
    expect(await contacts()).not.toContain('201/sip:');
    expect(await asterisk().cli('core show channels count')).toContain('0 active channels');
  });
});
