import { describe, expect, it } from 'vitest';
import type { Person } from '#shared/people/person.ts';
import { searchPeople } from '#shared/people/search.ts';

function person(name: string, number: string, note = ''): Person {
  return { id: name, name, numbers: [number], note, source: 'practice-office' };
}

const people = [
  person('Weber Anna-Lena', '210', 'Sales'),
  person('Anna Weber', '201', 'Reception'),
  person('Jörg Müller', '+49 89 123456', 'Support'),
  person('Hanna Wolf', '203', 'Annual accounts'),
];
const found = (query: string) => searchPeople(people, query, 10).map((hit) => hit.name);

describe('people search', () => {
  it('prefers the start of the name to the start of a word to the middle of one', () => {
    expect(found('anna')).toEqual(['Anna Weber', 'Weber Anna-Lena', 'Hanna Wolf']);
  });

  it('wants every word', () => {
    expect(found('web an')).toEqual(['Weber Anna-Lena', 'Anna Weber'].toSorted());
    expect(found('anna mueller')).toEqual([]);
  });

  it('knows accents and the German ways to write them', () => {
    for (const query of ['müller', 'mueller', 'muller', 'MÜLLER', 'joerg', 'jorg']) expect(found(query)).toEqual(['Jörg Müller']);
  });

  it('finds by number in any spelling and by note', () => {
    expect(found('0049 89 123')).toEqual(['Jörg Müller']);
    for (const query of ['089 123', '+49 89', '0-089 1234', '004989123456']) expect(found(query)).toEqual(['Jörg Müller']);
    expect(found('0')).toEqual(['Hanna Wolf', 'Anna Weber', 'Weber Anna-Lena'].toSorted());
    expect(found('20')).toEqual(['Anna Weber', 'Hanna Wolf']);
    expect(found('recep')).toEqual(['Anna Weber']);
  });

  it('finds nobody for nothing and keeps to its limit', () => {
    expect(found('   ')).toEqual([]);
    expect(searchPeople(people, 'a', 1)).toHaveLength(1);
  });
});
