import { describe, expect, it } from 'vitest';
import { groupByDay } from '#renderer/ui/features/history/day-groups.ts';
import { groupByLetter } from '#renderer/ui/features/people/letter-groups.ts';
import { faultOfServer, iceServerLimit } from '#renderer/ui/features/settings/network/ice-uri.ts';
import { createFormats } from '#renderer/ui/i18n/formats.ts';
import { sampleHistory, samplePeople } from '#test/support/ui/sample-state.ts';

const berlin = createFormats('de', 'Europe/Berlin');

describe('days of the call list', () => {
  it('are those of the place, not of UTC', () => {
    const [first] = sampleHistory();
    if (!first) throw new Error('The sample has calls.');
    const lateEvening = { ...first, id: 'a', startedAt: Date.UTC(2026, 10, 19, 23, 30) };
    const evening = { ...first, id: 'b', startedAt: Date.UTC(2026, 10, 19, 22, 30) };
    const groups = groupByDay([lateEvening, evening], berlin.dayKey);
    expect(groups.map(({ key, entries }) => [key, entries.map(({ id }) => id)])).toEqual([
      ['2026-11-20', ['a']],
      ['2026-11-19', ['b']],
    ]);
  });
});

describe('letters of the people list', () => {
  it('follow the alphabet of the language, accents under their letter', () => {
    expect(groupByLetter(samplePeople, berlin.compare).map(({ letter }) => letter)).toEqual(['A', 'B', 'E', 'J', 'L', 'O', 'S']);
  });

  it('put names without a letter under #', () => {
    const [person] = samplePeople;
    expect(person && groupByLetter([{ ...person, name: '4711' }], berlin.compare)[0]?.letter).toBe('#');
  });
});

describe('a new STUN or TURN server', () => {
  it('says what is wrong', () => {
    const server = { id: '1', uri: 'stun:a.example', username: '' };
    expect(faultOfServer([], 'a.example', '')).toBe('uriInvalid');
    expect(faultOfServer([server], 'stun:a.example', '')).toBe('duplicate');
    expect(
      faultOfServer(
        Array.from({ length: iceServerLimit }, () => server),
        'stun:b.example',
        '',
      ),
    ).toBe('full');
    expect(faultOfServer([], 'turn:a.example', '')).toBe('userNeeded');
    expect(faultOfServer([], 'turn:a.example', 'anna')).toBeNull();
  });
});
