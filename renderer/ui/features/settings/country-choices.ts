import type { Option } from '../../components/field.tsx';

/** Where offices with this program are likeliest to be. */
const likely = ['DE', 'AT', 'CH', 'GB', 'US', 'FR', 'IT', 'ES', 'NL', 'PL'];

interface CountryChoices {
  readonly common: readonly Option<string>[];
  readonly others: readonly Option<string>[];
}

/**
 * Countries by their names in `language`: those of the languages that this computer speaks and a few likely ones first, the others by
 * their names.
 * @param countries ISO 3166-1 alpha-2 codes
 * @param spoken language tags such as `de-AT`, the best first
 */
export function countryChoices(
  countries: readonly string[],
  spoken: readonly string[],
  language: string,
  compare: (a: string, b: string) => number,
): CountryChoices {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const optionOf = (value: string): Option<string> => ({ value, label: names.of(value) ?? value });
  const own = spoken.flatMap((tag) => regionOf(tag) ?? []);
  const first = [...new Set([...own, ...likely])].filter((country) => countries.includes(country));
  return {
    common: first.map(optionOf),
    others: countries
      .filter((country) => !first.includes(country))
      .map(optionOf)
      .sort((a, b) => compare(a.label, b.label)),
  };
}

function regionOf(tag: string): string | undefined {
  return /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?-([A-Z]{2})$/.exec(tag)?.[1];
}
