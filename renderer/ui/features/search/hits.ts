import { readDialTarget } from '#shared/calls/dial-target.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { sameNumber } from '#shared/people/number-match.ts';
import type { Person } from '#shared/people/person.ts';
import { searchPeople } from '#shared/people/search.ts';

/** One row below the field "Search or dial"; choosing it dials `target`. */
export type Hit =
  | { readonly kind: 'person'; readonly id: string; readonly target: string; readonly person: Person }
  | { readonly kind: 'recent'; readonly id: string; readonly target: string; readonly entry: HistoryEntry }
  | { readonly kind: 'dial'; readonly id: string; readonly target: string; readonly typed: string };

const peopleLimit = 6;
const recentLimit = 4;

/**
 * The hits for a query, the best first. Something that can be dialled as it stands comes before names that merely contain
 * it, except for the person whose number it is.
 * @param recent entries of the call list that match the query, newest first
 */
export function findHits(query: string, people: readonly Person[], recent: readonly HistoryEntry[]): Hit[] {
  const typed = query.trim();
  if (typed === '') return [];
  const persons = searchPeople(people, typed, peopleLimit).map(personHit(typed));
  const known = persons.map((hit) => hit.target);
  const calls: Hit[] = [];
  for (const entry of recent) {
    if (calls.length === recentLimit) break;
    if (!isDialable(entry.number) || known.some((number) => isSame(number, entry.number))) continue;
    known.push(entry.number);
    calls.push({ kind: 'recent', id: `recent-${entry.id}`, target: entry.number, entry });
  }
  const read = readDialTarget(typed);
  if (!read.ok) return [...persons, ...calls];
  const dial: Hit = { kind: 'dial', id: 'dial', target: read.target, typed };
  const owner = persons.filter((hit) => isSame(hit.target, read.target));
  return [...owner, dial, ...persons.filter((hit) => !owner.includes(hit)), ...calls];
}

function personHit(typed: string): (person: Person) => Hit {
  return (person) => {
    const number = person.numbers.find((candidate) => sameNumber(candidate, typed)) ?? person.numbers[0] ?? '';
    return { kind: 'person', id: `person-${person.id}`, target: number, person };
  };
}

function isDialable(number: string): boolean {
  return number !== '' && readDialTarget(number).ok;
}

function isSame(a: string, b: string): boolean {
  return a === b || sameNumber(a, b);
}
