import { readDial, type DialReading } from '#shared/calls/dial-plan.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { sameNumber } from '#shared/people/number-match.ts';
import type { Person } from '#shared/people/person.ts';
import { searchPeople } from '#shared/people/search.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';

type Dialable = Extract<DialReading, { ok: true }>;

/** One row below the field "Search or dial"; choosing it dials `target`. `read` says how. */
export type Hit =
  | { readonly kind: 'person'; readonly id: string; readonly target: string; readonly read: Dialable; readonly person: Person }
  | { readonly kind: 'recent'; readonly id: string; readonly target: string; readonly read: Dialable; readonly entry: HistoryEntry }
  | { readonly kind: 'dial'; readonly id: string; readonly target: string; readonly read: Dialable };

const peopleLimit = 6;
const recentLimit = 4;

/**
 * The hits for a query, the best first. Something that can be dialled as it stands comes before names that merely contain
 * it, except for the person whose number it is; an emergency number comes before everybody.
 * @param recent entries of the call list that match the query, newest first
 */
export function findHits(query: string, people: readonly Person[], recent: readonly HistoryEntry[], dialling: DiallingSettings): Hit[] {
  const typed = query.trim();
  if (typed === '') return [];
  const persons = searchPeople(people, typed, peopleLimit).flatMap(personHit(typed, dialling));
  const known = persons.map((hit) => hit.target);
  const calls: Hit[] = [];
  for (const entry of recent) {
    if (calls.length === recentLimit) break;
    const read = entry.number === '' ? undefined : readDial(entry.number, dialling);
    if (!read?.ok || known.some((number) => isSame(number, entry.number))) continue;
    known.push(entry.number);
    calls.push({ kind: 'recent', id: `recent-${entry.id}`, target: entry.number, read, entry });
  }
  const read = readDial(typed, dialling);
  if (!read.ok) return [...persons, ...calls];
  const dial: Hit = { kind: 'dial', id: 'dial', target: typed, read };
  const owner = read.kind === 'emergency' ? [] : persons.filter((hit) => isSame(hit.target, typed));
  return [...owner, dial, ...persons.filter((hit) => !owner.includes(hit)), ...calls];
}

/** The number that redial means: the call that was begun last from here, while it lasts or from the list. Empty when there is none. */
export function lastDialled(
  calls: readonly { readonly direction: string; readonly dialled: string }[],
  newest: HistoryEntry | undefined,
): string {
  const current = calls.findLast(({ direction, dialled }) => direction === 'outgoing' && dialled !== '');
  return current?.dialled ?? (newest?.dialled || newest?.number) ?? '';
}

function personHit(typed: string, dialling: DiallingSettings): (person: Person) => Hit[] {
  return (person) => {
    const number = person.numbers.find((candidate) => sameNumber(candidate, typed)) ?? person.numbers[0] ?? '';
    const read = readDial(number, dialling);
    return read.ok ? [{ kind: 'person', id: `person-${person.id}`, target: number, read, person }] : [];
  };
}

function isSame(a: string, b: string): boolean {
  return a === b || sameNumber(a, b);
}
