import { describe, expect, it } from 'vitest';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { ask, callIn, callWith, hear, hearOnly, stateOf, waitForState, unprocessedMicrophone } from '#test/support/app/driver.ts';
import { dial, type OpenCommute } from '#test/support/app/use-commute.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';
import { asteriskPhone, type TestPhone } from '#test/support/sip/test-phone.ts';

const asterisk = useAsterisk();

interface Room {
  readonly anna: OpenCommute;
  readonly ben: OpenCommute;
  /** The third telephone: an extension without windows, 1300 Hz. */
  readonly carl: TestPhone;
}

/** Anna (207, 700 Hz) and Ben (208, 900 Hz) with the whole app, Carl (209, 1300 Hz) without windows; all at Asterisk. */
async function open(onTestFinished: (end: () => Promise<void>) => void): Promise<Room> {
  const carl = asteriskPhone(asterisk(), '209', 1_300);
  onTestFinished(() => carl.dispose());
  await carl.signIn();
  const anna = await openAtAsterisk(asterisk(), '207', { microphone: { hz: 700 } });
  const ben = await openAtAsterisk(asterisk(), '208', { microphone: { hz: 900 } });
  for (const { page } of [anna, ben]) await unprocessedMicrophone(page);
  return { anna, ben, carl };
}

/** Ben calls Anna and is answered. @returns the calls' ids */
async function benCallsAnna({ anna, ben }: Room): Promise<{ atAnna: string; atBen: string }> {
  await dial(ben.page, '207');
  const { id: atAnna } = await callIn(anna.page, 'ringing-in');
  await anna.page.keyboard.press('Control+Enter');
  const { id: atBen } = await callIn(ben.page, 'connected');
  await hear(anna.page, atAnna, 900);
  return { atAnna, atBen };
}

describe('two Commutes and an extension at Asterisk', () => {
  it(
    'attended transfer: who was asked and who waited talk to each other, and Anna is out',
    { timeout: 60_000 },
    async ({ onTestFinished }) => {
      const room = await open(onTestFinished);
      const { anna, ben, carl } = room;
      const { atAnna, atBen } = await benCallsAnna(room);

      const { call: consultation } = await ask(anna.page, 'call.consult', { call: atAnna, target: '209' });
      await callWith(anna.page, '208', 'waits', ({ hold }) => hold.local);
      const { call: atCarl } = await carl.ringing();
      carl.line.sendRinging(atCarl);
      carl.line.accept(atCarl);
      await callWith(anna.page, '209', 'talks', ({ phase }) => phase === 'connected');
      await hear(anna.page, consultation, 1_300);
      for (const name of ['Complete', 'Back to caller', 'Conference']) {
        await anna.page.getByRole('button', { name, exact: true }).first().waitFor();
      }

      await anna.page.getByRole('button', { name: 'Complete', exact: true }).first().click();
      await waitForState(anna.page, 'Anna is free', ({ calls }) => calls.every(({ phase }) => phase === 'ended'));
      await Promise.all([hear(ben.page, atBen, 1_300), carl.media.hear(atCarl, 900)]);
      await waitForState(anna.page, 'no card is left', ({ calls }) => calls.length === 0);
      const { entries } = await ask(anna.page, 'history.list', { filter: 'all', search: '', before: null, limit: 10 });
      expect(entries).toHaveLength(2);
      expect(entries.every(({ outcome }) => outcome === 'transferred' || outcome === 'answered')).toBe(true);
      expect(anna.pageErrors()).toEqual([]);
    },
  );

  it('back to the caller: the consultation ends and the caller is there again', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const room = await open(onTestFinished);
    const { anna, carl } = room;
    const { atAnna, atBen } = await benCallsAnna(room);
    await ask(anna.page, 'call.consult', { call: atAnna, target: '209' });
    const { call: atCarl } = await carl.ringing();
    carl.line.sendRinging(atCarl);
    await anna.page.getByRole('button', { name: 'Back to caller', exact: true }).first().click();
    await carl.expect(atCarl, 'cancelled');
    await callWith(anna.page, '208', 'is taken back', ({ hold, phase }) => phase === 'connected' && !hold.local);
    await Promise.all([hear(anna.page, atAnna, 900), hear(room.ben.page, atBen, 700)]);
  });

  it('a consultation that is refused brings the caller back by itself and says so', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const room = await open(onTestFinished);
    const { anna } = room;
    const { atAnna } = await benCallsAnna(room);
    await ask(anna.page, 'call.consult', { call: atAnna, target: '9190' });
    const back = await callWith(anna.page, '208', 'is back', ({ hold, trouble }) => !hold.local && trouble !== null);
    expect(back.trouble?.code).toBe('consultation-failed');
    await hear(anna.page, atAnna, 900);
  });

  it('a conference of three: each hears the two others and not itself', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const room = await open(onTestFinished);
    const { anna, ben, carl } = room;
    const { atAnna, atBen } = await benCallsAnna(room);
    const { call: second } = await ask(anna.page, 'call.consult', { call: atAnna, target: '209' });
    const { call: atCarl } = await carl.ringing();
    carl.line.sendRinging(atCarl);
    carl.line.accept(atCarl);
    await callWith(anna.page, '209', 'talks', ({ phase }) => phase === 'connected');
    await anna.page.getByRole('button', { name: 'Conference', exact: true }).first().click();
    await waitForState(anna.page, 'both are members', ({ calls }) => calls.length === 2 && calls.every(({ inConference }) => inConference));

    await Promise.all([
      hear(anna.page, atAnna, 900),
      hear(anna.page, second, 1_300),
      hearOnly(ben.page, atBen, [700, 1_300], [900]),
      carl.media.hearOnly(atCarl, [700, 900], [1_300]),
    ]);

    // one of them is silenced: the other no longer hears it
    await ask(anna.page, 'conference.set-silenced', { call: atAnna, silenced: true });
    await carl.media.hearOnly(atCarl, [700], [900, 1_300]);
    await hearOnly(ben.page, atBen, [700, 1_300], [900]);
    await ask(anna.page, 'conference.set-silenced', { call: atAnna, silenced: false });
    await carl.media.hearOnly(atCarl, [700, 900], [1_300]);

    // own mute takes away nobody but Anna
    await ask(anna.page, 'conference.set-muted', { muted: true });
    await Promise.all([hearOnly(ben.page, atBen, [1_300], [700, 900]), carl.media.hearOnly(atCarl, [900], [700, 1_300])]);
    await ask(anna.page, 'conference.set-muted', { muted: false });

    // Anna leaves, and the two go on
    await ask(anna.page, 'conference.leave', {});
    await waitForState(anna.page, 'Anna is out', ({ calls }) => calls.every(({ phase }) => phase === 'ended'));
    await Promise.all([hearOnly(ben.page, atBen, [1_300], [700]), carl.media.hearOnly(atCarl, [900], [700])]);
    expect((await stateOf(ben.page)).calls).toMatchObject([{ phase: 'connected' }]);
  });

  it('blind transfer, and one to somebody who is busy', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const room = await open(onTestFinished);
    const { anna, ben, carl } = room;
    const { atAnna, atBen } = await benCallsAnna(room);
    await ask(anna.page, 'call.transfer', { call: atAnna, target: '209' });
    const { call: atCarl } = await carl.ringing();
    carl.line.sendRinging(atCarl);
    carl.line.accept(atCarl);
    await waitForState(anna.page, 'Anna is free', ({ calls }) => calls.every(({ phase }) => phase === 'ended'));
    await Promise.all([hear(ben.page, atBen, 1_300), carl.media.hear(atCarl, 900)]);
    carl.line.hangUp(atCarl);
    await waitForState(ben.page, 'no card is left', ({ calls }) => calls.length === 0);

    await waitForState(anna.page, 'no card is left', ({ calls }) => calls.length === 0);
    const again = await benCallsAnna(room);
    await ask(anna.page, 'call.transfer', { call: again.atAnna, target: '9190' });
    // Asterisk itself ends the caller's leg when the target is busy: the card says so instead of a plain "ended"
    const ended = await callIn(anna.page, 'ended');
    expect(ended.endReason).toMatchObject({ kind: 'failed', error: { code: 'transfer-caller-lost' } });
    await anna.page.getByRole('button', { name: 'Call back', exact: true }).click();
    const back = await callIn(ben.page, 'ringing-in');
    expect(back.remote.number).toBe('207');
  });
});
