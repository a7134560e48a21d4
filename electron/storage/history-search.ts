/** What a search text asks for: nothing, a part of a number, or words of which each begins a word of the entry. */
export type HistorySearch =
  | { readonly kind: 'everything' }
  | { readonly kind: 'digits'; readonly match: string }
  | { readonly kind: 'words'; readonly match: string; readonly words: readonly string[] };

/** The trigram index finds parts of at least this length. */
const shortestPart = 3;

/** Reads a search text as a person means it; `match` is an FTS5 expression that takes nothing from the text as syntax. */
export function historySearchOf(text: string): HistorySearch {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'everything' };
  const digits = searchDigitsOf(trimmed);
  if (/^[+\d\s()./-]+$/.test(trimmed) && digits.length >= shortestPart) return { kind: 'digits', match: `"${digits}"` };
  const words = wordsOf(trimmed);
  // Punctuation alone: a search that finds nothing, as no entry has it as a word.
  if (words.length === 0) return { kind: 'words', match: '"\u{10FFFD}"', words: ['\u{10FFFD}'] };
  return { kind: 'words', match: words.map((word) => `"${word}"*`).join(' AND '), words };
}

/** The digits of a number as they are indexed. */
export function digitsOf(number: string): string {
  return number.replace(/\D/g, '');
}

/** Whether an entry that is not in the database yet would be found there. */
export function matchesSearch(
  search: HistorySearch,
  entry: { readonly name: string; readonly number: string; readonly via: string },
): boolean {
  if (search.kind === 'everything') return true;
  if (search.kind === 'digits') return digitsOf(entry.number).includes(search.match.slice(1, -1));
  const present = wordsOf(`${entry.name} ${entry.number} ${entry.via}`);
  return search.words.every((word) => present.some((candidate) => candidate.startsWith(word)));
}

/** Without the trunk or international prefix, so that `030 123` finds `+49 30 123`. */
function searchDigitsOf(text: string): string {
  return digitsOf(text).replace(/^0{1,2}/, '');
}

/** Letters and digits in runs, lower case, without diacritics: what the `unicode61` tokenizer makes of a text. */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []
  );
}
