import type { Person } from './person.ts';

const person = (number: string, name: string, note: string): Person => ({
  id: `practice-${number}`,
  name,
  numbers: [number],
  note,
  source: 'practice-office',
});

/** The ten people of the practice office: whoever practises signs in as one of them. The number is the user name. */
export const practicePeople: readonly Person[] = [
  person('10', 'Anna Berger', 'Reception'),
  person('11', 'Ben Carter', 'Sales'),
  person('12', 'Chiara Conti', 'Sales'),
  person('13', 'David Okafor', 'Service'),
  person('14', 'Elif Yılmaz', 'Service'),
  person('15', 'Frank Huber', 'Purchasing'),
  person('16', 'Grace Lindqvist', 'Accounting'),
  person('17', 'Hiro Tanaka', 'Engineering'),
  person('18', 'Inés Morales', 'Engineering'),
  person('19', 'Jan Novák', 'Management'),
];

/** Colleagues who are always there: programs that answer in one known way each. */
export const practiceRobots: readonly Person[] = [
  person('80', 'Ella Echo', 'Says back what you say'),
  person('81', 'Sam Speaker', 'Speaks a recorded sentence'),
  person('82', 'Carla Callback', 'Calls you back after ten seconds'),
  person('83', 'Boris Busy', 'Is always busy'),
  person('84', 'Nora Noanswer', 'Never answers'),
  person('85', 'Milo Milliwatt', 'Plays the 1004 Hz test tone'),
  person('86', 'Mara Music', 'Plays music on hold'),
  person('87', 'Vera Voicemail', 'Asks for a message and forgets it'),
];

/** Numbers that are nobody's own. */
export const practiceServices: readonly Person[] = [
  person('20', 'Support queue', 'Rings David Okafor and Elif Yılmaz together'),
  person('8000', 'Conference room', 'Everybody who calls it hears everybody else'),
];

/** Everybody and everything that can be called by number in the practice office. */
export const practiceDirectory: readonly Person[] = [...practiceRobots, ...practiceServices, ...practicePeople];
