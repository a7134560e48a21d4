import { createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { ProxyCredentials } from '#electron/sip/transports/proxies/credentials-guard.ts';
import { reachProxyMs } from '#electron/sip/transports/proxies/proxy-tunnel.ts';
import { parseProxyList } from '#shared/network/proxy-list.ts';
import type { Trust } from '#shared/profiles/account.ts';
import { accessBy, closedPort, errorOf, ProxyBench, rightCredentials, wrongCredentials } from '#test/support/sip/proxy-bench.ts';
import type { ScriptedProxy } from '#test/support/sip/scripted-proxy.ts';
import { pinnedTo, serverAt } from '#test/support/sip/sip-stack-fixture.ts';
import { makeCertificate } from '#test/support/sip/test-certificates.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const bench = ProxyBench.use();

describe('several ways', () => {
  it('names the proxy that is down', async () => {
    const port = await closedPort();
    const error = await errorOf(bench.stack(accessBy(parseProxyList(`PROXY 127.0.0.1:${port}`)), serverAt(1, { trust: bench.trust })));
    expect(error).toMatchObject({ code: 'proxy-unreachable', details: { proxy: `127.0.0.1:${port}`, cause: 'ECONNREFUSED' } });
  });

  it('takes the second proxy when the first is down or refuses', async () => {
    const [server, refusing, good, down] = await Promise.all([bench.secured(), bench.proxy(), bench.proxy(), closedPort()]);
    refusing.answer = () => 'HTTP/1.1 403 Forbidden\r\n\r\n';
    const list = [down, refusing.proxy.port, good.proxy.port].map((port) => `PROXY 127.0.0.1:${port}`).join('; ');
    await bench.stack(accessBy(parseProxyList(`${list}; DIRECT`)), serverAt(server.port, { trust: bench.trust })).phase('registered');
    expect([refusing, good].map(({ heads }) => heads.length)).toEqual([1, 1]);
  });

  it('goes straight when the list allows it', async () => {
    const [server, down] = await Promise.all([bench.secured(), closedPort()]);
    const choices = parseProxyList(`SOCKS5 127.0.0.1:${down}; DIRECT`);
    await bench.stack(accessBy(choices), serverAt(server.port, { trust: bench.trust })).phase('registered');
  });

  it('tells the first error when no way leads there', async () => {
    const [proxy, target] = await Promise.all([bench.proxy(), closedPort()]);
    proxy.answer = () => 'HTTP/1.1 502 Bad Gateway\r\n\r\n';
    const error = await errorOf(bench.stack(accessBy([proxy.proxy, { kind: 'direct' }]), serverAt(target, { trust: bench.trust })));
    expect(error).toMatchObject({ code: 'proxy-refused', details: { status: 502, reason: 'Bad Gateway' } });
  });

  it('does not go round a proxy that asks for a password, nor round a certificate', async () => {
    const [server, misnamed, asking, good] = await Promise.all([
      bench.secured(),
      bench.secured('elsewhere.example'),
      bench.proxy(),
      bench.proxy(),
    ]);
    asking.answer = () => 'HTTP/1.1 407 Hm\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n';
    const asked = bench.stack(accessBy([asking.proxy, good.proxy]), serverAt(server.port, { trust: bench.trust }));
    expect((await errorOf(asked)).code).toBe('proxy-password-needed');
    expect(good.heads).toEqual([]);
    const shown = bench.stack(accessBy([good.proxy, { kind: 'direct' }]), serverAt(misnamed.port, { trust: bench.trust }));
    expect(await errorOf(shown)).toMatchObject({
      code: 'certificate-name-mismatch',
      details: { proxy: `127.0.0.1:${good.proxy.port}` },
    });
  });
});

it('has no portal looked for behind a proxy', async () => {
  const [certificate, pinned, proxy] = await Promise.all([makeCertificate(), makeCertificate(), bench.proxy()]);
  const server = await bench.server({ certificate });
  const portalEvidence = () => Promise.resolve('redirect' as const);
  for (const kind of ['system', 'pinned'] as const) {
    const trust: Trust = kind === 'pinned' ? pinnedTo(pinned.fingerprint) : { kind };
    const fixture = bench.stack(accessBy([proxy.proxy]), serverAt(server.port, { trust }), { portalEvidence });
    expect((await errorOf(fixture)).code).toMatch(/^certificate-/);
  }
});

describe('what a proxy answers', () => {
  async function errorFor(answer: string | undefined, credentials?: ProxyCredentials) {
    const proxy = await bench.proxy();
    proxy.answer = () => answer;
    return errorOf(
      bench.stack(accessBy([proxy.proxy], { credentials: () => credentials }), serverAt(443, { host: 'pbx.invalid', trust: bench.trust })),
    );
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
    const error = await errorFor(answer, rightCredentials);
    expect(error).toMatchObject({ code: 'proxy-refused', details: { status: 407, cause: 'unknown schemes: Negotiate, NTLM' } });
  });

  it('waits past a 1xx, and writes names and IPv6 addresses as RFC 9112 wants them', async () => {
    const proxy = await bench.proxy();
    proxy.answer = () => 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 504 Gateway Timeout\r\n\r\n';
    const [named, numbered] = ['pbx.invalid', '2001:db8::1'].map((host) =>
      bench.stack(accessBy([proxy.proxy]), serverAt(8089, { host, trust: bench.trust })),
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
    const proxy = await bench.proxy();
    proxy.answer = (head) => (basicOf(head) === good ? undefined : challenge);
    return proxy;
  }

  it('is tried once when it is wrong, by however many connections, until the person enters another', async () => {
    const [server, proxy] = await Promise.all([bench.secured(), basicProxy()]);
    let credentials = wrongCredentials;
    const proxies = accessBy([proxy.proxy], { credentials: () => credentials });
    const both = [
      bench.stack(proxies, serverAt(server.port, { trust: bench.trust })),
      bench.stack(proxies, serverAt(server.port, { trust: bench.trust })),
    ];
    const errors = await Promise.all(both.map(errorOf));
    expect(errors.map(({ code, details }) => [code, details['refused']])).toEqual(Array(2).fill(['proxy-password-needed', true]));
    await proxy.until(() => proxy.heads.length >= 6);
    expect(tries(proxy)).toBe(1);
    credentials = rightCredentials;
    proxies.credentialsChanged();
    await Promise.all(both.map((fixture) => fixture.phase('registered')));
  });

  it('goes along unasked once it was taken, and is tried no more when it is not any longer', async () => {
    const [server, proxy] = await Promise.all([bench.secured(), basicProxy()]);
    const fixture = bench.stack(
      accessBy([proxy.proxy], { credentials: () => rightCredentials }),
      serverAt(server.port, { trust: bench.trust }),
    );
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
    const [server, proxy] = await Promise.all([bench.secured(), bench.proxy()]);
    const digest = (nonce: string, stale: boolean): string =>
      `HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nProxy-Authenticate: Digest realm="x", nonce="${nonce}", qop="auth", algorithm=SHA-256, stale=${stale}\r\n\r\n`;
    proxy.answer = (head) => {
      if (basicOf(head) === undefined) return digest('first', false);
      return head.includes('nonce="second"') ? undefined : digest('second', true);
    };
    await bench
      .stack(accessBy([proxy.proxy], { credentials: () => rightCredentials }), serverAt(server.port, { trust: bench.trust }))
      .phase('registered');
    expect(proxy.heads.map((head) => /nonce="(\w+)"/.exec(head)?.[1])).toEqual([undefined, 'first', 'second']);
    expect(basicOf(proxy.heads[2] ?? '')).toMatch(
      /^Digest username="lab", realm="x".*uri="127\.0\.0\.1:\d+".*algorithm=SHA-256, qop=auth, nc=00000001/,
    );
  });
});

describe('a proxy that speaks TLS', () => {
  async function trusting(): Promise<void> {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, bench.authority.certificate]);
    bench.after(() => setDefaultCACertificates(before));
  }

  it('is trusted by the system, and carries TLS to the server inside', async () => {
    await trusting();
    const [server, proxy] = await Promise.all([
      bench.secured(),
      makeCertificate({ issuer: bench.authority }).then((certificate) => bench.proxy({ certificate })),
    ]);
    await bench.stack(accessBy([proxy.proxy]), serverAt(server.port, { trust: bench.trust })).phase('registered');
    expect(proxy.heads).toHaveLength(1);
  });

  it('is not used under another name', async () => {
    await trusting();
    const certificate = await makeCertificate({ issuer: bench.authority, names: ['other.example'] });
    const proxy = await bench.proxy({ certificate });
    const error = await errorOf(bench.stack(accessBy([proxy.proxy]), serverAt(443, { trust: bench.trust })));
    expect(error).toMatchObject({ code: 'proxy-unreachable', details: { cause: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(proxy.heads).toEqual([]);
  });

  it('is given up when its handshake does not come to an end, and its connection with it', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined).resume());
    const port = await bench.listen(silent);
    const clock = new VirtualClock();
    const arrived = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const fixture = bench.stack(accessBy([{ kind: 'https', host: '127.0.0.1', port }], { clock }), serverAt(443, { trust: bench.trust }));
    await arrived;
    clock.advance(reachProxyMs);
    expect(await errorOf(fixture)).toMatchObject({ code: 'proxy-unreachable', details: { cause: 'ETIMEDOUT' } });
    expect(clock.pendingCount).toBe(0);
  });
});

it('leaves nothing behind when it is given up in the middle', async () => {
  const proxy = await bench.proxy();
  const port = await bench.listen(createTcpServer((socket) => socket.on('error', () => undefined).resume()));
  const fixture = bench.stack(accessBy([proxy.proxy]), serverAt(port, { trust: bench.trust }));
  await proxy.until(() => proxy.heads.length === 1);
  fixture.stack.dispose();
  await proxy.until(() => proxy.openConnections === 0);
});

describe('SOCKS 5', () => {
  it('leads to a server by address', async () => {
    const [server, proxy] = await Promise.all([bench.secured(), bench.proxy({ kind: 'socks5' })]);
    await bench.stack(accessBy([proxy.proxy]), serverAt(server.port, { trust: bench.trust })).phase('registered');
    expect(proxy.messages.map((bytes) => [...bytes])).toEqual([[0], [127, 0, 0, 1], [server.port >> 8, server.port & 255]]);
  });

  it('has names looked up by the proxy', async () => {
    const [server, proxy] = await Promise.all([bench.secured('localhost'), bench.proxy({ kind: 'socks5' })]);
    await bench.stack(accessBy([proxy.proxy]), serverAt(server.port, { host: 'localhost', trust: bench.trust })).phase('registered');
    expect(String(proxy.messages[1])).toBe('localhost');
  });

  it.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('writes %s as sixteen bytes', async (host, bytes) => {
    const proxy = await bench.proxy({ kind: 'socks5' });
    proxy.reply = 4;
    await errorOf(bench.stack(accessBy([proxy.proxy]), serverAt(5061, { host, trust: bench.trust })));
    expect(proxy.messages[1]?.toString('hex')).toBe(bytes);
  });

  it('says who we are only when asked, and then at once', async () => {
    const [server, proxy] = await Promise.all([bench.secured(), bench.proxy({ kind: 'socks5' })]);
    proxy.account = rightCredentials;
    const fixture = bench.stack(
      accessBy([proxy.proxy], { credentials: () => rightCredentials }),
      serverAt(server.port, { trust: bench.trust }),
    );
    await fixture.phase('registered');
    expect(proxy.messages.slice(0, 4).map(String)).toEqual(['\0', '\0\x02', 'lab', 'labsecret']);
    server.cutAll();
    await fixture.phase('waiting');
    await fixture.phase('registered');
    expect(proxy.messages.slice(6, 9).map(String)).toEqual(['\0\x02', 'lab', 'labsecret']);
  });

  it('asks for a password, and tries a wrong one once', async () => {
    const [server, proxy] = await Promise.all([bench.secured(), bench.proxy({ kind: 'socks5' })]);
    proxy.account = rightCredentials;
    expect((await errorOf(bench.stack(accessBy([proxy.proxy]), serverAt(server.port, { trust: bench.trust })))).code).toBe(
      'proxy-password-needed',
    );
    proxy.messages.length = 0;
    const mistaken = bench.stack(
      accessBy([proxy.proxy], { credentials: () => wrongCredentials }),
      serverAt(server.port, { trust: bench.trust }),
    );
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
    const proxy = await bench.proxy({ kind: 'socks5' });
    proxy.reply = reply;
    const error = await errorOf(bench.stack(accessBy([proxy.proxy]), serverAt(443, { trust: bench.trust })));
    expect(error).toMatchObject({ code: 'proxy-refused', details: { status: reply, reason } });
  });

  it('knows a web proxy from one', async () => {
    const port = await bench.listen(
      createTcpServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      ),
    );
    const error = await errorOf(
      bench.stack(accessBy([{ kind: 'socks5', host: '127.0.0.1', port }]), serverAt(443, { trust: bench.trust })),
    );
    expect(error).toMatchObject({ code: 'proxy-refused', details: { cause: 'no SOCKS 5 answer' } });
  });
});
