import { expect, it } from 'vitest';
import { isCutAllowed, isGathered, wantedKinds } from '#shared/media/gathering.ts';

const stun = { urls: 'stun:stun.example.org' };
const turn = { urls: 'turns:turn.example.org', username: 'u', credential: 'p' };

it.each([
  [[], false, ['host']],
  [[stun], false, ['host', 'srflx']],
  [[stun, turn], false, ['host', 'srflx', 'relay']],
  [[turn], true, ['relay']],
])('waits for what the servers can give: %#', (servers, relayOnly, kinds) => {
  expect([...wantedKinds({ servers, relayOnly })]).toEqual(kinds);
});

it('is gathered when every wanted kind was seen', () => {
  expect(isGathered(new Set(['host', 'srflx']), new Set(['host']))).toBe(false);
  expect(isGathered(new Set(['host', 'srflx']), new Set(['host', 'srflx', 'relay']))).toBe(true);
});

it('gives up a reflexive address at the soft cut, a relay only at the hard one', () => {
  const all = new Set(['host', 'srflx', 'relay'] as const);
  expect(isCutAllowed(new Set(['host', 'srflx']), new Set(), false)).toBe(false);
  expect(isCutAllowed(new Set(['host', 'srflx']), new Set(['host']), false)).toBe(true);
  expect(isCutAllowed(all, new Set(['host', 'srflx']), false)).toBe(false);
  expect(isCutAllowed(all, new Set(), true)).toBe(true);
});
