import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import type { CallView } from '#shared/calls/call.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { asked, cardOf, openCalls } from '#test/support/ui/call-page.ts';
import { anna, ben, conference, consultation, consultationRings, lena, twoCalls } from '#test/support/ui/sample-calls.ts';
import { ringingCall, sampleCall, sampleParty, sampleState } from '#test/support/ui/sample-state.ts';
import { patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

async function open(calls: CallView[], more: Partial<AppState> = {}): Promise<void> {
  page = await openCalls(pages, calls, more);
}

const card = (name: string): Locator => cardOf(page, name);
const hasFocus = (name: string): Promise<boolean> =>
  page.getByRole('button', { name }).evaluate((button) => button === document.activeElement);

describe('two calls', () => {
  it('are swapped by Resume and by a key, and each is muted by itself', async () => {
    await open([anna({ muted: true }), lena({ hold: { local: true, remote: false } })]);
    await card('Anna Weber').getByRole('button', { name: 'Muted', pressed: true }).waitFor();
    expect(await card('Lena Braun').getByText('Muted').count()).toBe(0);
    await card('Lena Braun').getByRole('button', { name: 'Resume' }).click();
    await patchState(page, { calls: twoCalls() });
    await page.keyboard.press('Control+Shift+H');
    expect(await asked(page)).toEqual([
      ['call.set-held', { call: 'lena', held: false }],
      ['call.swap', { call: 'lena' }],
    ]);
  });

  it('say who holds whom', async () => {
    await open([anna({ hold: { local: false, remote: true } }), lena({ hold: { local: true, remote: true } })]);
    await card('Anna Weber').getByText('Held by Anna Weber').waitFor();
    await card('Lena Braun').getByText('Held by you and Lena Braun').waitFor();
    await patchState(page, { calls: [anna(), lena({ hold: { local: true, remote: false } })] });
    await page.getByRole('status').getByText('Anna Weber is back in the call').waitFor({ state: 'attached' });
    await card('Lena Braun')
      .getByText(/^On hold/)
      .waitFor();
  });

  it('become one by dragging one onto the other, after a question', async () => {
    await open(twoCalls());
    await card('Anna Weber').dragTo(card('Lena Braun'));
    const question = card('Lena Braun').getByRole('group', { name: 'Anna Weber and Lena Braun' });
    await question.getByRole('button', { name: /Join/ }).click();
    await question.waitFor({ state: 'detached' });
    await card('Lena Braun').dragTo(card('Anna Weber'));
    await card('Anna Weber')
      .getByRole('button', { name: /Transfer They talk/ })
      .click();
    expect(await asked(page)).toEqual([
      ['conference.join', { calls: ['anna', 'lena'] }],
      ['call.connect', { call: 'lena', other: 'anna' }],
    ]);
  });

  it('tell where a card can be dropped, and nowhere else', async () => {
    await open([...twoCalls(), sampleCall({ id: 'sofia', phase: 'dialling', remote: sampleParty('Sofia Torres', '205') })]);
    const moveOver = async (name: string): Promise<void> => {
      const box = await card(name).boundingBox();
      // the first step enters the card, the others are above it
      await page.mouse.move((box?.x ?? 0) + 80, (box?.y ?? 0) + 20, { steps: 5 });
    };
    await moveOver('Anna Weber');
    await page.mouse.down();
    await moveOver('Sofia Torres');
    expect(await page.getByText('Drop here').count()).toBe(0);
    await moveOver('Lena Braun');
    await card('Lena Braun').getByText('Drop here to join or connect with Lena Braun').waitFor();
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await card('Lena Braun').getByText('Drop here').waitFor({ state: 'detached' });
    expect(await asked(page)).toEqual([]);
  });

  it('become one by the menu, and Escape changes nothing', async () => {
    await open(twoCalls());
    await card('Anna Weber').getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Join or connect with Lena Braun' }).click();
    await page.getByRole('group', { name: 'Anna Weber and Lena Braun' }).waitFor();
    expect(await hasFocus('Join Everybody talks')).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('group', { name: 'Anna Weber and Lena Braun' }).waitFor({ state: 'detached' });
    expect(await asked(page)).toEqual([]);
    await page.keyboard.press('Control+j');
    expect(await asked(page)).toEqual([['conference.join', { calls: ['anna', 'lena'] }]]);
  });
});

describe('whom a call is given to', () => {
  it('is chosen by typing and by the arrows: Enter speaks first, Ctrl+Enter does not', async () => {
    await open([anna(), ringingCall()]);
    await page.keyboard.press('Control+t');
    await page.keyboard.type('b');
    const option = page.getByRole('option', { name: /Ben Krause.*No call.*204/ });
    await option.waitFor();
    expect(await option.getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Transfer Anna Weber to' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+t');
    await page
      .getByRole('option', { name: /Jonas Meyer.*Rings/ })
      .first()
      .waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+Enter');
    expect(await asked(page)).toEqual([
      ['call.consult', { call: 'anna', target: '204' }],
      ['call.transfer', { call: 'anna', target: '600' }],
    ]);
  });

  it('is chosen by click, then by one of two buttons', async () => {
    await open([anna()]);
    const opener = card('Anna Weber').getByRole('button', { name: 'Transfer', exact: true });
    await opener.click();
    const now = page.getByRole('button', { name: 'Transfer now' });
    expect(await now.isDisabled()).toBe(true);
    await page.getByRole('option', { name: /Lena Braun/ }).click();
    await now.click();
    await opener.click();
    await page.keyboard.type('203');
    await page.getByRole('button', { name: 'Speak first' }).click();
    expect(await asked(page)).toEqual([
      ['call.transfer', { call: 'anna', target: '203' }],
      ['call.consult', { call: 'anna', target: '203' }],
    ]);
    await opener.click();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Name or number' }).waitFor({ state: 'detached' });
    expect(await hasFocus('Transfer')).toBe(true);
  });

  it('is a number as it will be dialled, or nobody', async () => {
    const settings = { ...sampleState().settings, dialling: { ...sampleState().settings.dialling, country: 'DE', areaCode: '89' } };
    await open([anna()], { settings });
    await page.keyboard.press('Control+t');
    await page.keyboard.type('0170 5521000');
    await page.getByRole('option', { name: '+49 170 5521000' }).waitFor();
    await page.getByRole('combobox', { name: 'Name or number' }).fill('nobody at all');
    await page.getByText('Nobody found.').last().waitFor();
    await page.keyboard.press('Enter');
    expect(await asked(page)).toEqual([]);
  });

  it('is another live call too: transferred to it, or joined with it', async () => {
    await open(twoCalls());
    await page.keyboard.press('Control+t');
    await page.getByRole('option', { name: /Lena Braun/ }).click();
    await page.getByRole('button', { name: 'Transfer now' }).click();
    await page.keyboard.press('Control+Shift+A');
    await page.getByRole('option', { name: /Lena Braun/ }).click();
    await page
      .getByRole('group', { name: /Add to the call/ })
      .getByRole('button', { name: 'Join' })
      .click();
    expect(await asked(page)).toEqual([
      ['call.connect', { call: 'anna', other: 'lena' }],
      ['conference.join', { calls: ['anna', 'lena'] }],
    ]);
  });
});

describe('a consultation', () => {
  const group = () => page.getByRole('region', { name: 'Ben Krause is asked for Anna Weber' });

  it('has its three verbs while it rings, and says why there is no conference yet', async () => {
    await open(consultationRings());
    const together = group().getByRole('button', { name: 'Conference' });
    expect(await together.getAttribute('aria-disabled')).toBe('true');
    const reason = await together.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${reason ?? ''}"]`).innerText()).toBe('Conference: once Ben Krause has answered.');
    await together.click({ force: true });
    await page.keyboard.press('Control+j');
    await group().getByRole('button', { name: 'Complete' }).click();
    await group().getByRole('button', { name: 'Back to caller' }).click();
    expect(await asked(page)).toEqual([
      ['call.complete-transfer', { call: 'ben' }],
      ['call.back-to-caller', { call: 'ben' }],
    ]);
  });

  it('has them by key', async () => {
    await open(consultation());
    await group().waitFor();
    for (const key of ['Control+Shift+T', 'Control+Shift+B', 'Control+Shift+H', 'Control+j']) await page.keyboard.press(key);
    expect(await asked(page)).toEqual([
      ['call.complete-transfer', { call: 'ben' }],
      ['call.back-to-caller', { call: 'ben' }],
      ['call.swap', { call: 'anna' }],
      ['conference.join', { calls: ['anna', 'ben'] }],
    ]);
  });

  it('tells how the transfer goes, and what became of it', async () => {
    await open(consultation());
    const transfer = { to: sampleParty('Ben Krause', '204'), consultation: 'ben', progress: 'ringing' } as const;
    await patchState(page, { calls: [anna({ transfer }), ben({ consultationFor: 'anna' })] });
    await group().getByText('It rings at Ben Krause').waitFor();
    expect(await group().getByRole('button', { name: 'Complete' }).getAttribute('aria-disabled')).toBe('true');
    const endReason = { kind: 'transferred', to: sampleParty('Ben Krause', '204') } as const;
    await patchState(page, { calls: [anna({ phase: 'ended', endReason })] });
    await card('Anna Weber').getByText('Transferred to Ben Krause').waitFor();
    await page.getByRole('status').getByText('Call with Anna Weber ended: Transferred to Ben Krause').waitFor({ state: 'attached' });
  });

  it('that failed says so on the card, until it is dismissed', async () => {
    const trouble = { code: 'consultation-failed', details: { name: 'Ben Krause' } } as const;
    await open([anna()]);
    await patchState(page, { calls: [anna({ trouble })] });
    await page
      .getByRole('alert')
      .getByText(/Ben Krause did not take the call/)
      .waitFor({ state: 'attached' });
    await card('Anna Weber').getByText('Ben Krause did not take the call').waitFor();
    await card('Anna Weber').getByRole('button', { name: 'Dismiss' }).click();
    await card('Anna Weber').getByText('Ben Krause did not take the call').waitFor({ state: 'detached' });
  });
});

describe('a conference', () => {
  const whole = () => page.getByRole('article', { name: 'Conference with Anna Weber, Lena Braun, Ben Krause' });

  it('is one card with a row and verbs for each member', async () => {
    await open(conference());
    expect(await whole().getByRole('listitem').count()).toBe(3);
    await whole()
      .getByText(/Silenced/)
      .waitFor();
    await whole().getByRole('button', { name: 'Let Anna Weber be heard', pressed: true }).click();
    await whole().getByRole('button', { name: 'Silence Lena Braun' }).click();
    await whole().getByRole('button', { name: 'Take Lena Braun out' }).click();
    await whole().getByRole('button', { name: 'End the call with Ben Krause' }).click();
    expect(await asked(page)).toEqual([
      ['conference.set-silenced', { call: 'anna', silenced: false }],
      ['conference.set-silenced', { call: 'lena', silenced: true }],
      ['conference.remove', { call: 'lena' }],
      ['call.hang-up', { call: 'ben' }],
    ]);
  });

  it('has verbs for all: mute, hold, add, end; leaving only when two others stay', async () => {
    await open(conference());
    expect(await whole().locator('.call-verbs').getByRole('button').allInnerTexts()).toEqual(['Mute', 'Hold all', 'Add', 'End for all']);
    await page.keyboard.press('Control+m');
    await whole().getByRole('button', { name: 'Hold all' }).click();
    await whole().getByRole('button', { name: 'Add' }).click();
    await page
      .getByRole('group', { name: 'Add to the conference' })
      .getByRole('option', { name: /Sofia Torres/ })
      .dblclick();
    await whole().getByRole('button', { name: 'End for all' }).click();
    await patchState(page, { calls: conference().slice(1) });
    await page.getByRole('button', { name: 'Leave' }).click();
    expect(await asked(page)).toEqual([
      ['conference.set-muted', { muted: true }],
      ['conference.set-held', { held: true }],
      ['call.dial', { target: '205', options: { anonymous: null, shownNumber: null } }],
      ['conference.end', {}],
      ['conference.leave', {}],
    ]);
  });

  it('takes in another call by its card, by key and by dragging', async () => {
    const sofia = sampleCall({ id: 'sofia', remote: sampleParty('Sofia Torres', '205') });
    await open([...conference(), sofia]);
    await card('Sofia Torres').getByRole('button', { name: 'Bring in' }).click();
    await page.keyboard.press('Control+j');
    await card('Sofia Torres').dragTo(whole());
    expect(
      await whole()
        .getByRole('button', { name: /They talk/ })
        .count(),
    ).toBe(0);
    await whole()
      .getByRole('button', { name: /Everybody talks/ })
      .click();
    expect(await asked(page)).toEqual([
      ['conference.join', { calls: ['sofia'] }],
      ['conference.join', { calls: ['sofia'] }],
      ['conference.join', { calls: ['sofia', 'anna'] }],
    ]);
  });

  it('of the server shows who is in it', async () => {
    const participant = { number: '', status: 'connected', muted: null, isSelf: false } as const;
    const participants = [
      { ...participant, id: 'sip:1@x', displayName: 'Ben Krause', muted: true },
      { ...participant, id: 'sip:2@x', displayName: 'Mara Klein', isSelf: true },
      { ...participant, id: 'sip:3@x', displayName: 'Gone', status: 'left' as const },
    ];
    await open([anna({ roster: { subject: 'Monday meeting', participants } })]);
    const rows = page.getByRole('region', { name: 'In this conference' }).getByRole('listitem');
    expect(await rows.allInnerTexts()).toEqual([expect.stringMatching(/Ben Krause\s+Muted/), expect.stringMatching(/Mara Klein \(You\)/)]);
  });
});
