import { expect, it } from 'vitest';
import { settingsUpgrades } from '#shared/settings/upgrades.ts';

const upgraded = (ice: unknown): unknown => settingsUpgrades[2]?.({ version: 2, ice })['ice'];

it('keeps the servers for the sound that can be read, mends what is meant well, and lets the others go', () => {
  const server = (id: string, uri: string): object => ({ id, uri, username: '' });
  const servers = [
    server('1', 'stun:stun.example?transport=udp'),
    server('2', 'stuns:stun.example'),
    server('3', 'turn:relay.example:99999'),
    server('4', 'turn:relay.example?transport=tcp'),
  ];
  expect(upgraded({ servers, relayOnly: true })).toEqual({
    servers: [server('1', 'stun:stun.example'), server('4', 'turn:relay.example?transport=tcp')],
    relayOnly: true,
  });
});

it('leaves to the schema what is no list of servers', () => {
  for (const ice of [undefined, null, [], { servers: 'none' }, { servers: [{ uri: 1 }] }]) expect(upgraded(ice)).toEqual(ice);
});
