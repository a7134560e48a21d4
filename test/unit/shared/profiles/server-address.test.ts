import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverSchema } from '#shared/profiles/account.ts';
import { parseServerAddress, serverName, serverUrl } from '#shared/profiles/server-address.ts';

describe('the address of a server', () => {
  it.each([
    ['pbx.example.com', 'wss://pbx.example.com:443/ws'],
    [' PBX.example.com. ', 'wss://pbx.example.com:443/ws'],
    ['pbx.example.com:8089', 'wss://pbx.example.com:8089/ws'],
    ['wss://pbx.example.com:8089/sip', 'wss://pbx.example.com:8089/sip'],
    ['ws://10.0.0.1', 'ws://10.0.0.1:80/ws'],
    ['[2001:DB8::1]:8089', 'wss://[2001:db8::1]:8089/ws'],
    ['wss://telefon-köln.example/', 'wss://telefon-köln.example:443/ws'],
  ])('reads %s', (text, url) => {
    const address = parseServerAddress(text);
    expect(address && serverUrl({ ...address, trust: { kind: 'system' } })).toBe(url);
  });

  it.each([
    '',
    ' ',
    'http://pbx',
    'pbx:0',
    'pbx:99999',
    '2001:db8::1',
    '[pbx]',
    'a b',
    'user@pbx',
    'pbx/..?x',
    'pbx#x',
    '-pbx',
    'pbx..de',
    'wss://',
  ])('refuses "%s"', (text) => {
    expect(parseServerAddress(text)).toBeUndefined();
  });

  it('is shown with its port', () => {
    expect(serverName({ host: '2001:db8::1', port: 8089 })).toBe('[2001:db8::1]:8089');
  });

  it('yields only what the schema takes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = parseServerAddress(text);
        if (address !== undefined) serverSchema.parse({ ...address, trust: { kind: 'system' } });
      }),
    );
  });
});
