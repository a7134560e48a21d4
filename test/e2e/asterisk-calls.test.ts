import { expect, describe, it } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { callIn, hear, hearOtherThan, hearSilence, stateOf, waitForState } from '#test/support/app/driver.ts';
import { crashMainWindow, inMainWindow } from '#test/support/app/windows.ts';
import { dial } from '#test/support/app/use-commute.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

/** The label of the call's card, as soon as it is drawn. */
const cardShown = `new Promise((resolve) => {
  const look = () => {
    const label = document.querySelector('article')?.getAttribute('aria-label');
    if (label) resolve(label);
    else requestAnimationFrame(look);
  };
  look();
})`;

describe('a call through Asterisk', () => {
  it('carries a tone there and back, tells codec and path, and mute is silence', { timeout: 30_000 }, async () => {
    const { page, pageErrors } = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 1_000 } });
    await dial(page, '9196');
    const { id } = await callIn(page, 'connected');
    const heard = await hear(page, id, 1_000, 3);
    expect(Math.abs((heard.frequencyHz ?? 0) - 1_000)).toBeLessThanOrEqual(3);
    const { codec, pair } = await waitForState(
      page,
      'codec and path are known',
      ({ calls }) => calls[0]?.codec !== null && calls[0]?.pair !== null && calls[0],
    );
    expect(codec).toBe('Opus');
    expect(pair).toMatchObject({ protocol: 'udp' });

    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await hearSilence(page, id);
    await page.getByRole('button', { name: 'Muted', exact: true }).click();
    await hear(page, id, 1_000);

    await page.keyboard.press('Control+Shift+D');
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'hung-up', by: 'local' });
    expect(pageErrors()).toEqual([]);
  });

  it('goes on when microphone and speaker are changed', { timeout: 30_000 }, async () => {
    const { page, window } = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 1_000 } });
    await dial(page, '9196');
    const { id } = await callIn(page, 'connected');
    await hear(page, id, 1_000);
    const media = await window('media/media.html');
    await media.evaluate(() => {
      const opened: unknown[] = [];
      Reflect.set(window, 'opened', opened);
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (constraints) => {
        opened.push(constraints);
        return open(constraints);
      };
    });

    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('button', { name: 'Audio', exact: true }).click();
    const microphone = page.getByRole('combobox', { name: 'Microphone' });
    const other = await microphone.locator('option', { hasText: 'Fake' }).last().getAttribute('value');
    await microphone.selectOption(other);
    await media.waitForFunction((id) => JSON.stringify(Reflect.get(window, 'opened')).includes(String(id)), other);
    const speaker = page.getByRole('combobox', { name: 'Speaker' });
    const outputs = await speaker.locator('option').evaluateAll((options) => options.map((option) => option.getAttribute('value') ?? ''));
    const last = outputs.at(-1) ?? '';
    await speaker.selectOption(last);
    await waitForState(page, 'both are chosen', ({ settings: { audio } }) => audio.microphone?.id === other && audio.speaker?.id === last);
    await hear(page, id, 1_000);
    expect((await stateOf(page)).calls).toMatchObject([{ id, phase: 'connected', microphoneError: null }]);
  });

  it('goes on when the window is loaded anew, and when its process is killed', { timeout: 30_000 }, async () => {
    const commute = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 1_000 } });
    const { page, app } = commute;
    await dial(page, '9196');
    const { id } = await callIn(page, 'connected');
    await hear(page, id, 1_000);

    await page.reload();
    await page
      .getByRole('article', { name: /Call with/ })
      .getByRole('button', { name: 'End', exact: true })
      .waitFor();
    expect((await callIn(page, 'connected')).id).toBe(id);
    await hear(page, id, 1_000);

    await crashMainWindow(app);
    const after = await inMainWindow(app, `window.commute.request('state.get', {})`);
    expect(after).toMatchObject({ ok: true, value: { state: { calls: [{ id, phase: 'connected' }] } } });
    const probe = await inMainWindow(
      app,
      `window.commute.request('call.probe-tone', { call: '${id}', direction: 'inbound', durationMs: 400 })`,
    );
    expect(probe).toMatchObject({ ok: true, value: { frequencyHz: expect.closeTo(1_000, -1) } });
    expect(await inMainWindow(app, cardShown)).toContain('Call with');
  });

  it('lets the far end be heard before it answers', { timeout: 30_000 }, async () => {
    const { page } = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 1_000 } });
    await dial(page, '9199');
    const { id } = await callIn(page, 'early-media');
    await hearOtherThan(page, id, 1_000);
    expect((await stateOf(page)).calls).toMatchObject([{ phase: 'early-media' }]);
    await callIn(page, 'connected');
    await hear(page, id, 1_000);
  });

  it('tells busy, rings, and can be given up', { timeout: 30_000 }, async () => {
    const { page } = await openAtAsterisk(asterisk(), '201');
    await dial(page, '9190');
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'busy', who: null });
    await waitForState(page, 'the card is gone', ({ calls }) => calls.length === 0);
    await dial(page, '9191');
    await callIn(page, 'ringing-out');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'cancelled' });
    await page.getByText('You gave up before it was answered').first().waitFor();
  });

  it('sends digits that the far end reads', { timeout: 30_000 }, async () => {
    const { page } = await openAtAsterisk(asterisk(), '201');
    await dial(page, '9176');
    const { id } = await callIn(page, 'connected');
    await page.getByRole('button', { name: 'Keypad', exact: true }).click();
    const keypad = page.getByRole('group', { name: 'Keypad' });
    for (const digit of ['4', '7']) await keypad.getByRole('button', { name: `Send ${digit}`, exact: true }).click();
    await page.keyboard.press('1');
    await page.keyboard.press('1');
    await waitForState(page, 'all digits are sent', ({ calls }) => calls.some((call) => call.id === id && call.sentDigits === '4711'));
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'hung-up', by: 'remote' });
    expect(await asterisk().cli('database get lab/dtmf 201')).toContain('4711');
  });

  it('holds with music for the other, and takes back', { timeout: 30_000 }, async () => {
    const anna = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 700 } });
    const ben = await openAtAsterisk(asterisk(), '202', { microphone: { hz: 900 } });
    await dial(anna.page, '202');
    const ringing = await callIn(ben.page, 'ringing-in');
    expect(ringing.remote).toMatchObject({ displayName: 'Lab 201', number: '201' });
    await ben.page.keyboard.press('Control+Enter');
    const { id } = await callIn(anna.page, 'connected');
    await hear(anna.page, id, 900);
    await hear(ben.page, ringing.id, 700);

    await anna.page.getByRole('button', { name: 'Hold', exact: true }).click();
    await waitForState(anna.page, 'held', ({ calls }) => calls.some((call) => call.hold.local));
    await hearOtherThan(ben.page, ringing.id, 700);
    await hearSilence(anna.page, id);

    await anna.page.getByRole('button', { name: 'Resume', exact: true }).click();
    await waitForState(anna.page, 'resumed', ({ calls }) => calls.some((call) => !call.hold.local));
    await hear(anna.page, id, 900);
    await hear(ben.page, ringing.id, 700);

    await ben.page.getByRole('button', { name: 'Mute', exact: true }).click();
    await hearSilence(anna.page, id);
  });
});
