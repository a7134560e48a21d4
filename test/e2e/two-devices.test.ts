import { expect, it } from 'vitest';
import { ask, callIn, hear, registered, waitForState } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial, openCommute, type OpenCommute } from '#test/support/app/use-commute.ts';

it(
  'a call that rings on two devices has sound on the one that answers, whichever it is',
  { timeout: 30_000 },
  async ({ onTestFinished }) => {
    const folder = await createTempFolder('two-devices');
    onTestFinished(() => folder.dispose());
    const port = `--practice-port=${await freePort()}`;
    const open = async (user: string, profile: string, hz: number): Promise<OpenCommute> => {
      const commute = await openCommute({ profileFolder: folder.path, args: [port, `--profile=${profile}`], microphone: { hz } });
      await ask(commute.page, 'session.sign-in-practice-office', { user });
      await registered(commute.page);
      return commute;
    };
    const anna = await open('10', 'anna', 700);
    const desk = await open('11', 'desk', 900);
    const home = await open('11', 'home', 1_100);

    for (const [answers, other, hz] of [
      [desk, home, 900],
      [home, desk, 1_100],
    ] as const) {
      for (const { page } of [anna, desk, home]) await waitForState(page, 'no card is left', ({ calls }) => calls.length === 0);
      await dial(anna.page, '11');
      const { id } = await callIn(answers.page, 'ringing-in');
      await callIn(other.page, 'ringing-in');
      await answers.page.keyboard.press('Control+Enter');
      const { id: annaCall } = await callIn(anna.page, 'connected');
      expect((await callIn(other.page, 'ended')).endReason).toMatchObject({ kind: 'answered-elsewhere' });
      await Promise.all([hear(anna.page, annaCall, hz), hear(answers.page, id, 700)]);
      await anna.page.keyboard.press('Control+Shift+D');
    }
  },
);
