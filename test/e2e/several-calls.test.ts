import { describe, expect, it } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { ask, callIn, callWith, hear, hearSilence, stateOf, waitForState } from '#test/support/app/driver.ts';
import { openOffice } from '#test/support/app/office-pair.ts';
import { dial } from '#test/support/app/use-commute.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

describe('several calls at once', () => {
  it('answering holds the other, swap changes hands, and each keeps its own mute', { timeout: 60_000 }, async () => {
    const anna = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 700 } });
    await dial(anna.page, '9196');
    const { id: echo } = await callIn(anna.page, 'connected');
    await hear(anna.page, echo, 700);
    await asterisk().cli('channel originate Local/201@lab extension 9197@lab');
    const { id: tone } = await callIn(anna.page, 'ringing-in');
    await anna.page.keyboard.press('Control+Enter');
    await waitForState(anna.page, 'one talks, one waits', ({ calls }) => {
      const [first, second] = [calls.find(({ id }) => id === echo), calls.find(({ id }) => id === tone)];
      return first?.hold.local === true && second?.phase === 'connected' && !second.hold.local;
    });
    await hear(anna.page, tone, 1_004);
    await hearSilence(anna.page, echo);

    await ask(anna.page, 'call.set-muted', { call: tone, muted: true });
    await ask(anna.page, 'call.swap', { call: echo });
    await waitForState(anna.page, 'swapped', ({ calls }) => {
      const [first, second] = [calls.find(({ id }) => id === echo), calls.find(({ id }) => id === tone)];
      return first?.hold.local === false && second?.hold.local === true;
    });
    await hear(anna.page, echo, 700);
    expect((await stateOf(anna.page)).calls.map(({ id, muted }) => [id, muted])).toEqual([
      [echo, false],
      [tone, true],
    ]);
    await anna.page.keyboard.press('Control+Shift+D');
    await waitForState(anna.page, 'the echo is gone', ({ calls }) => calls.every(({ id }) => id !== echo));
  });

  it('says by whom a call is held', { timeout: 60_000 }, async () => {
    const [anna, ben] = await openOffice([
      { user: '10', hz: 700 },
      { user: '11', hz: 900 },
    ]);
    if (anna === undefined || ben === undefined) throw new Error('both are there');
    await dial(anna.page, '11');
    await callIn(ben.page, 'ringing-in');
    await ben.page.keyboard.press('Control+Enter');
    const { id } = await callIn(anna.page, 'connected');
    await hear(anna.page, id, 900);
    await ben.page.keyboard.press('Control+h');
    await callWith(anna.page, '11', 'is held by Ben', ({ hold }) => hold.remote && !hold.local);
    await anna.page.getByText('Held by Ben Carter').first().waitFor();
    await anna.page.keyboard.press('Control+h');
    await callWith(anna.page, '11', 'is held by both', ({ hold }) => hold.remote && hold.local);
    await ben.page.keyboard.press('Control+h');
    await callWith(anna.page, '11', 'is held by Anna alone', ({ hold }) => !hold.remote && hold.local);
    await anna.page.keyboard.press('Control+h');
    await callWith(anna.page, '11', 'is held by nobody', ({ hold }) => !hold.remote && !hold.local);
    await hear(anna.page, id, 900);
  });

  it('lets who calls hear busy when call waiting is off', { timeout: 60_000 }, async () => {
    const anna = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 700 } });
    const ben = await openAtAsterisk(asterisk(), '202', { microphone: { hz: 900 } });
    await ask(anna.page, 'settings.update', { calls: { callWaiting: false } });
    await dial(anna.page, '9196');
    await callIn(anna.page, 'connected');
    await dial(ben.page, '201');
    expect((await callIn(ben.page, 'ended')).endReason).toMatchObject({ kind: 'busy' });
    expect((await stateOf(anna.page)).calls).toHaveLength(1);
  });
});
