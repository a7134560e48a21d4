import { expect, it } from 'vitest';
import { PeopleDirectory } from '#electron/people/people-directory.ts';
import { sampleAccount } from '#test/support/calls/fake-line.ts';

it('names people of the practice office by their numbers in every spelling, without oneself', () => {
  const numbering = { country: 'DE', areaCode: '89', outsidePrefix: '0', internalLength: 3 };
  const people = new PeopleDirectory(() => numbering);
  const changes: number[] = [];
  people.onChanged(({ length }) => changes.push(length));
  people.setAccount({ ...sampleAccount, kind: 'practice-office', user: '10' });
  expect([people.nameOf('11'), people.nameOf('1-1'), people.nameOf('10'), people.nameOf('Anna')]).toEqual([
    'Ben Carter',
    'Ben Carter',
    undefined,
    undefined,
  ]);
  people.setAccount(sampleAccount);
  expect([people.nameOf('11'), changes.at(-1)]).toEqual([undefined, 0]);
  people.dispose();
});
