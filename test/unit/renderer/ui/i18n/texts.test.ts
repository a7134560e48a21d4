import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#shared/errors/app-error.ts';
import { createTexts, type Language } from '#renderer/ui/i18n/text.ts';

const folder = join(import.meta.dirname, '../../../../../assets/locales');
const languages: readonly Language[] = ['en', 'de'];

function leaves(node: unknown, path = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[path, node]]);
  if (typeof node !== 'object' || node === null) throw new Error(`${path} is no text`);
  return new Map(Object.entries(node).flatMap(([name, child]) => [...leaves(child, path === '' ? name : `${path}.${name}`)]));
}

const catalogues = new Map(
  readdirSync(folder).map((file) => {
    const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return [file.replace('.json', ''), leaves(content)] as const;
  }),
);
const english = catalogues.get('en') ?? new Map<string, string>();
const parametersOf = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe('locale files', () => {
  it('exist for every language', () => {
    expect([...catalogues.keys()].sort()).toEqual([...languages].sort());
  });

  it.each(languages)('%s has every text, none too many, none empty', (language) => {
    const texts = catalogues.get(language);
    expect([...(texts?.keys() ?? [])].sort()).toEqual([...english.keys()].sort());
    expect([...(texts ?? [])].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it.each(languages)('%s uses the parameters of the English texts', (language) => {
    const wrong = [...(catalogues.get(language) ?? [])].filter(
      ([path, text]) => parametersOf(text).join() !== parametersOf(english.get(path) ?? '').join(),
    );
    expect(wrong).toEqual([]);
  });

  it.each(languages)('%s speaks calmly', (language) => {
    const shouting = [...(catalogues.get(language) ?? [])].filter(([, text]) => text.includes('!'));
    expect(shouting).toEqual([]);
  });

  it.each(languages)('%s tells title, meaning and next step of every error, also when nothing is known about it', (language) => {
    const texts = createTexts(language);
    for (const code of errorCodes) {
      const { title, meaning, next } = texts.error({ code, details: {} });
      for (const sentence of [title, meaning, next]) {
        expect(sentence).toMatch(/\S/);
        expect(sentence, code).not.toMatch(/[{}]|errors\./);
      }
      expect(meaning, code).toMatch(/[.]$/);
    }
  });
});

describe('texts', () => {
  const en = createTexts('en', 'UTC');
  const de = createTexts('de', 'Europe/Berlin');

  it('fills parameters and cleans what strangers wrote', () => {
    expect(en.t('announce.calling', { name: 'Anna\u202e\n Weber' })).toBe('Anna Weber is calling');
  });

  it('has general words where a value is missing', () => {
    expect(en.error({ code: 'connection-timed-out', details: {} }).meaning).toBe('No answer came from the server in time.');
    expect(en.error({ code: 'connection-timed-out', details: { host: 'pbx' } }).meaning).toBe('No answer came from pbx in time.');
  });

  it('counts', () => {
    expect(en.count('history.unseenMissed', 1)).toBe('1 missed call');
    expect(de.count('history.unseenMissed', 2)).toBe('2 verpasste Anrufe');
  });

  it('knows the title of a stored code, and nothing of an unknown one', () => {
    expect(en.errorTitle('call-busy')).toBe('Busy');
    expect(en.errorTitle('from-the-future')).toBe('');
    expect(en.errorTitle('constructor')).toBe('');
  });

  it('shows times, days and durations in the manner of the language', () => {
    const at = Date.UTC(2026, 10, 20, 9, 5);
    expect(en.formats.time(at)).toBe('09:05');
    expect(de.formats.time(at)).toBe('10:05');
    expect(de.formats.day(at)).toBe('Freitag, 20. November 2026');
    expect(en.formats.dayKey(at)).toBe('2026-11-20');
    expect(en.formats.clock(207_400)).toBe('3:27');
    expect(en.formats.clock(3_807_000)).toBe('1:03:27');
    expect(en.formats.clock(-5)).toBe('0:00');
    expect(en.formats.duration(4_000)).toBe('4 s');
    expect(en.formats.duration(207_000)).toBe('3 min 27 s');
    expect(en.formats.duration(3_807_000)).toBe('1 h 3 min');
    expect(en.formats.duration(0)).toBe('0 s');
  });
});
