import { describe, expect, it } from 'vitest';
import { parseAuthenticationInfo, parseChallenges, parseCredentials } from '#shared/sip/parse-auth-header.ts';

/** Challenges as plain values. */
function read(...values: string[]): unknown {
  return parseChallenges(values).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('challenges', () => {
  it('keep their order over several headers and within one', () => {
    expect(
      read(
        'Digest realm="a", nonce="n1", algorithm=SHA-256, qop="auth,auth-int"',
        'Digest realm="a", nonce="n2", algorithm=MD5, Digest realm="b", nonce="n3"',
      ),
    ).toEqual([
      ['Digest', { realm: 'a', nonce: 'n1', algorithm: 'SHA-256', qop: 'auth,auth-int' }],
      ['Digest', { realm: 'a', nonce: 'n2', algorithm: 'MD5' }],
      ['Digest', { realm: 'b', nonce: 'n3' }],
    ]);
  });

  it.each([
    [
      'quoted algorithm and stale',
      'Digest realm="a",algorithm="SHA-256",stale="TRUE"',
      { realm: 'a', algorithm: 'SHA-256', stale: 'TRUE' },
    ],
    ['unquoted nonce, qop and realm', 'Digest realm=My Realm, nonce=ab/c==, qop=auth', { realm: 'My Realm', nonce: 'ab/c==', qop: 'auth' }],
    ['escaped quotes', String.raw`Digest realm="say \"hi\"\\", nonce="1"`, { realm: 'say "hi"\\', nonce: '1' }],
    ['trailing and doubled commas', 'Digest realm="a",, nonce="1",', { realm: 'a', nonce: '1' }],
    ['white space around =', 'Digest   realm = "a" ,\tnonce= "1"', { realm: 'a', nonce: '1' }],
    ['names in any case', 'Digest REALM="a", Nonce="1"', { realm: 'a', nonce: '1' }],
    ['forgotten commas', 'Digest realm="a" nonce="1" qop="auth"', { realm: 'a', nonce: '1', qop: 'auth' }],
    ['an open quote', 'Digest realm="a", nonce="12', { realm: 'a', nonce: '12' }],
    ['a parameter without value', 'Digest realm="a", stale, nonce="1"', { realm: 'a', nonce: '1' }],
    ['a name twice', 'Digest realm="a", realm="b"', { realm: 'a' }],
    ['empty values', 'Digest realm="", opaque=', { realm: '', opaque: '' }],
    ['no parameters', 'Digest', {}],
  ])('%s', (_name, value, parameters) => {
    expect(read(value)).toEqual([['Digest', parameters]]);
  });

  it('other schemes stand beside Digest', () => {
    expect(read('Bearer authz_server="https://a.example", Digest realm="x"')).toEqual([
      ['Bearer', { authz_server: 'https://a.example' }],
      ['Digest', { realm: 'x' }],
    ]);
  });

  it.each(['', ',', ' , ,', '"', '=', '="a"', 'realm="a"'])('nothing from %o', (value) => {
    expect(read(value)).toEqual([]);
  });
});

describe('credentials and Authentication-Info', () => {
  it('credentials', () => {
    const credentials = parseCredentials('Digest username="anna", uri="sip:a@b", nc=00000001, response="0f"');
    expect(credentials?.scheme).toBe('Digest');
    expect(Object.fromEntries(credentials?.parameters ?? [])).toEqual({ username: 'anna', uri: 'sip:a@b', nc: '00000001', response: '0f' });
    expect(parseCredentials('')).toBeUndefined();
  });

  it('Authentication-Info has no scheme', () => {
    expect(Object.fromEntries(parseAuthenticationInfo('nextnonce="47", qop=auth,rspauth="ab", nc=1'))).toEqual({
      nextnonce: '47',
      qop: 'auth',
      rspauth: 'ab',
      nc: '1',
    });
  });
});
