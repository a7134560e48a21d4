import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseIceUri, serverOf } from '#shared/network/ice/uri.ts';
import { iceUriSchema } from '#shared/settings/settings.ts';

it.each([
  ['stun:stun.example.org', { kind: 'stun', host: 'stun.example.org', port: 3478, transport: 'udp' }],
  ['stun:10.0.0.1:19302', { kind: 'stun', host: '10.0.0.1', port: 19_302, transport: 'udp' }],
  ['turn:relay.example', { kind: 'turn', host: 'relay.example', port: 3478, transport: 'udp' }],
  ['turn:relay.example?transport=udp', { kind: 'turn', host: 'relay.example', port: 3478, transport: 'udp' }],
  ['turn:relay.example:80?transport=tcp', { kind: 'turn', host: 'relay.example', port: 80, transport: 'tcp' }],
  ['turns:relay.example', { kind: 'turn', host: 'relay.example', port: 5349, transport: 'tls' }],
  ['turns:relay.example:443?transport=tcp', { kind: 'turn', host: 'relay.example', port: 443, transport: 'tls' }],
  ['turns:relay.example?transport=udp', { kind: 'turn', host: 'relay.example', port: 5349, transport: 'tls' }],
  ['turn:Relay.Example?transport=tcp', { kind: 'turn', host: 'relay.example', port: 3478, transport: 'tcp' }],
  ['turn:[2001:DB8:0::1]:3478', { kind: 'turn', host: '2001:db8::1', port: 3478, transport: 'udp' }],
  ['stun:pbx', { kind: 'stun', host: 'pbx', port: 3478, transport: 'udp' }],
])('%s is read', (uri, parts) => {
  expect(parseIceUri(uri)).toEqual(parts);
  expect(iceUriSchema.safeParse(uri).success).toBe(true);
});

it.each([
  '',
  'relay.example',
  'TURN:relay.example',
  'http://relay.example',
  // RFC 7064 knows no transport, and Chromium refuses it
  'stun:stun.example?transport=udp',
  'stuns:stun.example',
  'turn:',
  'turn:?transport=udp',
  'turn://relay.example',
  'turn:user@relay.example',
  'turn:relay.example:',
  'turn:relay.example:0',
  'turn:relay.example:65536',
  'turn:relay.example?transport=sctp',
  'turn:relay.example?transport=tcp&x=1',
  'turn:relay..example',
  'turn:.example',
  'turn:-relay.example',
  'turn:10.0.0.256',
  'turn:10.0.0',
  'turn:2001:db8::1',
  'turn:[10.0.0.1]',
  'turn:[2001:db8::1::2]',
  'turn:[::g]',
  'turn: relay.example',
  `turn:${'a'.repeat(64)}.example`,
  `turn:${'abc.'.repeat(200)}example`,
])('%j is none', (uri) => {
  expect(parseIceUri(uri)).toBeUndefined();
  expect(iceUriSchema.safeParse(uri).success).toBe(false);
});

it('names the server so that it is read again as the same', () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  const port = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(host, port, fc.constantFrom('', '?transport=tcp'), (host, port, transport) => {
      const uri = parseIceUri(`turn:${serverOf({ host, port })}${transport}`);
      if (uri !== undefined) expect(parseIceUri(`turn:${serverOf(uri)}${transport}`)).toEqual(uri);
      else expect(host.length).toBeGreaterThan(253);
    }),
  );
});
