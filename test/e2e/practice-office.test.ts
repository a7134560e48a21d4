import { describe, expect, it } from 'vitest';
import { ask, callIn, hear, hearSilence, registered, waitForState } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial, openCommute, openInPracticeOffice } from '#test/support/app/use-commute.ts';

describe('in the practice office', () => {
  it('a newcomer signs in with one click, calls the echo and hears the own tone', { timeout: 60_000 }, async () => {
    const { page, pageErrors } = await openInPracticeOffice({ microphone: { hz: 1_000 } });
    await dial(page, 'echo');
    const call = await callIn(page, 'connected');
    expect(call.remote).toMatchObject({ displayName: 'Ella Echo', number: '80' });
    const heard = await hear(page, call.id, 1_000);
    expect(heard.frequencyHz).toBeGreaterThan(997);
    expect(heard.frequencyHz).toBeLessThan(1_003);

    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await hearSilence(page, call.id);
    await page.getByRole('button', { name: 'Muted' }).click();
    await hear(page, call.id, 1_000);

    await page.getByRole('button', { name: 'End', exact: true }).click();
    await waitForState(page, 'the call is gone', ({ calls }) => calls.length === 0);
    const { entries } = await ask(page, 'history.list', { filter: 'all', search: '', before: null, limit: 10 });
    expect(entries).toMatchObject([{ direction: 'outgoing', outcome: 'answered', name: 'Ella Echo', endedBy: 'local' }]);
    expect(pageErrors()).toEqual([]);
  });

  it('is called back, answers with the keyboard, and holds and resumes', { timeout: 60_000 }, async () => {
    const { page } = await openInPracticeOffice();
    await dial(page, '82');
    const call = await callIn(page, 'ringing-in');
    expect(call.remote.displayName).toBe('Carla Callback');
    await page.getByRole('heading', { name: 'Carla Callback' }).or(page.getByText('Carla Callback')).first().waitFor();
    await page.keyboard.press('Control+Enter');
    await callIn(page, 'connected');
    await hear(page, call.id, 1_004);
    await page.keyboard.press('Control+h');
    await waitForState(page, 'held', ({ calls }) => calls.some(({ id, hold }) => id === call.id && hold.local));
    await page.keyboard.press('Control+h');
    await waitForState(page, 'resumed', ({ calls }) => calls.some(({ id, hold }) => id === call.id && !hold.local));
    await hear(page, call.id, 1_004);
  });

  it('hears busy, and gives up on somebody who never answers', { timeout: 60_000 }, async () => {
    const { page } = await openInPracticeOffice();
    await dial(page, '83');
    const busy = await callIn(page, 'ended');
    expect(busy.endReason).toEqual({ kind: 'busy', who: null });
    await waitForState(page, 'the card is gone', ({ calls }) => calls.length === 0);
    await dial(page, '84');
    await callIn(page, 'ringing-out');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'cancelled' });
  });

  it('signs in again by itself after a restart, with the call list of before', { timeout: 90_000 }, async () => {
    const folder = await createTempFolder('restart');
    const args = [`--practice-port=${await freePort()}`];
    const first = await openCommute({ profileFolder: folder.path, args });
    await first.page.getByRole('button', { name: 'Practice office' }).click();
    await registered(first.page);
    await dial(first.page, '83');
    await callIn(first.page, 'ended');
    await first.dispose();

    const second = await openCommute({ profileFolder: folder.path, args });
    await registered(second.page);
    await second.page.getByText('Boris Busy').first().waitFor();
    await second.dispose();
    await folder.dispose();
  });

  it('two Commutes on one computer call each other and hear each other', { timeout: 90_000 }, async () => {
    const folder = await createTempFolder('two');
    const port = await freePort();
    const anna = await openCommute({ profileFolder: folder.path, args: [`--practice-port=${port}`], microphone: { hz: 700 } });
    await anna.page.getByRole('button', { name: 'Practice office' }).click();
    await registered(anna.page);
    const ben = await openCommute({
      profileFolder: folder.path,
      args: [`--practice-port=${port}`, '--profile=b'],
      microphone: { hz: 900 },
    });
    await ben.page.getByRole('button', { name: 'Practice office' }).click();
    await registered(ben.page);

    await dial(anna.page, '11');
    const ringing = await callIn(ben.page, 'ringing-in');
    expect(ringing.remote.number).toBe('10');
    await ben.page.getByRole('button', { name: 'Answer' }).first().click();
    const atAnna = await callIn(anna.page, 'connected');
    await callIn(ben.page, 'connected');
    await hear(anna.page, atAnna.id, 900);
    await hear(ben.page, ringing.id, 700);
    await ask(ben.page, 'call.hang-up', { call: ringing.id });
    expect((await callIn(anna.page, 'ended')).endReason).toEqual({ kind: 'hung-up', by: 'remote' });
    await ben.dispose();
    await anna.dispose();
    await folder.dispose();
  });
});
