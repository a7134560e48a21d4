import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, redact } from '#shared/logging/redact.ts';

const crlf = '\r\n';

describe('redact', () => {
  it.each([
    [
      'Authorization: Digest username="1001", realm="office", nonce="abc", uri="sip:pbx", response="def", algorithm=SHA-256',
      'Authorization: Digest realm="office", algorithm=SHA-256, [removed]',
    ],
    ['WWW-Authenticate: Digest realm="a \\"b\\"", nonce="n", opaque="o"', 'WWW-Authenticate: Digest realm="a \\"b\\"", [removed]'],
    ['proxy-authorization : Bearer abc.def', 'proxy-authorization : Bearer [removed]'],
    ['Authentication-Info: nextnonce="abc", rspauth="def"', 'Authentication-Info: [removed]'],
    ['Authorization: Digest\r\n  nonce="a",\r\n\tresponse="b"\r\nVia: x', 'Authorization: Digest [removed]\r\nVia: x'],
    ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^20|1:32', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 [removed]'],
    ['a=ice-ufrag:abcd\r\na=ice-pwd:efgh\r\na=mid:0', 'a=ice-ufrag:[removed]\r\na=ice-pwd:[removed]\r\na=mid:0'],
    [
      'a=candidate:1 1 udp 99 192.0.2.1 4000 typ host ufrag abcd network-id 1',
      'a=candidate:1 1 udp 99 192.0.2.1 4000 typ host ufrag [removed] network-id 1',
    ],
    ['k=clear:geheim', 'k=clear [removed]'],
    ['{"urls":"turn:t.example","username":"u","credential":"s3cr3t"}', '{"urls":"turn:t.example","username":"u","credential":[removed]}'],
    ['turnPassword=abc next', 'turnPassword=[removed] next'],
    [`{"password":"with \\" quote and, comma"}`, '{"password":[removed]}'],
    [String.raw`"{\"password\":\"two words\",\"x\":1}"`, String.raw`"{\"password\":[removed],\"x\":1}"`],
    ['wss://pbx.example/ws?token=abc&room=5', 'wss://pbx.example/ws?token=[removed]&room=[removed]'],
    ['https://anna:geheim@pbx.example/x', 'https://anna:[removed]@pbx.example/x'],
    ['INVITE sip:anna:geheim@pbx.example SIP/2.0', 'INVITE sip:anna:[removed]@pbx.example SIP/2.0'],
    ['https://rcs.example:4445/0123456789abcdef0123456789abcdef/ftp', 'https://rcs.example:4445/[removed]/ftp'],
    ['Set-Cookie: session=abc; HttpOnly', 'Set-Cookie: [removed]'],
    ['Bearer abcdefgh123', 'Bearer [removed]'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(redact(redact(text))).toBe(expected);
  });

  it.each([
    'INVITE sip:1001@pbx.example:5061;transport=ws SIP/2.0',
    'Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1;rport',
    'error code=wrong-password host=pbx.example',
    'a=fingerprint:sha-256 AA:BB',
    'stun:stun.example:3478',
    'Contact: <sip:1001@192.0.2.1:5060;ob>;expires=600',
  ])('leaves "%s" as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('stays linear over hostile text', () => {
    const units = [
      'sip:',
      'a:',
      '"',
      '\\',
      '\\"',
      'password',
      'password=',
      'nonce="',
      'authorization ',
      'https://',
      '/a1',
      '\r\n ',
      'inline:',
      'eyJ',
      '?a=',
      '.',
      '-----BEGIN PRIVATE KEY-----',
    ];
    const started = performance.now();
    for (const unit of units) redact(unit.repeat(Math.ceil(65_536 / unit.length)));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('isSecretName', () => {
  it.each(['password', 'turnPassword', 'accessToken', 'api_key', 'nonce', 'authorization', 'ha1', 'icePwd'])('%s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(['code', 'host', 'expires', 'user', 'passwordKept', 'status'])('not %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

/** A secret whose every part can be recognised: at any cut at least one canary stays whole. */
const canary = 'cAnArY';
const secret = fc
  .array(fc.stringMatching(/^[A-Za-z0-9+/=_.~-]{0,8}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => canary + parts.map((part) => part + canary).join(''));
const anyCase = (name: string) =>
  fc
    .infiniteStream(fc.boolean())
    .map((flips) => [...name].map((c) => (flips.next().value === true ? c.toUpperCase() : c.toLowerCase())).join(''));
const space = fc.constantFrom('', ' ', '  ', '\t');
const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);

const digestHeader = fc
  .record({
    name: fc
      .constantFrom('authorization', 'proxy-authorization', 'www-authenticate', 'proxy-authenticate', 'authentication-info')
      .chain(anyCase),
    before: space,
    after: fc.constantFrom(' ', '', '\t', '\r\n '),
    parameters: fc.array(
      fc.record({
        name: fc.constantFrom('nonce', 'cnonce', 'response', 'opaque', 'nextnonce', 'rspauth', 'username').chain(anyCase),
        value: secret,
        quoted: fc.boolean(),
        equals: fc.constantFrom('=', ' = ', '= '),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    joint: fc.constantFrom(', ', ',', ',\r\n ', ' ,\r\n\t'),
    realm: word,
    ended: fc.boolean(),
  })
  .map(({ name, before, after, parameters, joint, realm, ended }) => {
    const written = parameters.map(
      (parameter) => `${parameter.name}${parameter.equals}${parameter.quoted ? `"${parameter.value}"` : parameter.value}`,
    );
    return `${name}${before}:${after}Digest realm="${realm}"${joint}${written.join(joint)}${ended ? '' : `${joint}nonce="${canary}`}`;
  });

const secretLine = fc.oneof(
  digestHeader,
  secret.map((s) => `Authorization: Bearer ${s}`),
  secret.map((s) => `Authorization: Basic ${s}`),
  fc.tuple(anyCase('a=crypto'), secret).map(([name, s]) => `${name}:1 AES_CM_128_HMAC_SHA1_80 inline:${s}|2^20|1:4;inline:${s}`),
  fc.tuple(anyCase('a=ice-pwd'), secret).map(([name, s]) => `${name}:${s}`),
  fc.tuple(anyCase('a=ice-ufrag'), secret).map(([name, s]) => `${name}:${s}`),
  secret.map((s) => `a=candidate:1 1 udp 1 192.0.2.1 9 typ host generation 0 ufrag ${s} network-cost 10`),
  secret.map((s) => `k=base64:${s}`),
  secret.map((s) => `a=key-mgmt:mikey ${s}`),
  fc
    .tuple(fc.constantFrom('token', 'access_token', 'ticket', 'sig', 'x'), secret)
    .map(([name, s]) => `Call-Info: <https://pbx.example/p?a=b&${name}=${encodeURIComponent(s)}>`),
  secret.map((s) => `Contact: <sip:1001:${encodeURIComponent(s)}@pbx.example>`),
  secret.map((s) => `Alert-Info: <wss://user:${encodeURIComponent(s)}@pbx.example/ws>`),
  fc
    .tuple(fc.constantFrom('password', 'secret', 'sipPassword', 'turn_credential', 'authToken'), fc.constantFrom('=', ': ', ' = '), secret)
    .map(([name, equals, s]) => `X-Debug: ${name}${equals}${s}`),
  fc.tuple(secret, word).map(([s, extra]) => `X-Json: ${JSON.stringify({ user: extra, password: `${s} "${extra}" ${s}`, port: 1 })}`),
  fc.tuple(secret, word).map(([s, extra]) => `X-Json: ${JSON.stringify({ text: JSON.stringify({ credential: `${s} ${extra} ${s}` }) })}`),
  secret.map((s) => `Cookie: session=${s}; other=${s}`),
  secret.map((s) => `Contact: <sip:1001@192.0.2.1;pn-prid=${s}>`),
);

const harmlessLine = fc.oneof(
  word.map((w) => `Subject: ${w}`),
  word.map((w) => `Via: SIP/2.0/WSS ${w}.invalid;branch=z9hG4bK${w}`),
  fc.string({ maxLength: 40 }).map((s) => `X-Any: ${s.replaceAll(canary, '')}`),
  word.map((w) => `From: "${w}" <sip:${w}@pbx.example>;tag=${w}`),
);

describe('redact over whole messages', () => {
  it('lets no planted secret through', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(secretLine, harmlessLine), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(crlf, '\n'),
        (lines, end) => {
          const output = redact(`INVITE sip:1001@pbx.example SIP/2.0${end}${lines.join(end)}${end}${end}`);
          expect(output).not.toContain(canary);
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
