import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { ringRecord } from '#test/support/calls/ring-records.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { askedOf, compact, startUiPages, wide, type UiPages } from '#test/support/ui/ui-pages.ts';
import { sampleHistory, sampleState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

function entry(changes: Partial<HistoryEntry>): HistoryEntry {
  const [first] = sampleHistory();
  if (first === undefined) throw new Error('The sample has calls.');
  return { ...first, name: 'Jonas Meyer', number: '202', dialled: '', ...changes };
}

async function openEntry(changes: Partial<HistoryEntry>): Promise<void> {
  page = await pages.open({ main: { history: [entry(changes)] } });
  await page.locator('.list-row').click();
}

const missed = { direction: 'incoming', outcome: 'missed', ringMs: 12_000, talkMs: 0 } as const;

const main = () => page.getByRole('main');

describe('a call of the list', () => {
  it.each([
    [{ outcome: 'transferred', party: 'Anna Weber' }, 'Transferred to Anna Weber', /connected the call with Anna Weber/],
    [{ direction: 'incoming', outcome: 'forwarded', party: '203', talkMs: 0 }, 'Forwarded to 203', /forwarded to 203/],
    [{ direction: 'incoming', outcome: 'parked' }, 'Parked', /parked the call/],
    [{ direction: 'incoming', outcome: 'not-disturbed', talkMs: 0 }, 'Do not disturb was on', /while do not disturb was on/],
    [
      { direction: 'incoming', outcome: 'answered-elsewhere', party: 'Ben Krause', talkMs: 0 },
      'Answered by Ben Krause',
      /Ben Krause answered/,
    ],
    [{ direction: 'incoming', outcome: 'answered', endedBy: 'network' }, '3:27', /The connection was lost/],
  ] as const)('tells what became of it: %o', async (changes, short, story) => {
    await openEntry(changes);
    expect(await page.locator('.list-row').innerText()).toContain(short);
    await main().getByText(story).waitFor();
  });

  it('says what was dialled, on which line, how it sounded, and where its recording is', async () => {
    await openEntry({ dialled: '001761234567', quality: 'fair', recording: '/home/mara/Recordings/call.webm' });
    const facts = await main().locator('.facts').innerText();
    for (const text of ['001761234567', 'Mara Klein', 'Fair sound', '3 min 27 s', '/home/mara/Recordings/call.webm']) {
      expect(facts).toContain(text);
    }
    await page.locator('.list-row').getByLabel('Recorded').waitFor();
    await main().getByRole('button', { name: 'Show recording' }).click();
    expect((await askedOf(page)).at(-1)).toEqual({ name: 'recording.show', params: { id: 'h1' } });
  });

  it('is marked when it was an emergency call', async () => {
    await openEntry({ emergency: true, dialled: '112', name: '', number: '112' });
    await page.locator('.list-row').getByLabel('Emergency call').waitFor();
    await main().getByText('Emergency call, dialled as 112').waitFor();
  });

  it('is called back or written to', async () => {
    await openEntry({ direction: 'incoming' });
    await main().getByRole('button', { name: 'Call back' }).click();
    await main().getByRole('button', { name: 'Message' }).click();
    await page.getByRole('dialog', { name: 'Message to Jonas Meyer' }).getByRole('textbox').fill('Later');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Message sent to Jonas Meyer').waitFor();
    const asked = (await askedOf(page)).filter(({ name }) => /^(call|message)\./.test(name));
    expect(asked).toEqual([
      { name: 'call.dial', params: { target: '202', options: { anonymous: null, shownNumber: null } } },
      { name: 'message.send', params: { target: '202', text: 'Later' } },
    ]);
  });

  it('offers neither for a caller without a number', async () => {
    await openEntry({ direction: 'incoming', name: '', number: '' });
    expect(await main().locator('.detail-actions').getByRole('button').allInnerTexts()).toEqual(['Delete']);
  });

  it('says for a missed call what was done to make it ring, and what to do', async () => {
    await openEntry({ ...missed, ring: ringRecord({ volume: 0 }) });
    const summary = main().getByText('Why did it not ring?');
    await summary.focus();
    await page.keyboard.press('Enter');
    await main().getByText('The ring volume was 0 %.').waitFor();
    await main().getByText('Raise the ring volume under Settings, Audio.').waitFor();
  });

  it('says that it did ring when it did', async () => {
    await openEntry({ ...missed, ring: ringRecord() });
    await main().getByText('Did it ring here?').click();
    await main().getByText('It did ring: for 12 s on Jabra Evolve2, at 80 %.').waitFor();
  });

  it('says when what was done was not kept', async () => {
    await openEntry({ ...missed, ring: null });
    await main().getByText('Why did it not ring?').click();
    await main().getByText('What was done about this call was not kept.').waitFor();
  });

  it('asks nothing of calls that were taken or made here, and leaves the list as it is', async () => {
    await openEntry({ direction: 'incoming', ring: ringRecord() });
    await main().locator('.facts').waitFor();
    expect(await main().locator('.history-why').count()).toBe(0);
    expect(await page.locator('.list-row [title], .list-row[title]').count()).toBe(0);
  });

  it.each([
    ['wide, in English', wide, 'en'],
    ['compact, in German', compact, 'de'],
  ] as const)('has named controls and nothing cut off: %s', async (_name, size, language) => {
    const whole = {
      emergency: true,
      dialled: '0'.repeat(60),
      quality: 'poor',
      recording: `/home/${'recordings'.repeat(12)}.webm`,
    } as const;
    const app = { ...sampleState().app, language };
    page = await pages.open({ size, main: { state: sampleState({ app }), history: [entry(whole)] } });
    await page.locator('.list-row').click();
    await main().locator('.facts').waitFor();
    expect(await flaws(page)).toEqual([]);
    const ring = ringRecord({ ringerReplaced: true, tone: 'call-waiting', callsBefore: 1, toneAfterMs: 3000, card: 'off' });
    page = await pages.open({ size, main: { state: sampleState({ app }), history: [entry({ ...missed, ring })] } });
    await page.locator('.list-row').click();
    await main().locator('.history-why summary').click();
    expect(await main().locator('.history-reasons li').count()).toBe(5);
    expect(await flaws(page)).toEqual([]);
  });
});
