import { writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import type { ProxyCredentials } from '#electron/sip/transports/proxies/credentials-guard.ts';
import { ProxyAccess } from '#electron/sip/transports/proxies/proxy-access.ts';
import { reachProxyMs } from '#electron/sip/transports/proxies/proxy-tunnel.ts';
import { parseProxyList, type ProxyChoice } from '#shared/network/proxy-list.ts';
import type { Server as SipServer, Trust } from '#shared/profiles/account.ts';
import { parseServerAddress } from '#shared/profiles/server-address.ts';
import type { Clock } from '#shared/util/clock.ts';
import { startAsterisk } from '#test/support/lab/asterisk.ts';
import { type LabProxy, type LabProxyWishes, startProxy } from '#test/support/lab/proxy.ts';
import { DigestRegistrar } from '#test/support/sip/digest-registrar.ts';
import { ScriptedProxy, type ScriptedProxyOptions } from '#test/support/sip/scripted-proxy.ts';
import { ScriptedServer, type ScriptedServerOptions } from '#test/support/sip/scripted-server.ts';
import { pinnedTo, serverAt, SipStackFixture } from '#test/support/sip/sip-stack-fixture.ts';
import { makeAuthority, makeCertificate, type TestCertificate } from '#test/support/sip/test-certificates.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const cleanUps: (() => unknown)[] = [];
const folder = new TempFolder('proxy');
let authority: TestCertificate;
let trust: Trust;

beforeAll(async () => {
  authority = await makeAuthority();
  writeFileSync(folder.file('ca.pem'), authority.certificate);
  trust = { kind: 'ca-file', path: folder.file('ca.pem') };
});

afterAll(() => folder.dispose());

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function scripted(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(options);
  server.script = new DigestRegistrar().script;
  cleanUps.push(() => server.close());
  return server;
}

/** A server whose certificate the test's authority gave to these names. */
async function secured(...names: string[]): Promise<ScriptedServer> {
  return scripted({ certificate: await makeCertificate({ issuer: authority, ...(names.length === 0 ? {} : { names }) }) });
}

async function scriptedProxy(options: ScriptedProxyOptions = {}): Promise<ScriptedProxy> {
  const proxy = await ScriptedProxy.start(options);
  cleanUps.push(() => proxy.close());
  return proxy;
}

interface AccessWishes {
  readonly credentials?: () => ProxyCredentials | undefined;
  readonly clock?: Clock;
}

function accessBy(choices: readonly ProxyChoice[], { credentials = () => undefined, clock = new SystemClock() }: AccessWishes = {}) {
  return new ProxyAccess({ resolve: () => Promise.resolve(choices), credentials, clock, random: new SystemRandom() });
}

function stackFor(proxies: ProxyAccess, ...servers: SipServer[]): SipStackFixture {
  const fixture = new SipStackFixture({ servers, connecting: { proxies } });
  cleanUps.push(() => fixture.stack.dispose());
  fixture.stack.start();
  return fixture;
}

async function errorOf(fixture: SipStackFixture) {
  for (;;) {
    const status = fixture.stack.registration;
    if (status.phase === 'waiting' || status.phase === 'refused') return status.error;
    await fixture.next();
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A port of this computer on which nothing listens. */
async function closedPort(): Promise<number> {
  const proxy = await ScriptedProxy.start();
  const { port } = proxy.proxy;
  await proxy.close();
  return port;
}

const lab: ProxyCredentials = { user: 'lab', password: 'labsecret' };
const wrong: ProxyCredentials = { user: 'lab', password: 'wrong' };

describe.each<LabProxyWishes>([
  { kind: 'tinyproxy' },
  { kind: 'tinyproxy', auth: 'basic' },
  { kind: 'squid' },
  { kind: 'squid', auth: 'basic' },
  { kind: 'squid', auth: 'digest' },
])('a real proxy: $kind, $auth', (wishes) => {
  let proxy: LabProxy;
  const access = () => accessBy([proxy.proxy], { credentials: () => lab });

  beforeAll(async () => {
    proxy = await startProxy(wishes);
  });
  afterAll(() => proxy.dispose());

  it('leads to a server whose name is checked, and to it again', async () => {
    const server = await secured();
    const proxies = access();
    const fixture = stackFor(proxies, serverAt(server.port, { trust }));
    await fixture.phase('registered');
    server.cutAll();
    await fixture.phase('waiting');
    await fixture.phase('registered');
    fixture.stack.dispose();
    await expect.poll(() => proxy.log(), { timeout: 10_000 }).toContain(`127.0.0.1:${server.port}`);
  });

  it('leads to a server whose certificate is pinned', async () => {
    const certificate = await makeCertificate({ names: ['elsewhere.example'] });
    const server = await scripted({ certificate });
    await stackFor(access(), serverAt(server.port, { trust: pinnedTo(certificate.fingerprint) })).phase('registered');
  });

  it('changes nothing about a wrong name, nor about another certificate than the pinned one', async () => {
    const [misnamed, other] = await Promise.all([secured('elsewhere.example'), makeCertificate()]);
    const named = stackFor(access(), serverAt(misnamed.port, { trust }));
    expect(await errorOf(named)).toMatchObject({ code: 'certificate-name-mismatch', details: { subject: 'elsewhere.example' } });
    const pinned = stackFor(access(), serverAt(misnamed.port, { trust: pinnedTo(other.fingerprint) }));
    expect(await errorOf(pinned)).toMatchObject({ code: 'certificate-changed', details: { expectedFingerprint: other.fingerprint } });
    expect(misnamed.connectionCount).toBe(0);
  });

  it('leads to a plain server', async () => {
    const server = await scripted();
    await stackFor(access(), serverAt(server.port, { transport: 'ws' })).phase('registered');
  });

  it('says when nothing answers behind it', async () => {
    const port = await closedPort();
    const error = await errorOf(stackFor(access(), serverAt(port, { trust })));
    expect(error).toMatchObject({ code: 'proxy-refused', details: { host: '127.0.0.1', port } });
    expect(error.details['status']).toBeGreaterThanOrEqual(500);
  });
});

describe.each<LabProxyWishes>([
  { kind: 'tinyproxy', auth: 'basic' },
  { kind: 'squid', auth: 'basic' },
  { kind: 'squid', auth: 'digest' },
])('a real proxy: $kind, $auth', (wishes) => {
  it('asks for a password, and refuses a wrong one', async () => {
    const [server, proxy] = await Promise.all([secured(), startProxy(wishes)]);
    cleanUps.push(() => proxy.dispose());
    const fixture = stackFor(accessBy([proxy.proxy]), serverAt(server.port, { trust }));
    const { host, port } = proxy.proxy;
    expect(await errorOf(fixture)).toEqual({
      code: 'proxy-password-needed',
      details: { proxy: `${host}:${port}`, host: '127.0.0.1', port: server.port },
    });
    const mistaken = stackFor(accessBy([proxy.proxy], { credentials: () => wrong }), serverAt(server.port, { trust }));
    expect(await errorOf(mistaken)).toMatchObject({ code: 'proxy-password-needed', details: { refused: true } });
    expect(server.connectionCount).toBe(0);
  });
});

it('registers at Asterisk through squid with Digest', async () => {
  const [asterisk, proxy] = await Promise.all([startAsterisk(), startProxy({ kind: 'squid', auth: 'digest' })]);
  cleanUps.push(() => Promise.all([asterisk.dispose(), proxy.dispose()]));
  const address = parseServerAddress(asterisk.wssUrl);
  if (address === undefined) throw new Error('the lab gives an address that Commute does not read');
  const fixture = new SipStackFixture({
    servers: [{ ...address, trust: { kind: 'ca-file', path: asterisk.caFile } }],
    user: '201',
    password: 'lab201',
    connecting: { proxies: accessBy([proxy.proxy], { credentials: () => lab }) },
  });
  cleanUps.push(() => fixture.stack.dispose());
  fixture.stack.start();
  await fixture.phase('registered');
  expect(await asterisk.cli('pjsip show contacts')).toContain('201/');
});

it.each(['tinyproxy', 'squid'] as const)('says that %s forbids the port', async (kind) => {
  const [server, proxy] = await Promise.all([secured(), startProxy({ kind, ports: [443] })]);
  cleanUps.push(() => proxy.dispose());
  const error = await errorOf(stackFor(accessBy([proxy.proxy]), serverAt(server.port, { trust })));
  expect(error).toMatchObject({ code: 'proxy-refused', details: { status: 403, port: server.port } });
});

describe('several ways', () => {
  it('names the proxy that is down', async () => {
    const port = await closedPort();
    const error = await errorOf(stackFor(accessBy(parseProxyList(`PROXY 127.0.0.1:${port}`)), serverAt(1, { trust })));
    expect(error).toMatchObject({ code: 'proxy-unreachable', details: { proxy: `127.0.0.1:${port}`, cause: 'ECONNREFUSED' } });
  });

  it('takes the second proxy when the first is down or refuses', async () => {
    const [server, refusing, good, down] = await Promise.all([secured(), scriptedProxy(), scriptedProxy(), closedPort()]);
    refusing.answer = () => 'HTTP/1.1 403 Forbidden\r\n\r\n';
    const list = [down, refusing.proxy.port, good.proxy.port].map((port) => `PROXY 127.0.0.1:${port}`).join('; ');
    await stackFor(accessBy(parseProxyList(`${list}; DIRECT`)), serverAt(server.port, { trust })).phase('registered');
    expect([refusing, good].map(({ heads }) => heads.length)).toEqual([1, 1]);
  });

  it('goes straight when the list allows it', async () => {
    const [server, down] = await Promise.all([secured(), closedPort()]);
    const choices = parseProxyList(`SOCKS5 127.0.0.1:${down}; DIRECT`);
    await stackFor(accessBy(choices), serverAt(server.port, { trust })).phase('registered');
  });

  it('tells the first error when no way leads there', async () => {
    const [proxy, target] = await Promise.all([scriptedProxy(), closedPort()]);
    proxy.answer = () => 'HTTP/1.1 502 Bad Gateway\r\n\r\n';
    const error = await errorOf(stackFor(accessBy([proxy.proxy, { kind: 'direct' }]), serverAt(target, { trust })));
    expect(error).toMatchObject({ code: 'proxy-refused', details: { status: 502, reason: 'Bad Gateway' } });
  });

  it('does not go round a proxy that asks for a password, nor round a certificate', async () => {
    const [server, misnamed, asking, good] = await Promise.all([secured(), secured('elsewhere.example'), scriptedProxy(), scriptedProxy()]);
    asking.answer = () => 'HTTP/1.1 407 Hm\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n';
    const asked = stackFor(accessBy([asking.proxy, good.proxy]), serverAt(server.port, { trust }));
    expect((await errorOf(asked)).code).toBe('proxy-password-needed');
    expect(good.heads).toEqual([]);
    const shown = stackFor(accessBy([good.proxy, { kind: 'direct' }]), serverAt(misnamed.port, { trust }));
    expect(await errorOf(shown)).toMatchObject({
      code: 'certificate-name-mismatch',
      details: { proxy: `127.0.0.1:${good.proxy.port}` },
    });
  });
});

describe('what a proxy answers', () => {
  async function errorFor(answer: string | undefined, credentials?: ProxyCredentials) {
    const proxy = await scriptedProxy();
    proxy.answer = () => answer;
    return errorOf(stackFor(accessBy([proxy.proxy], { credentials: () => credentials }), serverAt(443, { host: 'pbx.invalid', trust })));
  }

  it.each([
    ['garbage', '\0\x01SSH-2.0-OpenSSH_9.9\r\n\r\n'],
    ['a page without a head', '<html>Welcome</html>'],
    ['nothing', ''],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'X-Long: a\r\n'.repeat(4_000)}`],
  ])('takes %s for a refusal', async (_name, answer) => {
    expect(await errorFor(answer)).toMatchObject({ code: 'proxy-refused', details: { host: 'pbx.invalid', port: 443 } });
  });

  it('does not offer a password to a proxy that knows people by other means', async () => {
    const answer = 'HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n';
    const error = await errorFor(answer, lab);
    expect(error).toMatchObject({ code: 'proxy-refused', details: { status: 407, cause: 'unknown schemes: Negotiate, NTLM' } });
  });

  it('waits past a 1xx, and writes names and IPv6 addresses as RFC 9112 wants them', async () => {
    const proxy = await scriptedProxy();
    proxy.answer = () => 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 504 Gateway Timeout\r\n\r\n';
    const [named, numbered] = ['pbx.invalid', '2001:db8::1'].map((host) =>
      stackFor(accessBy([proxy.proxy]), serverAt(8089, { host, trust })),
    );
    if (named === undefined || numbered === undefined) throw new Error('two stacks were made');
    expect(await errorOf(named)).toMatchObject({ code: 'proxy-refused', details: { status: 504 } });
    await errorOf(numbered);
    const lines = proxy.heads.map((head) => head.split('\r\n').slice(0, 2)).sort();
    expect(lines).toEqual([
      ['CONNECT [2001:db8::1]:8089 HTTP/1.1', 'Host: [2001:db8::1]:8089'],
      ['CONNECT pbx.invalid:8089 HTTP/1.1', 'Host: pbx.invalid:8089'],
    ]);
  });
});

describe('a password at a proxy', () => {
  const challenge = 'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nConnection: close\r\n\r\n';
  const good = `Basic ${Buffer.from('lab:labsecret').toString('base64')}`;
  const basicOf = (head: string): string | undefined => /^Proxy-Authorization: (.*?)\r$/m.exec(head)?.[1];
  const tries = ({ heads }: ScriptedProxy): number => heads.filter((head) => basicOf(head) !== undefined).length;

  async function basicProxy(): Promise<ScriptedProxy> {
    const proxy = await scriptedProxy();
    proxy.answer = (head) => (basicOf(head) === good ? undefined : challenge);
    return proxy;
  }

  it('is tried once when it is wrong, by however many connections, until the person enters another', async () => {
    const [server, proxy] = await Promise.all([secured(), basicProxy()]);
    let credentials = wrong;
    const proxies = accessBy([proxy.proxy], { credentials: () => credentials });
    const both = [stackFor(proxies, serverAt(server.port, { trust })), stackFor(proxies, serverAt(server.port, { trust }))];
    const errors = await Promise.all(both.map(errorOf));
    expect(errors.map(({ code, details }) => [code, details['refused']])).toEqual(Array(2).fill(['proxy-password-needed', true]));
    await proxy.until(() => proxy.heads.length >= 6);
    expect(tries(proxy)).toBe(1);
    credentials = lab;
    proxies.credentialsChanged();
    await Promise.all(both.map((fixture) => fixture.phase('registered')));
  });

  it('goes along unasked once it was taken, and is tried no more when it is not any longer', async () => {
    const [server, proxy] = await Promise.all([secured(), basicProxy()]);
    const fixture = stackFor(accessBy([proxy.proxy], { credentials: () => lab }), serverAt(server.port, { trust }));
    await fixture.phase('registered');
    expect(proxy.heads.map(basicOf)).toEqual([undefined, good]);
    server.cutAll();
    await fixture.phase('waiting');
    await fixture.phase('registered');
    expect(proxy.heads.map(basicOf)).toEqual([undefined, good, good]);
    proxy.answer = () => challenge;
    server.cutAll();
    await fixture.until(() => {
      const status = fixture.stack.registration;
      return status.phase === 'waiting' && status.error.code === 'proxy-password-needed';
    });
    await proxy.until(() => proxy.heads.length >= 5);
    expect(tries(proxy)).toBe(3);
  });

  it('goes again with a new nonce when only the nonce was too old', async () => {
    const [server, proxy] = await Promise.all([secured(), scriptedProxy()]);
    const digest = (nonce: string, stale: boolean): string =>
      `HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nProxy-Authenticate: Digest realm="x", nonce="${nonce}", qop="auth", algorithm=SHA-256, stale=${stale}\r\n\r\n`;
    proxy.answer = (head) => {
      if (basicOf(head) === undefined) return digest('first', false);
      return head.includes('nonce="second"') ? undefined : digest('second', true);
    };
    await stackFor(accessBy([proxy.proxy], { credentials: () => lab }), serverAt(server.port, { trust })).phase('registered');
    expect(proxy.heads.map((head) => /nonce="(\w+)"/.exec(head)?.[1])).toEqual([undefined, 'first', 'second']);
    expect(basicOf(proxy.heads[2] ?? '')).toMatch(
      /^Digest username="lab", realm="x".*uri="127\.0\.0\.1:\d+".*algorithm=SHA-256, qop=auth, nc=00000001/,
    );
  });
});

describe('a proxy that speaks TLS', () => {
  async function trusting(): Promise<void> {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, authority.certificate]);
    cleanUps.push(() => setDefaultCACertificates(before));
  }

  it('is trusted by the system, and carries TLS to the server inside', async () => {
    await trusting();
    const [server, proxy] = await Promise.all([
      secured(),
      makeCertificate({ issuer: authority }).then((certificate) => scriptedProxy({ certificate })),
    ]);
    await stackFor(accessBy([proxy.proxy]), serverAt(server.port, { trust })).phase('registered');
    expect(proxy.heads).toHaveLength(1);
  });

  it('is not used under another name', async () => {
    await trusting();
    const certificate = await makeCertificate({ issuer: authority, names: ['other.example'] });
    const proxy = await scriptedProxy({ certificate });
    const error = await errorOf(stackFor(accessBy([proxy.proxy]), serverAt(443, { trust })));
    expect(error).toMatchObject({ code: 'proxy-unreachable', details: { cause: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(proxy.heads).toEqual([]);
  });

  it('is given up when its handshake does not come to an end, and its connection with it', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined).resume());
    const port = await listening(silent);
    const clock = new VirtualClock();
    const arrived = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const fixture = stackFor(accessBy([{ kind: 'https', host: '127.0.0.1', port }], { clock }), serverAt(443, { trust }));
    await arrived;
    clock.advance(reachProxyMs);
    expect(await errorOf(fixture)).toMatchObject({ code: 'proxy-unreachable', details: { cause: 'ETIMEDOUT' } });
    expect(clock.pendingCount).toBe(0);
  });
});

it('leaves nothing behind when it is given up in the middle', async () => {
  const proxy = await scriptedProxy();
  const port = await listening(createTcpServer((socket) => socket.on('error', () => undefined).resume()));
  const fixture = stackFor(accessBy([proxy.proxy]), serverAt(port, { trust }));
  await proxy.until(() => proxy.heads.length === 1);
  fixture.stack.dispose();
  await proxy.until(() => proxy.openConnections === 0);
});

describe('SOCKS 5', () => {
  it('leads to a server by address', async () => {
    const [server, proxy] = await Promise.all([secured(), scriptedProxy({ kind: 'socks5' })]);
    await stackFor(accessBy([proxy.proxy]), serverAt(server.port, { trust })).phase('registered');
    expect(proxy.messages.map((bytes) => [...bytes])).toEqual([[0], [127, 0, 0, 1], [server.port >> 8, server.port & 255]]);
  });

  it('has names looked up by the proxy', async () => {
    const [server, proxy] = await Promise.all([secured('localhost'), scriptedProxy({ kind: 'socks5' })]);
    await stackFor(accessBy([proxy.proxy]), serverAt(server.port, { host: 'localhost', trust })).phase('registered');
    expect(String(proxy.messages[1])).toBe('localhost');
  });

  it.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('writes %s as sixteen bytes', async (host, bytes) => {
    const proxy = await scriptedProxy({ kind: 'socks5' });
    proxy.reply = 4;
    await errorOf(stackFor(accessBy([proxy.proxy]), serverAt(5061, { host, trust })));
    expect(proxy.messages[1]?.toString('hex')).toBe(bytes);
  });

  it('says who we are only when asked, and then at once', async () => {
    const [server, proxy] = await Promise.all([secured(), scriptedProxy({ kind: 'socks5' })]);
    proxy.account = lab;
    const fixture = stackFor(accessBy([proxy.proxy], { credentials: () => lab }), serverAt(server.port, { trust }));
    await fixture.phase('registered');
    expect(proxy.messages.slice(0, 4).map(String)).toEqual(['\0', '\0\x02', 'lab', 'labsecret']);
    server.cutAll();
    await fixture.phase('waiting');
    await fixture.phase('registered');
    expect(proxy.messages.slice(6, 9).map(String)).toEqual(['\0\x02', 'lab', 'labsecret']);
  });

  it('asks for a password, and tries a wrong one once', async () => {
    const [server, proxy] = await Promise.all([secured(), scriptedProxy({ kind: 'socks5' })]);
    proxy.account = lab;
    expect((await errorOf(stackFor(accessBy([proxy.proxy]), serverAt(server.port, { trust })))).code).toBe('proxy-password-needed');
    proxy.messages.length = 0;
    const mistaken = stackFor(accessBy([proxy.proxy], { credentials: () => wrong }), serverAt(server.port, { trust }));
    expect(await errorOf(mistaken)).toMatchObject({ code: 'proxy-password-needed', details: { refused: true } });
    await mistaken.phase('connecting');
    await mistaken.phase('waiting');
    expect(proxy.messages.map(String).filter((text) => text === 'wrong')).toHaveLength(1);
  });

  it.each([
    [2, 'not allowed'],
    [5, 'connection refused'],
    [99, 'unknown reply'],
  ])('says why it was refused: %i', async (reply, reason) => {
    const proxy = await scriptedProxy({ kind: 'socks5' });
    proxy.reply = reply;
    const error = await errorOf(stackFor(accessBy([proxy.proxy]), serverAt(443, { trust })));
    expect(error).toMatchObject({ code: 'proxy-refused', details: { status: reply, reason } });
  });

  it('knows a web proxy from one', async () => {
    const port = await listening(
      createTcpServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      ),
    );
    const error = await errorOf(stackFor(accessBy([{ kind: 'socks5', host: '127.0.0.1', port }]), serverAt(443, { trust })));
    expect(error).toMatchObject({ code: 'proxy-refused', details: { cause: 'no SOCKS 5 answer' } });
  });
});
