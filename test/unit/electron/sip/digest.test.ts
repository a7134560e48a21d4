import { describe, expect, it } from 'vitest';
import { authorizationFor, type DigestChallenge, readChallenges } from '#electron/sip/digest.ts';
import { DigestCredentials } from '#electron/sip/digest-credentials.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';

const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
const get = { method: 'GET', uri: '/dir/index.html', body: '' };
const rfc7616: DigestChallenge = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  stale: false,
  algorithm: 'MD5',
  algorithmNamed: true,
  qop: 'auth',
};
const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

function responseIn(header: string): string | undefined {
  return /response="([^"]+)"/.exec(header)?.[1];
}

describe('digest', () => {
  it('gives the responses of RFC 7616 section 3.9.1', () => {
    expect(responseIn(authorizationFor(rfc7616, mufasa, get, 1, cnonce))).toBe('8ca523f5e9506fed4657c9700eebdbec');
    expect(responseIn(authorizationFor({ ...rfc7616, algorithm: 'SHA-256' }, mufasa, get, 1, cnonce))).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('gives the response of RFC 2069 where the server offers no qop', () => {
    const challenge: DigestChallenge = {
      ...rfc7616,
      realm: 'testrealm@host.com',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      qop: undefined,
    };
    const header = authorizationFor(challenge, { user: 'Mufasa', password: 'CircleOfLife' }, get, 1, cnonce);
    expect(responseIn(header)).toBe('1949323746fe6a43ef61f9606e7febea');
    expect(header).not.toMatch(/\b(?:nc|qop|cnonce)=/);
  });

  it('escapes quotes and backslashes, and lets no line break through', () => {
    const header = authorizationFor({ ...rfc7616, realm: 'a"b\\c' }, { user: 'x"\r\nEvil: 1', password: '' }, get, 1, cnonce);
    expect(header).toContain('username="x\\"Evil: 1"');
    expect(header).toContain('realm="a\\"b\\\\c"');
  });

  it('reads challenges however they are quoted', () => {
    const [challenge] = readChallenges(['digest realm=office,nonce = "n\\"1" , algorithm="md5", qop=auth, stale="TRUE",']);
    expect(challenge).toEqual({
      realm: 'office',
      nonce: 'n"1',
      opaque: undefined,
      stale: true,
      algorithm: 'MD5',
      algorithmNamed: true,
      qop: 'auth',
    });
  });

  it.each([
    'Basic realm="office"',
    'Digest realm="office"',
    'Digest nonce="1"',
    'Digest realm="o", nonce="1", algorithm=SHA-3',
    'Digest realm="o", nonce="1", qop="token"',
    '',
  ])('leaves out %s', (value) => {
    expect(readChallenges([value])).toEqual([]);
  });
});

describe('the credentials of an account', () => {
  const register = { method: 'REGISTER', uri: 'sip:office', body: '' };
  const invite = { method: 'INVITE', uri: 'sip:202@office', body: '' };
  const challengeOf = (nonce: string, more = ''): string[] => [`Digest realm="office", nonce="${nonce}", qop="auth"${more}`];

  function account(password: string | undefined = 'secret'): DigestCredentials {
    return new DigestCredentials({ user: '201', password: () => password, random: new SeededRandom(), logger: silentLogger });
  }

  function registered(): DigestCredentials {
    const credentials = account();
    const request = {};
    credentials.answer(request, register, 'authorization', challengeOf('1'));
    credentials.accepted(request);
    return credentials;
  }

  it('go to the registrar first, and to nobody before it accepted them', () => {
    const credentials = account();
    expect(credentials.answer({}, invite, 'authorization', challengeOf('1'))).toBeUndefined();
    expect(credentials.preempt(register, false)).toBeUndefined();
  });

  it('are not sent again to a realm that refused them, by whichever connection, until they change or the person says so', () => {
    let password = 'wrong';
    const credentials = new DigestCredentials({ user: '201', password: () => password, random: new SeededRandom(), logger: silentLogger });
    const refusedOnce = {};
    expect(credentials.answer(refusedOnce, register, 'authorization', challengeOf('1'))).toBeDefined();
    expect(credentials.answer(refusedOnce, register, 'authorization', challengeOf('2'))).toBeUndefined();
    const again = {};
    expect(credentials.answer(again, register, 'authorization', challengeOf('3'))).toBeUndefined();
    expect([credentials.outcomeOf(again), credentials.passwordChanged]).toEqual(['wrong-password', false]);
    const elsewhere = challengeOf('4').map((challenge) => challenge.replace(/realm="[^"]*"/, 'realm="another"'));
    expect(credentials.answer({}, register, 'authorization', elsewhere)).toBeDefined();
    credentials.forgive();
    expect(credentials.answer({}, register, 'authorization', challengeOf('5'))).toBeDefined();
    password = 'right';
    expect(credentials.passwordChanged).toBe(true);
    expect(credentials.answer({}, register, 'authorization', challengeOf('6'))).toBeDefined();
  });

  it('count the uses of a nonce, and are sent unasked only where a request begins something', () => {
    const credentials = registered();
    expect(credentials.preempt(register, false)?.value).toContain('nc=00000002');
    expect(credentials.preempt(invite, false)).toMatchObject({
      header: 'authorization',
      value: expect.stringContaining('nc=00000003') as string,
    });
    expect(credentials.preempt({ ...invite, method: 'BYE' }, true)).toBeUndefined();
    expect(credentials.preempt({ ...invite, method: 'ACK' }, false)).toBeUndefined();
  });

  it('are refused to another realm, also when ours stands beside it', () => {
    const credentials = registered();
    const request = {};
    expect(credentials.answer(request, invite, 'authorization', ['Digest realm="evil", nonce="1"'])).toBeUndefined();
    expect(credentials.outcomeOf(request)).toBe('foreign-realm');
    const both = credentials.answer({}, invite, 'authorization', ['Digest realm="evil", nonce="1"', ...challengeOf('2')]);
    expect(both).toContain('realm="office"');
  });

  it('answer a proxy and a registrar in one request, each once', () => {
    const credentials = account();
    const request = {};
    expect(credentials.answer(request, register, 'proxy-authorization', ['Digest realm="proxy", nonce="p"'])).toContain('proxy');
    expect(credentials.answer(request, register, 'authorization', challengeOf('1'))).toContain('office');
    credentials.accepted(request);
    expect(credentials.answer({}, invite, 'proxy-authorization', ['Digest realm="proxy", nonce="q"'])).toContain('nonce="q"');
  });

  it('are tried once, whether the nonce changes or not', () => {
    for (const second of ['1', '2']) {
      const credentials = account();
      const request = {};
      credentials.answer(request, register, 'authorization', challengeOf('1'));
      expect(credentials.answer(request, register, 'authorization', challengeOf(second))).toBeUndefined();
      expect(credentials.outcomeOf(request)).toBe('wrong-password');
      expect(credentials.passwordChanged).toBe(false);
    }
  });

  it('stop after three stale nonces, and at a stale one that is the same', () => {
    const credentials = account();
    const request = {};
    const answers = ['1', '2', '3', '4'].map((nonce) =>
      credentials.answer(request, register, 'authorization', challengeOf(nonce, ', stale=true')),
    );
    expect(answers.map((answer) => answer !== undefined)).toEqual([true, true, true, false]);
    const other = {};
    credentials.answer(other, register, 'authorization', challengeOf('5'));
    expect(credentials.answer(other, register, 'authorization', challengeOf('5', ', stale=true'))).toBeUndefined();
    expect(credentials.outcomeOf(other)).toBe('too-many-rounds');
  });

  it('do not go back to MD5 after SHA-256', () => {
    const credentials = account();
    const request = {};
    credentials.answer(request, register, 'authorization', challengeOf('1', ', algorithm=SHA-256'));
    credentials.accepted(request);
    const later = {};
    expect(credentials.answer(later, register, 'authorization', challengeOf('2', ', algorithm=MD5'))).toBeUndefined();
    expect(credentials.outcomeOf(later)).toBe('downgraded');
    expect(
      credentials.answer({}, register, 'authorization', [...challengeOf('3'), ...challengeOf('4', ', algorithm=SHA-512-256')]),
    ).toContain('nonce="4"');
  });
});
