import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { callIn, hear, hearSilence, registered, soundBack, stateOf, waitForState } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial, openCommute, type OpenCommute } from '#test/support/app/use-commute.ts';
import { killRenderer } from '#test/support/app/windows.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

/** Sound may be away this long when the media window dies in a call, in ms. */
const silenceLimitMs = 4_000;

interface Talk {
  readonly anna: OpenCommute;
  readonly ben: OpenCommute;
  readonly annaCall: string;
  readonly benCall: string;
}

/** Anna (700 Hz) has called Ben (900 Hz) at `number`, he has answered, and both are heard. */
async function talk(anna: OpenCommute, ben: OpenCommute, number: string): Promise<Talk> {
  await dial(anna.page, number);
  const { id: benCall } = await callIn(ben.page, 'ringing-in');
  await ben.page.keyboard.press('Control+Enter');
  const { id: annaCall } = await callIn(anna.page, 'connected');
  await callIn(ben.page, 'connected');
  await Promise.all([hear(anna.page, annaCall, 900), hear(ben.page, benCall, 700)]);
  return { anna, ben, annaCall, benCall };
}

/** The media of the call was lost and is negotiated anew. */
async function repaired(page: Page): Promise<void> {
  await waitForState(page, 'the repair has begun', ({ calls }) => calls.some(({ repairingSince }) => repairingSince !== null));
  await waitForState(page, 'the repair is done', ({ calls }) =>
    calls.some((call) => call.phase === 'connected' && call.repairingSince === null),
  );
}

/** Kills the media window of one side. @returns how long it took until both heard each other again, in ms */
async function surviveLoss({ anna, ben, annaCall, benCall }: Talk, whose: 'anna' | 'ben'): Promise<number> {
  const { page, app } = whose === 'anna' ? anna : ben;
  const killedAt = await killRenderer(app, 'media/media.html');
  await waitForState(page, 'the repair has begun', ({ calls }) => calls.some(({ repairingSince }) => repairingSince !== null));
  await waitForState(page, 'the repair is done', ({ calls }) =>
    calls.some((call) => call.phase === 'connected' && call.repairingSince === null),
  );
  await Promise.all([soundBack(anna.page, annaCall, 900), soundBack(ben.page, benCall, 700)]);
  return performance.now() - killedAt;
}

const places = [
  {
    place: 'at Asterisk, which keeps the DTLS of a dialog',
    number: '202',
    open: async () => ({
      anna: await openAtAsterisk(asterisk(), '201', { microphone: { hz: 700 } }),
      ben: await openAtAsterisk(asterisk(), '202', { microphone: { hz: 900 } }),
    }),
  },
  {
    place: 'in the practice office, where both sides negotiate with each other',
    number: '11',
    open: openBothInPracticeOffice,
  },
] as const;

async function openBothInPracticeOffice(): Promise<{ anna: OpenCommute; ben: OpenCommute }> {
  const folder = await createTempFolder('recovery');
  onTestFinished(() => folder.dispose());
  const port = `--practice-port=${await freePort()}`;
  const open = async (args: readonly string[], hz: number): Promise<OpenCommute> => {
    const commute = await openCommute({ profileFolder: folder.path, args: [port, ...args], microphone: { hz } });
    await commute.page.getByRole('button', { name: 'Practice office' }).click();
    await registered(commute.page);
    return commute;
  };
  return { anna: await open([], 700), ben: await open(['--profile=b'], 900) };
}

describe.each(places)('the media window dies $place', ({ place, number, open }) => {
  it('in a call: sound is back both ways in time, the call stands, and who was muted stays muted', { timeout: 30_000 }, async () => {
    const { anna, ben } = await open();
    const call = await talk(anna, ben, number);
    for (const whose of ['anna', 'ben'] as const) {
      const silentMs = await surviveLoss(call, whose);
      console.log(`${place}: sound was back both ways ${Math.round(silentMs)} ms after the media window of ${whose} died.`);
      expect(silentMs).toBeLessThan(silenceLimitMs);
    }
    for (const [{ page }, id] of [
      [anna, call.annaCall],
      [ben, call.benCall],
    ] as const) {
      expect((await stateOf(page)).calls).toMatchObject([{ id, phase: 'connected' }]);
    }

    await anna.page.keyboard.press('Control+m');
    await hearSilence(ben.page, call.benCall);
    await killRenderer(anna.app, 'media/media.html');
    await repaired(anna.page);
    expect((await stateOf(anna.page)).calls).toMatchObject([{ muted: true }]);
    await soundBack(anna.page, call.annaCall, 900);
    await hearSilence(ben.page, call.benCall);
    await anna.page.keyboard.press('Control+m');
    await hear(ben.page, call.benCall, 700);
  });

  it('while it rings: the call can still be answered, with sound', { timeout: 30_000 }, async () => {
    const { anna, ben } = await open();
    await dial(anna.page, number);
    const { id: benCall } = await callIn(ben.page, 'ringing-in');
    await killRenderer(ben.app, 'media/media.html');
    await waitForState(ben.page, 'the media window is gone', ({ media }) => !media.ready);
    await ben.page.keyboard.press('Control+Enter');
    const { id: annaCall } = await callIn(anna.page, 'connected');
    await callIn(ben.page, 'connected');
    await Promise.all([soundBack(anna.page, annaCall, 900), soundBack(ben.page, benCall, 700)]);
  });
});
