import { expect, it } from 'vitest';
import { stunServersOf } from '#shared/network/stun/servers.ts';

it('asks STUN servers first, then relays over UDP, each once', () => {
  const uris = [
    'turn:relay.example.org',
    'turn:tcp.example.org?transport=tcp',
    'turns:tls.example.org',
    'stun:[2001:DB8::1]:3479',
    'stun:relay.example.org:3478',
    'nonsense',
  ];
  expect(stunServersOf(uris.map((uri) => ({ uri })))).toEqual([
    { host: '2001:db8::1', port: 3479 },
    { host: 'relay.example.org', port: 3478 },
  ]);
  expect(stunServersOf([])).toEqual([]);
});
