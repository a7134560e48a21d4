import { comparableNumber } from './number-match.ts';
import type { Person } from './person.ts';

const germanLetters: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** What a word match is worth; a match at the start of a word beats one inside it. */
const worth = { wholeName: 50, nameStart: 30, wordStart: 20, numberStart: 15, noteStart: 8, inside: 4 } as const;

/** Fewer digits than this are looked for as they are. */
const shortestSignificant = 3;

interface Searchable {
  readonly name: readonly string[];
  readonly numbers: readonly string[];
  readonly note: readonly string[];
}

/**
 * People who match every word of the query by name, number or note, best first, ties by name; at most `limit`. Case
 * and accents do not matter; `Mueller` finds `Müller` and the other way round. An empty query finds nobody.
 */
export function searchPeople(people: readonly Person[], query: string, limit: number): Person[] {
  const asNumber = comparableNumber(query);
  const words = asNumber === '' ? query.split(/\s+/u).filter((word) => word !== '') : [withoutPrefixes(asNumber)];
  if (words.length === 0) return [];
  const hits: { person: Person; score: number }[] = [];
  for (const person of people) {
    const score = scoreOf(searchable(person), words, query);
    if (score > 0) hits.push({ person, score });
  }
  hits.sort((a, b) => b.score - a.score || a.person.name.localeCompare(b.person.name));
  return hits.slice(0, limit).map((hit) => hit.person);
}

/** Without the international and trunk prefix, so that `0176 1` finds `+49 176 1` and `00 49 1` as well; too little left is no number. */
function withoutPrefixes(number: string): string {
  const significant = number.replace(/^(\+|0{1,3})/, '');
  return significant.length < shortestSignificant ? number : significant;
}

/** Lower case without accents: the spelling in which texts are compared. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/ß/g, 'ss');
}

function spellings(text: string): string[] {
  const plain = fold(text);
  const german = fold(
    text
      .normalize('NFC')
      .toLowerCase()
      .replace(/[äöüß]/g, (letter) => germanLetters[letter] ?? letter),
  );
  return german === plain ? [plain] : [plain, german];
}

function searchable(person: Person): Searchable {
  return { name: spellings(person.name), numbers: person.numbers.map(comparableNumber), note: spellings(person.note) };
}

function scoreOf(target: Searchable, words: readonly string[], query: string): number {
  let total = spellings(query.trim()).some((spelling) => target.name.includes(spelling)) ? worth.wholeName : 0;
  for (const word of words) {
    const best = Math.max(...spellings(word).map((spelling) => wordScore(target, spelling)));
    if (best === 0) return 0;
    total += best;
  }
  return total;
}

function wordScore(target: Searchable, word: string): number {
  if (target.name.some((name) => name.startsWith(word))) return worth.nameStart;
  if (target.name.some((name) => startsAWord(name, word))) return worth.wordStart;
  if (target.numbers.some((number) => number.startsWith(word))) return worth.numberStart;
  if (target.note.some((note) => startsAWord(note, word))) return worth.noteStart;
  if ([...target.name, ...target.numbers].some((text) => text.includes(word))) return worth.inside;
  return 0;
}

function startsAWord(text: string, word: string): boolean {
  return text.split(/[\s.,'’-]+/u).some((part) => part.startsWith(word));
}
