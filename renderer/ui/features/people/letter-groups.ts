import { displayText } from '#shared/people/display-text.ts';
import type { Person } from '#shared/people/person.ts';
import { fold } from '#shared/people/search.ts';

export interface LetterGroup {
  readonly letter: string;
  readonly people: readonly Person[];
}

/** Sorted by name, under the first letter without its accent; names that begin with no letter stand under `#`. */
export function groupByLetter(people: readonly Person[], compare: (a: string, b: string) => number): LetterGroup[] {
  const groups = new Map<string, Person[]>();
  for (const person of [...people].sort((a, b) => compare(a.name, b.name))) {
    const first = [...fold(displayText(person.name))][0] ?? '';
    const letter = /\p{L}/u.test(first) ? first.toLocaleUpperCase() : '#';
    const group = groups.get(letter);
    if (group) group.push(person);
    else groups.set(letter, [person]);
  }
  return [...groups].map(([letter, group]) => ({ letter, people: group }));
}
