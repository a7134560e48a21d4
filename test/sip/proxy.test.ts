import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseServerAddress } from '#shared/profiles/server-address.ts';
import { startAsterisk } from '#test/support/lab/asterisk.ts';
import { type LabProxy, type LabProxyWishes, startProxy } from '#test/support/lab/proxy.ts';
import { accessBy, closedPort, errorOf, ProxyBench, rightCredentials, wrongCredentials } from '#test/support/sip/proxy-bench.ts';
import { pinnedTo, serverAt, SipStackFixture } from '#test/support/sip/sip-stack-fixture.ts';
import { makeCertificate } from '#test/support/sip/test-certificates.ts';

const bench = ProxyBench.use();

describe.each<LabProxyWishes>([
  { kind: 'tinyproxy' },
  { kind: 'tinyproxy', auth: 'basic' },
  { kind: 'squid' },
  { kind: 'squid', auth: 'basic' },
  { kind: 'squid', auth: 'digest' },
])('a real proxy: $kind, $auth', (wishes) => {
  let proxy: LabProxy;
  const access = () => accessBy([proxy.proxy], { credentials: () => rightCredentials });

  beforeAll(async () => {
    proxy = await startProxy(wishes);
  });
  afterAll(() => proxy.dispose());

  it('leads to a server whose name is checked, and to it again', async () => {
    const server = await bench.secured();
    const proxies = access();
    const fixture = bench.stack(proxies, serverAt(server.port, { trust: bench.trust }));
    const far: string[] = [];
    fixture.stack.onFlowReady(({ remoteAddress }) => far.push(remoteAddress));
    await fixture.phase('registered');
    server.cutAll();
    await fixture.phase('waiting');
    await fixture.phase('registered');
    fixture.stack.dispose();
    expect(far).toEqual([proxy.proxy.host, proxy.proxy.host]);
    await expect.poll(() => proxy.log(), { timeout: 10_000 }).toContain(`127.0.0.1:${server.port}`);
  });

  it('leads to a server whose certificate is pinned', async () => {
    const certificate = await makeCertificate({ names: ['elsewhere.example'] });
    const server = await bench.server({ certificate });
    await bench.stack(access(), serverAt(server.port, { trust: pinnedTo(certificate.fingerprint) })).phase('registered');
  });

  it('changes nothing about a wrong name, nor about another certificate than the pinned one', async () => {
    const [misnamed, other] = await Promise.all([bench.secured('elsewhere.example'), makeCertificate()]);
    const named = bench.stack(access(), serverAt(misnamed.port, { trust: bench.trust }));
    expect(await errorOf(named)).toMatchObject({ code: 'certificate-name-mismatch', details: { subject: 'elsewhere.example' } });
    const pinned = bench.stack(access(), serverAt(misnamed.port, { trust: pinnedTo(other.fingerprint) }));
    expect(await errorOf(pinned)).toMatchObject({ code: 'certificate-changed', details: { expectedFingerprint: other.fingerprint } });
    expect(misnamed.connectionCount).toBe(0);
  });

  it('leads to a plain server', async () => {
    const server = await bench.server();
    await bench.stack(access(), serverAt(server.port, { transport: 'ws' })).phase('registered');
  });

  it('says when nothing answers behind it', async () => {
    const port = await closedPort();
    const error = await errorOf(bench.stack(access(), serverAt(port, { trust: bench.trust })));
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
    const [server, proxy] = await Promise.all([bench.secured(), startProxy(wishes)]);
    bench.after(() => proxy.dispose());
    const fixture = bench.stack(accessBy([proxy.proxy]), serverAt(server.port, { trust: bench.trust }));
    const { host, port } = proxy.proxy;
    expect(await errorOf(fixture)).toEqual({
      code: 'proxy-password-needed',
      details: { proxy: `${host}:${port}`, host: '127.0.0.1', port: server.port },
    });
    const mistaken = bench.stack(
      accessBy([proxy.proxy], { credentials: () => wrongCredentials }),
      serverAt(server.port, { trust: bench.trust }),
    );
    expect(await errorOf(mistaken)).toMatchObject({ code: 'proxy-password-needed', details: { refused: true } });
    expect(server.connectionCount).toBe(0);
  });
});

it('registers at Asterisk through squid with Digest', async () => {
  const [asterisk, proxy] = await Promise.all([startAsterisk(), startProxy({ kind: 'squid', auth: 'digest' })]);
  bench.after(() => Promise.all([asterisk.dispose(), proxy.dispose()]));
  const address = parseServerAddress(asterisk.wssUrl);
  if (address === undefined) throw new Error('the rightCredentials gives an address that Commute does not read');
  const fixture = new SipStackFixture({
    servers: [{ ...address, trust: { kind: 'ca-file', path: asterisk.caFile } }],
    user: '201',
    password: 'lab201',
    connecting: { proxies: accessBy([proxy.proxy], { credentials: () => rightCredentials }) },
  });
  bench.after(() => fixture.stack.dispose());
  fixture.stack.start();
  await fixture.phase('registered');
  expect(await asterisk.cli('pjsip show contacts')).toContain('201/');
});

it.each(['tinyproxy', 'squid'] as const)('says that %s forbids the port', async (kind) => {
  const [server, proxy] = await Promise.all([bench.secured(), startProxy({ kind, ports: [443] })]);
  bench.after(() => proxy.dispose());
  const error = await errorOf(bench.stack(accessBy([proxy.proxy]), serverAt(server.port, { trust: bench.trust })));
  expect(error).toMatchObject({ code: 'proxy-refused', details: { status: 403, port: server.port } });
});
