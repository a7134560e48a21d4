import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ProxyAuthorization } from '#electron/sip/transports/proxies/proxy-authorization.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';

const basic = 'Basic realm="x"';
const digest = (algorithm: string) => `Digest realm="x", nonce="n", qop="auth", algorithm=${algorithm}`;
const mia = { user: 'mia', password: 'secret' };
const authority = 'pbx.example.com:8089';

const make = () => new ProxyAuthorization(new SeededRandom(1));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('an answer to a proxy', () => {
  it.each([
    [[basic], 'Basic'],
    [[basic, digest('MD5')], 'Digest MD5'],
    [[`${basic}, ${digest('MD5')}, ${digest('SHA-256')}`], 'Digest SHA-256'],
    [['Negotiate', 'NTLM', basic], 'Basic'],
    [['Negotiate', 'NTLM'], undefined],
    [['Digest realm="x", nonce="n", algorithm=ROT13'], undefined],
    [[], undefined],
  ])('to %j is %s', (challenges, expected) => {
    const scheme = make().choose(challenges);
    const name = scheme?.kind === 'digest' ? `Digest ${scheme.challenge.algorithm}` : scheme?.kind === 'basic' ? 'Basic' : undefined;
    expect(name).toBe(expected);
  });

  it('in Basic is UTF-8 (RFC 7617 section 2.1)', () => {
    expect(make().answer({ kind: 'basic' }, { user: 'test', password: '123£' }, authority)).toBe('Basic dGVzdDoxMjPCow==');
  });

  it('in Digest is about CONNECT and the server (RFC 7616 section 3.4)', () => {
    const authorization = make();
    const scheme = authorization.choose([digest('SHA-256')]);
    if (scheme === undefined) throw new Error('Digest is known');
    const value = authorization.answer(scheme, mia, authority);
    const [, cnonce, response] = [/.*/, /cnonce="([^"]+)"/, /response="([^"]+)"/].map((pattern) => pattern.exec(value)?.[1]);
    expect(value).toContain(`uri="${authority}"`);
    expect(response).toBe(sha256(`${sha256('mia:x:secret')}:n:00000001:${cnonce}:auth:${sha256(`CONNECT:${authority}`)}`));
  });

  it('is given unasked after it was taken, with the nonce counted, and no more after it was refused', () => {
    const authorization = make();
    expect(authorization.unasked(mia, authority)).toBeUndefined();
    const scheme = authorization.choose([digest('MD5')]);
    if (scheme === undefined) throw new Error('Digest is known');
    authorization.accepted(scheme);
    expect(authorization.unasked(mia, authority)).toContain('nc=00000002');
    expect(authorization.unasked(mia, authority)).toContain('nc=00000003');
    expect(authorization.refusedUnasked()).toBe(false);
    expect(authorization.unasked(mia, authority)).toBeUndefined();
    authorization.accepted({ kind: 'basic' });
    expect(authorization.refusedUnasked()).toBe(true);
  });
});
