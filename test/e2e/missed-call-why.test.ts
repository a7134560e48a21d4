import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { followLamp, openSettings } from '#test/support/app/connection-page.ts';
import { callIn, waitForState } from '#test/support/app/driver.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

/** Resolves when the media window has begun to play the next sound. */
function nextSound(media: Page): Promise<void> {
  return media.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const { prototype } = HTMLMediaElement;
        const plain = Object.getOwnPropertyDescriptor(prototype, 'play') as { value: (this: HTMLMediaElement) => Promise<void> };
        prototype.play = async function (this: HTMLMediaElement) {
          Object.defineProperty(prototype, 'play', plain);
          await plain.value.call(this);
          resolve();
        };
      }),
  );
}

it('a call that nobody heard is in the list with the reason, and with what to do about it', { timeout: 45_000 }, async () => {
  const { page, window, pageErrors } = await openAtAsterisk(asterisk(), '201');
  await openSettings(page, 'Audio');
  await page.getByRole('slider', { name: 'Ring volume' }).fill('0');
  await waitForState(page, 'the ringer is muted', ({ settings }) => settings.audio.ringVolume === 0);
  await followLamp(page, /^Reachable, but: The ringer is muted/);

  const ringing = nextSound(await window('media/media.html'));
  await asterisk().cli('channel originate Local/201@lab extension 9197@lab');
  await callIn(page, 'ringing-in');
  await ringing;
  await asterisk().cli('channel request hangup all');
  expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'missed' });

  await page.getByRole('navigation').getByRole('button', { name: 'Calls' }).click();
  await page
    .getByRole('tabpanel')
    .getByRole('button', { name: /[Mm]issed/ })
    .first()
    .click();
  await page.getByText('Why did it not ring?').click();
  await page.getByText('The ring volume was 0 %.').waitFor();
  await page.getByText('Raise the ring volume under Settings, Audio.').waitFor();
  expect(pageErrors()).toEqual([]);
});
