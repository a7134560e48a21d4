import { describe, expect, it } from 'vitest';
import { doctorFindings, doctorSteps } from '#shared/network/doctor/names.ts';
import { doctorSaid, saidByAny } from '#shared/network/doctor/said.ts';
import type { OtherContact } from '#shared/registration/other-contact.ts';
import { announcements, firstAnnouncements, type Heard } from '#renderer/ui/app/announcements.ts';
import { callStatusText, isLongRepair, repairNoteText } from '#renderer/ui/i18n/call-text.ts';
import { alsoAtText, deviceFacts, deviceName, ringsElsewhereText, takenOverText } from '#renderer/ui/i18n/device-text.ts';
import { findingText, lineText, stepTitle } from '#renderer/ui/i18n/doctor-text.ts';
import { createFormats } from '#renderer/ui/i18n/formats.ts';
import { createTexts } from '#renderer/ui/i18n/text.ts';
import { repairCauses, repairSteps } from '#shared/calls/call.ts';
import { sampleCall } from '#test/support/ui/sample-state.ts';

const en = createTexts('en', 'UTC');
const de = createTexts('de', 'UTC');
const now = Date.UTC(2026, 10, 20, 9, 41, 7);
const homePc: OtherContact = {
  uri: 'sip:200@10.8.0.7',
  key: 'home',
  name: 'Home-PC',
  host: '10.8.0.7',
  since: Date.UTC(2026, 10, 20, 8, 12),
  isCommute: true,
};
const phone: OtherContact = { ...homePc, uri: 'sip:200@desk', key: 'desk', name: '', host: 'desk', since: null, isCommute: false };

describe('another device', () => {
  it('is called by its name, else by its host, else in general', () => {
    expect(deviceName(en, homePc)).toBe('Home-PC');
    expect(deviceName(en, phone)).toBe('desk');
    expect(deviceName(en, { name: '', host: '' })).toBe('another device');
    expect(deviceName(en, { name: '\u202eEvil\n', host: '' })).toBe('Evil');
  });

  it('tells what it is and since when, with the day when that is not today', () => {
    expect(deviceFacts(en, homePc, now)).toBe('Commute, since 08:12');
    expect(deviceFacts(en, homePc, now + 86_400_000)).toBe('Commute, since Nov 20, 2026, 08:12');
    expect(deviceFacts(de, phone, now)).toBe('Telefon oder anderes Programm');
  });

  it('is told alone by its name, and several by their count', () => {
    expect(alsoAtText(en, [homePc], now)).toBe('You are also registered at Home-PC since 08:12.');
    expect(alsoAtText(en, [phone], now)).toBe('You are also registered at desk.');
    expect(alsoAtText(de, [homePc], now)).toBe('Sie sind seit 08:12 auch an Home-PC angemeldet.');
    expect(alsoAtText(de, [homePc, phone], now)).toBe('Sie sind auch an 2 anderen Geräten angemeldet.');
  });

  it('rings while this computer stands by, if it is there', () => {
    expect(ringsElsewhereText(en, [homePc])).toBe('Calls ring on Home-PC.');
    expect(ringsElsewhereText(en, [homePc, phone])).toBe('Calls ring on 2 other devices.');
    expect(ringsElsewhereText(en, [])).toBe('Calls do not ring here.');
  });

  it('took the line, at a time where that is known', () => {
    const error = { code: 'taken-over', details: { name: 'Home-PC', at: Date.UTC(2026, 10, 20, 9, 15) } } as const;
    expect(takenOverText(en, error, now)).toBe('Home-PC took this line at 09:15.');
    expect(takenOverText(de, { ...error, details: {} }, now)).toBe('Diese Leitung liegt jetzt an einem anderen Gerät.');
  });
});

describe('what is announced', () => {
  const heard = (...undecided: OtherContact[]): Heard => ({ calls: [], messages: [], callbacks: [], connectivity: { undecided } });
  const said = (before: Heard, after: Heard) => announcements(en, before, after, now).map(({ text }) => text);

  it('is each device once', () => {
    expect(said(heard(), heard(homePc))).toEqual(['You are also registered at Home-PC since 08:12. Where should calls ring?']);
    expect(said(heard(homePc), heard({ ...homePc, uri: 'sip:200@10.8.0.7:50000' }))).toEqual([]);
    expect(said(heard(homePc), heard(homePc, phone))).toHaveLength(1);
    expect(said(heard(homePc), heard())).toEqual([]);
  });

  it('is at the beginning what waits for an answer, and nothing else', () => {
    expect(firstAnnouncements(en, heard(homePc), now)).toHaveLength(1);
    expect(firstAnnouncements(en, { ...heard(), calls: [sampleCall()] }, now)).toEqual([]);
  });
});

describe.each([en, de])('the doctor in %#', (texts) => {
  it('has words for every step and everything that it may say', () => {
    for (const step of doctorSteps) {
      expect(stepTitle(texts, step), step).not.toContain('doctor.');
      for (const said of [...doctorSaid[step], ...saidByAny])
        expect(lineText(texts, { ...line, step, said }), `${step} ${said}`).not.toBe('');
    }
  });

  it('has a sentence, a meaning, a next step and somebody who can take it for every finding', () => {
    for (const finding of doctorFindings) {
      const { sentence, meaning, next, who } = findingText(texts, finding, {});
      for (const part of [sentence, meaning, next, who]) expect(part, finding).not.toMatch(/^$|doctor\.|[{}]/);
    }
  });

  it('says nothing for a line that has not run, nor for what this version does not know', () => {
    expect(lineText(texts, { ...line, said: '' })).toBe('');
    expect(lineText(texts, { ...line, said: 'something-new' })).toBe('');
  });
});

const line = { step: 'tcp', server: null, state: 'fine', tookMs: 1, said: '', facts: {} } as const;

describe('a repair', () => {
  const call = sampleCall({ repairingSince: now - 12_000, repair: { since: now - 12_000, step: null, attempt: 0, offline: true } });

  it('counts while the network is away, and after a minute sets the person free', () => {
    expect(callStatusText(en, call, now)).toBe('Waiting for the network, 12 s');
    expect(callStatusText(en, { ...call, repair: null }, now)).toBe('Repairing the sound, 12 s');
    expect([47_999, 48_000].map((later) => isLongRepair(call, now + later))).toEqual([false, true]);
    expect(isLongRepair(sampleCall(), now)).toBe(false);
  });

  it('has words for every step, cause and outcome', () => {
    for (const step of repairSteps) {
      for (const because of repairCauses) {
        for (const outcome of ['under-way', 'helped', 'no-sound', 'refused', 'interrupted'] as const) {
          expect(repairNoteText(de, { at: now, step, because, outcome })).not.toContain('repairs.');
        }
      }
    }
  });
});

describe('times', () => {
  const formats = createFormats('en', 'UTC');

  it('say how long something took, from milliseconds to minutes', () => {
    expect([0, 12.4, 999, 1000, 2310, 59_900, 60_000, 207_000].map((ms) => formats.took(ms))).toEqual([
      '0 ms',
      '12 ms',
      '999 ms',
      '1 s',
      '2.3 s',
      '59.9 s',
      '1 min',
      '3 min 27 s',
    ]);
    expect(createFormats('de', 'UTC').took(2310)).toBe('2,3 Sek.');
  });

  it('leave out the day when it is today', () => {
    expect(formats.moment(now - 3_600_000, now)).toBe('08:41');
    expect(formats.moment(now - 86_400_000, now)).toBe('Nov 19, 2026, 09:41');
    expect(formats.exactTime(now)).toBe('09:41:07');
  });
});
