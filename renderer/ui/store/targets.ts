import type { CallView } from '#shared/calls/call.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { partyName } from '#shared/people/display-text.ts';
import type { LineState } from '#shared/people/line-state.ts';
import { sameNumber } from '#shared/people/number-match.ts';
import type { Person } from '#shared/people/person.ts';
import { fold, searchPeople } from '#shared/people/search.ts';
import { lineOf } from './lines.ts';

/** A typed or stored number as it will be dialled, for people to read; undefined when it cannot be dialled. */
export type ReadNumber = (typed: string) => string | undefined;

/** Somebody a call can be given to. `number`: what main is asked to call, and reads by the dial plan itself. */
export type Target =
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly shown: string; readonly call: CallView }
  | {
      readonly kind: 'person' | 'recent' | 'typed';
      readonly id: string;
      readonly name: string;
      readonly number: string;
      readonly shown: string;
      /** What the line does; null where nobody watches it. */
      readonly line: LineState | null;
    };

export interface TargetSources {
  readonly query: string;
  readonly people: readonly Person[];
  readonly lines: readonly LineState[];
  /** Entries of the call list that match the query, newest first. */
  readonly recent: readonly HistoryEntry[];
  /** Other calls that the call in question can be put together with. */
  readonly calls: readonly CallView[];
  /** Number of the one whose call it is: nobody is connected with himself. */
  readonly except: string;
  readonly readNumber: ReadNumber;
}

const peopleLimit = 50;
const recentLimit = 6;

/**
 * Whom a call can be given to: other live calls, what was typed if it is a number, people, recent calls, in this order. Nobody
 * stands there twice.
 */
export function findTargets({ query, people, lines, recent, calls, except, readNumber }: TargetSources): Target[] {
  const typed = query.trim();
  const taken = [except];
  const isTaken = (number: string): boolean => taken.some((one) => one === number || sameNumber(one, number));
  const targets: Target[] = [];

  for (const call of calls) {
    if (typed !== '' && !callMatches(call, typed)) continue;
    targets.push({ kind: 'call', id: `call-${call.id}`, name: partyName(call.remote), shown: call.remote.number, call });
    taken.push(call.remote.number);
  }
  const found = typed === '' ? people.slice(0, peopleLimit) : searchPeople(people, typed, peopleLimit);
  const persons: Target[] = [];
  for (const person of found) {
    const number = person.numbers.find((one) => typed !== '' && sameNumber(one, typed)) ?? person.numbers[0] ?? '';
    const shown = readNumber(number);
    if (shown === undefined || isTaken(number)) continue;
    const line = lineOf(lines, person) ?? null;
    persons.push({ kind: 'person', id: `person-${person.id}`, name: person.name, number, shown, line });
    taken.push(number);
  }
  const read = typed === '' ? undefined : readNumber(typed);
  if (read !== undefined && !isTaken(typed)) {
    targets.push({ kind: 'typed', id: 'typed', name: typed, number: typed, shown: read, line: null });
    taken.push(typed);
  }
  targets.push(...persons);
  let left = recentLimit;
  for (const entry of recent) {
    if (left === 0) break;
    const shown = entry.number === '' || isTaken(entry.number) ? undefined : readNumber(entry.number);
    if (shown === undefined) continue;
    const name = entry.name === '' ? entry.number : entry.name;
    targets.push({ kind: 'recent', id: `recent-${entry.id}`, name, number: entry.number, shown, line: null });
    taken.push(entry.number);
    left -= 1;
  }
  return targets;
}

function callMatches(call: CallView, typed: string): boolean {
  return fold(`${call.remote.displayName} ${call.remote.number}`).includes(fold(typed));
}
