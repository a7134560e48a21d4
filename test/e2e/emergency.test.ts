import { expect, it } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { ask, callIn, callWith, waitForState } from '#test/support/app/driver.ts';
import { dial } from '#test/support/app/use-commute.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

it('an emergency number is dialled exactly as typed, whatever else is set, and holds the call in hand', { timeout: 60_000 }, async () => {
  const { page } = await openAtAsterisk(asterisk(), '201');
  await ask(page, 'settings.update', {
    dialling: { country: 'DE', areaCode: '89', outsidePrefix: '0', internalLength: 4, hideNumber: true },
    availability: { doNotDisturb: true },
  });
  await ask(page, 'call.dial', { target: '9196', options: { anonymous: false, shownNumber: null } });
  await callIn(page, 'connected');
  await dial(page, '112');
  const call = await callWith(page, '112', 'is connected', ({ phase }) => phase === 'connected');
  expect(call).toMatchObject({ emergency: true, dialled: '112', anonymous: false });
  await waitForState(page, 'the other waits', ({ calls }) => calls.some(({ emergency, hold }) => !emergency && hold.local));
  await page.keyboard.press('Control+Shift+D');
});

it('says at once that there is no way to the server', { timeout: 60_000 }, async () => {
  const { page } = await openAtAsterisk(asterisk(), '201');
  await ask(page, 'session.sign-in-again', {}).catch(() => undefined);
  await waitForState(page, 'signed out', ({ session }) => session.stage === 'signed-out');
  await expect(ask(page, 'call.dial', { target: '112', options: { anonymous: null, shownNumber: null } })).rejects.toThrow(
    'emergency-not-registered',
  );
});
