import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '#shared/errors/app-error.ts';
import { whyKinds, whyWithAdvice } from '#shared/calls/why-not-rung.ts';
import { doctorFindings, doctorSteps } from '#shared/network/doctor/names.ts';
import { doctorSaid, saidByAny } from '#shared/network/doctor/said.ts';
import { filesBelow, read } from './tree.ts';

const required = ['assets/locales/en.json', 'assets/locales/de.json'];
const localeSchema = z.record(z.string(), z.unknown());

/** Every text of a locale by its full key (`errors.call-busy.title`), however the file nests them. */
function textsOf(file: string): Map<string, unknown> {
  const texts = new Map<string, unknown>();
  const visit = (prefix: string, value: unknown): void => {
    const group = localeSchema.safeParse(value);
    if (!group.success) texts.set(prefix, value);
    else for (const [key, inner] of Object.entries(group.data)) visit(prefix === '' ? key : `${prefix}.${key}`, inner);
  };
  visit('', JSON.parse(read(file)));
  return texts;
}

/** The names in braces, such as `{host}`, sorted. */
function placeholders(text: unknown): string[] {
  return [...String(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).sort();
}

describe('locales', () => {
  const locales = filesBelow('assets/locales').filter((file) => file.endsWith('.json'));

  it('are English and German at least', () => {
    expect(locales).toEqual(expect.arrayContaining(required));
  });

  it.each(required)('%s has a title, a meaning and a next step for every error', (file) => {
    const texts = textsOf(file);
    const wanted = errorCodes.flatMap((code) => ['title', 'meaning', 'next'].map((part) => `errors.${code}.${part}`));
    expect(wanted.filter((key) => typeof texts.get(key) !== 'string' || texts.get(key) === '')).toEqual([]);
  });

  it.each(required)('%s has words for every step of the doctor, for all that a step may say, and for every finding', (file) => {
    const texts = textsOf(file);
    const wanted = [
      ...doctorSteps.map((step) => `doctor.steps.${step}`),
      ...saidByAny.map((said) => `doctor.said.any.${said}`),
      ...doctorSteps.flatMap((step) => doctorSaid[step].map((said) => `doctor.said.${step}.${said}`)),
      ...doctorFindings.flatMap((finding) => ['sentence', 'meaning', 'next', 'who'].map((part) => `doctor.findings.${finding}.${part}`)),
    ];
    expect(wanted.filter((key) => typeof texts.get(key) !== 'string' || texts.get(key) === '')).toEqual([]);
    const said = [...texts.keys()].filter((key) => /^doctor\.(steps|said|findings)\./.test(key));
    expect(said.filter((key) => !wanted.includes(key))).toEqual([]);
  });

  it.each(required)('%s has words for every reason why a call was not taken, and advice where there is any', (file) => {
    const texts = textsOf(file);
    const wanted = [...whyKinds.map((kind) => `why.said.${kind}`), ...whyWithAdvice.map((kind) => `why.do.${kind}`)];
    expect(wanted.filter((key) => typeof texts.get(key) !== 'string' || texts.get(key) === '')).toEqual([]);
    expect([...texts.keys()].filter((key) => key.startsWith('why.') && !wanted.includes(key))).toEqual([]);
  });

  it.each(locales)('%s has the same keys and the same placeholders as English', (file) => {
    const english = textsOf('assets/locales/en.json');
    const texts = textsOf(file);
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    const different = [...english].filter(([key, text]) => placeholders(text).join() !== placeholders(texts.get(key)).join());
    expect(different.map(([key]) => key)).toEqual([]);
  });
});
