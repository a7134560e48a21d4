import { describe, expect, it } from 'vitest';
import { ask, callIn, callWith, hear, stateOf, waitForState } from '#test/support/app/driver.ts';
import { openOffice } from '#test/support/app/office-pair.ts';
import { dial, type OpenCommute } from '#test/support/app/use-commute.ts';

async function threeInTheOffice(): Promise<{ anna: OpenCommute; ben: OpenCommute; chiara: OpenCommute }> {
  const [anna, ben, chiara] = await openOffice([
    { user: '10', hz: 700 },
    { user: '11', hz: 900 },
    { user: '12', hz: 1_300 },
  ]);
  if (anna === undefined || ben === undefined || chiara === undefined) throw new Error('all three are there');
  return { anna, ben, chiara };
}

describe('what the office does for its people', () => {
  it('a call is parked, shown to everybody, and fetched by somebody else', { timeout: 90_000 }, async () => {
    const { anna, ben, chiara } = await threeInTheOffice();
    await dial(anna.page, '11');
    const { id: atBen } = await callIn(ben.page, 'ringing-in');
    await ben.page.keyboard.press('Control+Enter');
    const { id: atAnna } = await callIn(anna.page, 'connected');
    await hear(anna.page, atAnna, 900);
    await ask(ben.page, 'call.park', { call: atBen, slot: null });
    expect((await callIn(ben.page, 'ended')).endReason).toMatchObject({ kind: 'parked' });
    const [parked] = await waitForState(chiara.page, 'the place is taken', (state) => state.parked.length === 1 && state.parked);
    expect(parked).toMatchObject({ mine: false, party: { number: '10' } });
    const [own] = await waitForState(ben.page, 'Ben sees it too', (state) => state.parked.length === 1 && state.parked);
    expect(own?.mine).toBe(true);
    const { call } = await ask(chiara.page, 'call.retrieve', { slot: parked?.slot ?? '' });
    await callIn(chiara.page, 'connected');
    await Promise.all([hear(chiara.page, call, 700), hear(anna.page, atAnna, 1_300)]);
    await waitForState(ben.page, 'the place is free again', (state) => state.parked.length === 0);
  });

  it('a call that rings at a colleague is picked up, by name and in the group', { timeout: 90_000 }, async () => {
    const { anna, ben, chiara } = await threeInTheOffice();
    for (const number of ['11', null]) {
      await dial(anna.page, '11');
      const { id: atAnna } = await callIn(anna.page, 'ringing-out');
      await callIn(ben.page, 'ringing-in');
      await waitForState(chiara.page, 'Ben rings', ({ lines }) =>
        lines.some((line) => line.number === '11' && line.activity === 'ringing'),
      );
      const { call } = await ask(chiara.page, 'call.pick-up', { number });
      await callIn(chiara.page, 'connected');
      await Promise.all([hear(chiara.page, call, 700), hear(anna.page, atAnna, 1_300)]);
      await waitForState(ben.page, 'Ben no longer rings', ({ calls }) => calls.every(({ phase }) => phase === 'ended'));
      const atEnd = await callWith(anna.page, '12', 'says who took it', ({ phase }) => phase === 'connected');
      expect(atEnd.id).toBe(atAnna);
      await anna.page.keyboard.press('Control+Shift+D');
      for (const { page } of [anna, ben, chiara]) await waitForState(page, 'no card is left', ({ calls }) => calls.length === 0);
    }
  });

  it('forwarding and do not disturb are told to the office, and callers are sent on or refused', { timeout: 90_000 }, async () => {
    const { anna, ben, chiara } = await threeInTheOffice();
    await ask(ben.page, 'availability.update', { always: { on: true, target: '12' } });
    await waitForState(ben.page, 'the office knows', ({ availability }) => !availability.pending);
    await dial(anna.page, '11');
    const ringing = await callIn(chiara.page, 'ringing-in');
    expect(ringing.redirectedBy).toMatchObject({ number: '11' });
    expect((await stateOf(ben.page)).calls).toEqual([]);
    await anna.page.keyboard.press('Control+Shift+D');
    for (const { page } of [anna, chiara]) await waitForState(page, 'no card is left', ({ calls }) => calls.length === 0);

    await ask(ben.page, 'availability.update', { always: { on: false, target: '12' }, doNotDisturb: true });
    await waitForState(ben.page, 'the office knows', ({ availability }) => !availability.pending);
    await dial(anna.page, '11');
    expect((await callIn(anna.page, 'ended')).endReason?.kind).not.toBe('failed');
    expect((await stateOf(ben.page)).calls).toEqual([]);
  });

  it('a colleague who is free again is announced, and the queue says for whom it rings', { timeout: 90_000 }, async () => {
    const { anna, ben, chiara } = await threeInTheOffice();
    await dial(ben.page, '80');
    await callIn(ben.page, 'connected');
    await waitForState(anna.page, 'Ben talks', ({ lines }) => lines.some((line) => line.number === '11' && line.activity === 'busy'));
    await ask(anna.page, 'callback.request', { number: '11', name: 'Ben Carter' });
    await waitForState(anna.page, 'Anna waits', ({ callbacks }) => callbacks.some(({ state }) => state === 'waiting'));
    await ben.page.keyboard.press('Control+Shift+D');
    await waitForState(anna.page, 'Ben is free', ({ callbacks }) => callbacks.some(({ state }) => state === 'free'));
    await anna.page.getByText('Ben Carter is free').first().waitFor();

    await ask(chiara.page, 'session.sign-out', {});
    await ask(chiara.page, 'session.sign-in-practice-office', { user: '13' });
    await waitForState(chiara.page, 'David is there', ({ registration }) => registration.phase === 'registered');
    await dial(ben.page, '20');
    const ringing = await callIn(chiara.page, 'ringing-in');
    expect(ringing.calledAs).toMatchObject({ number: '20' });
    await chiara.page
      .getByText(/Support queue/)
      .first()
      .waitFor();
  });

  it('a caller is answered by a message', { timeout: 60_000 }, async () => {
    const { anna, ben } = await threeInTheOffice();
    await dial(anna.page, '11');
    const { id } = await callIn(ben.page, 'ringing-in');
    await ask(ben.page, 'call.reply', { call: id, text: 'I call back in ten minutes.' });
    await callIn(anna.page, 'ended');
    await waitForState(anna.page, 'the message is there', ({ messages }) =>
      messages.some(({ text }) => text === 'I call back in ten minutes.'),
    );
    await anna.page.getByText('I call back in ten minutes.').first().waitFor();
  });
});

describe('a call that asks to be taken at once', () => {
  it('is taken only for those who may, with the microphone closed until it is opened', { timeout: 90_000 }, async () => {
    const [anna, ben] = await openOffice([
      { user: '10', hz: 700 },
      { user: '11', hz: 900 },
    ]);
    if (anna === undefined || ben === undefined) throw new Error('both are there');
    await dial(anna.page, '*8011');
    await callIn(ben.page, 'ringing-in');
    await anna.page.keyboard.press('Control+Shift+D');
    for (const { page } of [anna, ben]) await waitForState(page, 'no card is left', ({ calls }) => calls.length === 0);

    await ask(ben.page, 'settings.update', { calls: { autoAnswer: { on: true, allowed: ['10'], microphone: 'muted' } } });
    await dial(anna.page, '*8011');
    const taken = await callIn(ben.page, 'connected');
    expect(taken).toMatchObject({ autoAnswered: true, muted: true });
    await hear(ben.page, taken.id, 700);
    await ask(ben.page, 'call.set-muted', { call: taken.id, muted: false });
    const { id } = await callIn(anna.page, 'connected');
    await hear(anna.page, id, 900);
  });
});
