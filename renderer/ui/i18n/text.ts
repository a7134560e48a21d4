import type { ErrorReport } from '#shared/errors/app-error.ts';
import { displayText } from '#shared/people/display-text.ts';
import de from '../../../assets/locales/de.json';
import en from '../../../assets/locales/en.json';
import { createFormats, type Formats } from './formats.ts';

export type Language = 'en' | 'de';
type Catalogue = typeof en;

interface Plural {
  readonly one: string;
  readonly other: string;
}

type Paths<T, Leaf, Stop> = {
  [K in keyof T & string]: T[K] extends Leaf ? K : T[K] extends Stop ? never : `${K}.${Paths<T[K], Leaf, Stop>}`;
}[keyof T & string];

/** Every plain text of the catalogue, as `group.name`. */
export type TextKey = Paths<Catalogue, string, Plural>;
/** Every text that depends on a count. */
export type CountKey = Paths<Catalogue, Plural, string>;
export type TextParameters = Readonly<Record<string, string | number | boolean>>;

export interface ErrorText {
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
}

/** All words of one language. */
export interface Texts {
  readonly language: Language;
  readonly formats: Formats;
  t(key: TextKey, parameters?: TextParameters): string;
  /** The form for `count`, which is also the parameter `{count}`. */
  count(key: CountKey, count: number, parameters?: TextParameters): string;
  /** Title, meaning and next step; a value that the report does not have is replaced by general words. */
  error(report: ErrorReport): ErrorText;
  /** The text of a key that is put together from values, such as codes of a newer main; empty when there is none. */
  textAt(path: string, parameters?: TextParameters): string;
  /** The title of an error of which only the stored code is known; empty for a code that this version does not have. */
  errorTitle(code: string): string;
}

const catalogues: Readonly<Record<Language, Catalogue>> = { en, de };

/** Texts of `language`; times are shown in `timeZone`, by default the system's. */
export function createTexts(language: Language, timeZone?: string): Texts {
  const catalogue = catalogues[language];
  const plurals = new Intl.PluralRules(language);
  const fallbacks: Readonly<Record<string, string>> = catalogue.parameter;

  const t = (key: TextKey, parameters?: TextParameters): string => fill(leaf(catalogue, key), parameters, fallbacks);
  const textAt = (path: string, parameters?: TextParameters): string => {
    const text = find(catalogue, path);
    return text === undefined ? '' : fill(text, parameters, fallbacks);
  };
  return {
    language,
    formats: createFormats(language, timeZone),
    t,
    count: (key, count, parameters) => {
      const form = plurals.select(count) === 'one' ? 'one' : 'other';
      return fill(leaf(catalogue, `${key}.${form}`), { ...parameters, count }, fallbacks);
    },
    error: ({ code, details }) => ({
      title: t(`errors.${code}.title`, details),
      meaning: t(`errors.${code}.meaning`, details),
      next: t(`errors.${code}.next`, details),
    }),
    textAt,
    errorTitle: (code) => textAt(`errors.${code}.title`),
  };
}

function leaf(catalogue: Catalogue, path: string): string {
  return find(catalogue, path) ?? path;
}

function find(catalogue: Catalogue, path: string): string | undefined {
  let node: unknown = catalogue;
  for (const name of path.split('.'))
    node = typeof node === 'object' && node !== null && Object.hasOwn(node, name) ? Reflect.get(node, name) : undefined;
  return typeof node === 'string' ? node : undefined;
}

/** Values may come from a stranger, so they are cleaned before they stand in a sentence. */
function fill(template: string, parameters: TextParameters | undefined, fallbacks: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = parameters?.[name];
    const shown = value === undefined ? '' : displayText(String(value));
    return shown === '' ? (fallbacks[name] ?? '') : shown;
  });
}
