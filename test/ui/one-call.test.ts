import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import type { CallView } from '#shared/calls/call.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { asked, cardOf, openCalls } from '#test/support/ui/call-page.ts';
import { anna, busyCall, lena } from '#test/support/ui/sample-calls.ts';
import { ringingCall, sampleParty, sampleState } from '#test/support/ui/sample-state.ts';
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

describe('a call that rings', () => {
  it('says for whom, and what answering does to the call in hand', async () => {
    await open([anna(), ringingCall({ calledAs: sampleParty('Support', '299') })]);
    const rings = page.getByRole('article', { name: 'Incoming call from Jonas Meyer' });
    await rings.getByText('for Support, redirected by Support').waitFor();
    await rings.getByText('Call waiting').waitFor();
    await rings.getByText('Answering puts Anna Weber on hold.').waitFor();
  });

  it('is declined with a reason, sent on, or answered by a text', async () => {
    const settings = { ...sampleState().settings, calls: { ...sampleState().settings.calls, replies: ['Back at three'] } };
    await open([ringingCall()], { settings });
    await page.getByRole('button', { name: 'Other ways to decline' }).click();
    await page.getByRole('menuitem', { name: 'Say that I am busy' }).click();
    await page.getByRole('button', { name: 'Send to…' }).click();
    await page.keyboard.type('lena');
    await page.getByRole('option', { name: /Lena Braun/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Reply by message' }).click();
    await page.getByRole('button', { name: 'Back at three' }).click();
    await page.getByRole('button', { name: 'Reply by message' }).click();
    await page.getByLabel('Own text').fill('On my way ');
    await page.keyboard.press('Enter');
    const call = 'call-ringing';
    expect(await asked(page)).toEqual([
      ['call.decline', { call, as: 'busy' }],
      ['call.deflect', { call, target: '203' }],
      ['call.reply', { call, text: 'Back at three' }],
      ['call.reply', { call, text: 'On my way' }],
    ]);
  });

  it('takes no focus from what a person is typing', async () => {
    page = await pages.open();
    await page.keyboard.press('Control+k');
    await patchState(page, { calls: [ringingCall()] });
    await page.getByRole('article', { name: /Incoming call/ }).waitFor();
    await page.keyboard.type('lena');
    expect(await page.getByRole('combobox').inputValue()).toBe('lena');
  });
});

describe('a call', () => {
  it('shows what is true of it, and asks before it is transferred by others', async () => {
    await open([busyCall()]);
    for (const text of ['Answered automatically, microphone on', 'Your number is hidden', /^Recording 0:1/, 'Ben Krause is busy']) {
      await card('Anna Weber').getByText(text).waitFor();
    }
    await card('Anna Weber').getByText('Anna Weber wants to connect you with Sofia Torres.').waitFor();
    await card('Anna Weber').getByRole('button', { name: 'Not now' }).click();
    await card('Anna Weber').getByRole('button', { name: 'Call Sofia Torres' }).click();
    expect(await asked(page)).toEqual([
      ['call.answer-referral', { call: 'anna', accept: false }],
      ['call.answer-referral', { call: 'anna', accept: true }],
    ]);
  });

  it('asks on when the one who wants to connect us has hung up', async () => {
    const referral = { to: sampleParty('Sofia Torres', '205'), by: null };
    await open([anna({ phase: 'referred', endReason: { kind: 'hung-up', by: 'remote' }, referral })]);
    await card('Anna Weber').getByText('Anna Weber has hung up and wants to connect you with Sofia Torres.').waitFor();
    await card('Anna Weber').getByRole('button', { name: 'Not now' }).click();
    await card('Anna Weber').getByRole('button', { name: 'Call Sofia Torres' }).click();
    expect(await asked(page)).toEqual([
      ['call.answer-referral', { call: 'anna', accept: false }],
      ['call.answer-referral', { call: 'anna', accept: true }],
    ]);
    expect(await card('Anna Weber').getByRole('button').count()).toBe(2);
  });

  it('is parked and recorded where that is offered', async () => {
    const { settings } = sampleState();
    const codes = { ...settings.serverFeatures.codes, park: '700' };
    const withFeatures = {
      ...settings,
      serverFeatures: { ...settings.serverFeatures, codes, parkSlots: '701-703' },
      recording: { ...settings.recording, offered: true },
    };
    const parked = [{ slot: '702', party: null, since: 1, mine: false }];
    await open([anna()], { settings: withFeatures, parked });
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Record' }).click();
    await page.keyboard.press('Control+Shift+P');
    expect(await page.getByRole('button', { name: '702 is taken' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Park at 703' }).click();
    await page.keyboard.press('Control+Shift+P');
    await page.getByRole('button', { name: 'Let the server choose' }).click();
    expect(await asked(page)).toEqual([
      ['call.set-recording', { call: 'anna', on: true }],
      ['call.park', { call: 'anna', slot: '703' }],
      ['call.park', { call: 'anna', slot: null }],
    ]);
    await patchState(page, { policy: { recording: 'forbidden' } });
    await page.getByRole('button', { name: 'More' }).click();
    const record = page.getByRole('menuitem', { name: /Record Switched off by your organisation/ });
    expect(await record.getAttribute('aria-disabled')).toBe('true');
    await record.click({ force: true });
    expect(await asked(page)).toHaveLength(3);
  });

  it('for help in an emergency is not held, transferred or joined', async () => {
    await open([anna({ emergency: true, remote: sampleParty('', '112') }), lena({ hold: { local: true, remote: false } })]);
    expect(await card('112').getByRole('button').allInnerTexts()).toEqual(['Mute', 'Keypad', 'More', 'End']);
    await page.keyboard.press('Control+t');
    await page.keyboard.press('Control+j');
    expect(await page.getByRole('combobox', { name: 'Name or number' }).count()).toBe(0);
    expect(await asked(page)).toEqual([]);
  });
});

describe('what came in without a call', () => {
  const message = { id: 'm1', from: sampleParty('Anna Weber', '201'), text: 'Can you\ntake over? <b>', at: 1 };
  const free = { id: 'k1', number: '204', name: 'Ben Krause', since: 1, by: 'watch', state: 'free' } as const;

  it('is a message to answer, to call back, or to dismiss', async () => {
    page = await pages.open();
    await patchState(page, { messages: [message] });
    await page.getByRole('status').getByText('Message from Anna Weber: Can you take over? <b>').waitFor({ state: 'attached' });
    const note = page.getByRole('article', { name: 'Message from Anna Weber' });
    await note.getByText('Can you take over? <b>').waitFor();
    await note.getByRole('button', { name: 'Call back' }).click();
    await note.getByRole('button', { name: 'Reply' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('Yes');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await note.getByRole('button', { name: 'Dismiss' }).click();
    expect((await asked(page)).slice(1)).toEqual([
      ['message.send', { target: '201', text: 'Yes' }],
      ['message.dismiss', { id: 'm1' }],
    ]);
  });

  it('is somebody who became free', async () => {
    const waiting = { ...free, id: 'k2', name: 'Sofia Torres', state: 'waiting' } as const;
    page = await pages.open({ main: { state: sampleState({ callbacks: [waiting] }) } });
    await patchState(page, { callbacks: [free, waiting] });
    await page.getByRole('status').getByText('Ben Krause is free now').waitFor({ state: 'attached' });
    await page.getByRole('article', { name: 'Ben Krause is free now' }).getByRole('button', { name: 'Call' }).click();
    await page.getByRole('button', { name: 'Stop waiting for Sofia Torres' }).click();
    expect(await asked(page)).toEqual([
      ['call.dial', { target: '204', options: { anonymous: null, shownNumber: null } }],
      ['callback.cancel', { id: 'k1' }],
      ['callback.cancel', { id: 'k2' }],
    ]);
  });
});
