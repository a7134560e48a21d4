import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHttpHead } from '#shared/network/http-head.ts';

describe('the head of an HTTP answer', () => {
  it('is read', () => {
    const head = parseHttpHead('HTTP/1.0 407 No way\r\nProxy-Authenticate: Basic realm="a"\r\nPROXY-authenticate:Digest x\r\nX:\r\n\r\n');
    expect(head).toMatchObject({ status: 407, reason: 'No way' });
    expect([...(head?.headers ?? [])]).toEqual([
      ['proxy-authenticate', ['Basic realm="a"', 'Digest x']],
      ['x', ['']],
    ]);
  });

  it('may have no reason, and bare line feeds', () => {
    expect(parseHttpHead('HTTP/1.1 200\nA: b\n\n')).toMatchObject({ status: 200, reason: '' });
  });

  it('leaves out what is no header', () => {
    const head = parseHttpHead('HTTP/1.1 200 OK\r\nno colon\r\n: no name\r\nbad name : x\r\n folded: y\r\n\r\n');
    expect(head?.headers.size).toBe(0);
  });

  it.each(['', 'HTTP/2 200 OK\r\n\r\n', 'HTTP/1.1 20 OK\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n', '<html>', 'HTTP/1.1 2000 OK\r\n\r\n'])(
    'is none: %j',
    (text) => {
      expect(parseHttpHead(text)).toBeUndefined();
    },
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseHttpHead(`HTTP/1.1 200 OK\r\n${text}`);
      }),
    );
  });
});
