import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProxyList, proxyName } from '#shared/network/proxy-list.ts';

const direct = { kind: 'direct' };

describe('a list of proxies', () => {
  it.each([
    ['DIRECT', [direct]],
    ['PROXY a.example:3128', [{ kind: 'http', host: 'a.example', port: 3128 }]],
    [
      'PROXY a:1; SOCKS5 b:2 ;HTTPS c:3;DIRECT',
      [{ kind: 'http', host: 'a', port: 1 }, { kind: 'socks5', host: 'b', port: 2 }, { kind: 'https', host: 'c', port: 3 }, direct],
    ],
    [
      'proxy A.Example; https b; socks5 c; http d',
      [
        { kind: 'http', host: 'a.example', port: 80 },
        { kind: 'https', host: 'b', port: 443 },
        { kind: 'socks5', host: 'c', port: 1080 },
        { kind: 'http', host: 'd', port: 80 },
      ],
    ],
    ['PROXY [2001:DB8::1]:8080', [{ kind: 'http', host: '2001:db8::1', port: 8080 }]],
    ['SOCKS a:1080; QUIC b:443; SOCKS4 c:1; DIRECT', [direct]],
    ['PROXY a:0; PROXY b:65536; PROXY c:x; PROXY; PROXY d e; DIRECT f', [direct]],
    ['PROXY 2001:db8::1:80', [direct]],
    ['PROXY user@a:1; PROXY a/b:1', [direct]],
    ['', [direct]],
  ])('reads %j', (text, choices) => {
    expect(parseProxyList(text)).toEqual(choices);
  });

  it('stops at four, and at what nobody writes by hand', () => {
    expect(parseProxyList('PROXY a:1;'.repeat(9))).toHaveLength(4);
    expect(parseProxyList(`${' '.repeat(5_000)}PROXY a:1`)).toEqual([direct]);
  });

  it('always has a way, and only such that can be dialled', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.constantFrom('PROXY ', 'HTTPS ', 'SOCKS5 ', ''), (text, word) => {
        const choices = parseProxyList(`${word}${text}`);
        expect(choices.length).toBeGreaterThan(0);
        for (const choice of choices) {
          if (choice.kind === 'direct') continue;
          expect(choice.host).toMatch(/^[^\s/?#@[\]]+$/);
          expect(choice.port).toBeGreaterThan(0);
          expect(choice.port).toBeLessThan(65_536);
        }
      }),
    );
  });

  it('names a proxy as an address is written', () => {
    expect(proxyName({ kind: 'http', host: '::1', port: 3128 })).toBe('[::1]:3128');
  });
});
