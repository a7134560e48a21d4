import { expect, it } from 'vitest';
import { departureMs, hardCutMs, isCutAllowed, isGathered, lastCutMs, quietMs, softCutMs, wantedKinds } from '#shared/media/gathering.ts';

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

it('gives up a reflexive address at the soft cut, all but one address at the hard one, and everything at the last', () => {
  const all = new Set(['host', 'srflx', 'relay'] as const);
  expect(isCutAllowed(new Set(['host', 'srflx']), new Set(), 'soft')).toBe(false);
  expect(isCutAllowed(new Set(['host', 'srflx']), new Set(['host']), 'soft')).toBe(true);
  expect(isCutAllowed(all, new Set(['host', 'srflx']), 'soft')).toBe(false);
  expect(isCutAllowed(all, new Set(['host']), 'hard')).toBe(true);
  expect(isCutAllowed(all, new Set(), 'hard')).toBe(false);
  expect(isCutAllowed(all, new Set(), 'last')).toBe(true);
  expect(isCutAllowed(new Set(['relay']), new Set(), 'hard')).toBe(false);
  expect(isCutAllowed(new Set(['relay']), new Set(['relay']), 'hard')).toBe(true);
  expect(isCutAllowed(new Set(['relay']), new Set(), 'last')).toBe(true);
});

const host = { type: 'host', protocol: 'udp' } as const;
const reflexive = { type: 'srflx', protocol: 'udp' } as const;
const relay = { type: 'relay', protocol: 'udp' } as const;

it.each([
  [
    'when it is quiet after the last wanted kind',
    ['host'],
    [
      { ...host, atMs: 1 },
      { ...host, atMs: 5 },
    ],
    null,
    5 + quietMs,
  ],
  [
    'not again for what comes after the quiet',
    ['host'],
    [
      { ...host, atMs: 1 },
      { ...host, atMs: 90 },
    ],
    null,
    1 + quietMs,
  ],
  ['when there is nothing more to come', ['host', 'srflx'], [{ ...host, atMs: 1 }], 120, 120],
  ['at the soft cut without a dead server', ['host', 'srflx'], [{ ...host, atMs: 1 }], null, softCutMs],
  ['with an address that came after the soft cut', ['host', 'srflx'], [{ ...host, atMs: 300 }], null, 300],
  [
    'at the hard cut without a dead relay',
    ['host', 'srflx', 'relay'],
    [
      { ...host, atMs: 1 },
      { ...reflexive, atMs: 9 },
    ],
    9_500,
    hardCutMs,
  ],
  ['with a late relay where nothing else is allowed', ['relay'], [{ ...relay, atMs: 900 }], 950, 900],
  ['at the last cut without the relay', ['relay'], [], 9_500, lastCutMs],
  ['not for what no SIP server uses', ['host'], [{ ...host, protocol: 'tcp', atMs: 1 }], null, lastCutMs],
  ['with the first address of a network that Chromium learns of late', ['host'], [{ ...host, atMs: 2_100 }], 1, 2_100],
  ['at the last cut when no network comes', ['host'], [], 1, lastCutMs],
  ['as soon as all relays are known to fail where nothing else is allowed', ['relay'], [], 700, 700],
  ['at the end of the look at the latest', ['relay'], [], null, 2_000],
] as const)('a call leaves %s', (_when, wanted, found, completeAtMs, left) => {
  const endMs = left === 2_000 ? 2_000 : 10_000;
  expect(departureMs(new Set(wanted), found, completeAtMs, endMs)).toBe(left);
});
