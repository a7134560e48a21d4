import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer, type Server, Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { FlowOpenerOptions } from '#electron/sip/transports/flow-opener.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { Server as SipServer, Trust } from '#shared/profiles/account.ts';
import { DigestRegistrar } from '#test/support/sip/digest-registrar.ts';
import { ScriptedServer, type ScriptedServerOptions } from '#test/support/sip/scripted-server.ts';
import { pinnedTo, serverAt, SipStackFixture } from '#test/support/sip/sip-stack-fixture.ts';
import { type CertificateWishes, makeAuthority, makeCertificate } from '#test/support/sip/test-certificates.ts';
import { TempFolder } from '#test/support/temp-folder.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function scripted(options: ScriptedServerOptions): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(options);
  server.script = new DigestRegistrar().script;
  cleanUps.push(() => server.close());
  return server;
}

function stackFor(...servers: SipServer[]): SipStackFixture {
  return stackWith({}, ...servers);
}

function stackWith(connecting: FlowOpenerOptions, ...servers: SipServer[]): SipStackFixture {
  const fixture = new SipStackFixture({ servers, connecting });
  cleanUps.push(() => fixture.stack.dispose());
  fixture.stack.start();
  return fixture;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until the stack gave up a round, and says why. */
async function failureOf(fixture: SipStackFixture): Promise<ErrorReport> {
  for (;;) {
    const status = fixture.stack.registration;
    if (status.phase === 'waiting' || status.phase === 'refused') return status.error;
    await fixture.next();
  }
}

/** What a client sends first. */
async function firstBytes(): Promise<Buffer> {
  const server = createTcpServer();
  const port = await listening(server);
  const connection = once(server, 'connection');
  stackFor(serverAt(port));
  const [socket]: unknown[] = await connection;
  if (!(socket instanceof Socket)) throw new Error('a server gives sockets');
  socket.on('error', () => undefined);
  const [bytes]: unknown[] = await once(socket, 'data');
  socket.destroy();
  return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
}

async function authorityFile(): Promise<{ readonly path: string; readonly authority: Awaited<ReturnType<typeof makeAuthority>> }> {
  const folder = new TempFolder('trust');
  cleanUps.push(() => folder.dispose());
  const authority = await makeAuthority();
  const path = folder.file('ca.pem');
  writeFileSync(path, authority.certificate);
  return { path, authority };
}

describe('addresses that lead nowhere', () => {
  it('names a closed port', async () => {
    expect((await failureOf(stackFor(serverAt(await closedPort())))).code).toBe('connection-refused');
  });

  it('names a host that does not exist', async () => {
    const error = await failureOf(stackFor(serverAt(1, { host: 'no-such-host.invalid' })));
    expect(error).toMatchObject({ code: 'host-not-found', details: { host: 'no-such-host.invalid' } });
  });

  it.each(['ws', 'wss'] as const)('knows a plain web server by %s', async (transport) => {
    const http = createHttpServer((_request, response) => response.writeHead(200).end('<html>'));
    const port = await listening(http);
    expect((await failureOf(stackFor(serverAt(port, { transport })))).code).toBe('not-a-sip-server');
  });

  it('knows a web server that turns the path away', async () => {
    const http = createHttpServer((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    const error = await failureOf(stackFor(serverAt(await listening(http), { transport: 'ws' })));
    expect(error).toMatchObject({ code: 'not-a-sip-server', details: { httpStatus: 302 } });
  });

  it.each(['ws', 'wss'] as const)('knows garbage on the port by %s', async (transport) => {
    const port = await listening(
      createTcpServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end('\0\x01SSH-2.0-OpenSSH_9.9\r\n\r\n'),
      ),
    );
    expect((await failureOf(stackFor(serverAt(port, { transport })))).code).toBe('not-a-sip-server');
  });

  it('wants the subprotocol sip', async () => {
    const server = await scripted({ subprotocol: null });
    expect((await failureOf(stackFor(serverAt(server.port, { transport: 'ws' })))).code).toBe('not-a-sip-server');
  });

  it('reports the error of the preferred address when all fail', async () => {
    const port = await closedPort();
    const fixture = stackFor(serverAt(1, { host: 'office.invalid' }), serverAt(port));
    const error = await failureOf(fixture);
    expect(error).toMatchObject({ code: 'host-not-found', details: { host: 'office.invalid' } });
    expect(fixture.statuses.map(({ phase }) => phase)).toEqual(['connecting', 'connecting', 'waiting']);
  });

  it('goes to the next address when the preferred one does not answer', async () => {
    const server = await scripted({});
    const fixture = stackFor(serverAt(await closedPort()), serverAt(server.port, { transport: 'ws' }));
    expect((await fixture.phase('registered')).server).toBe(`127.0.0.1:${server.port}`);
  });
});

describe('certificates', () => {
  async function server(wishes: CertificateWishes) {
    const certificate = await makeCertificate(wishes);
    return { certificate, server: await scripted({ certificate }) };
  }

  it('turns a self-signed one away and shows it', async () => {
    const { certificate, server: own } = await server({});
    const fixture = stackFor(serverAt(own.port));
    const { error } = await fixture.phase('refused');
    expect(error).toMatchObject({
      code: 'certificate-untrusted',
      details: { host: '127.0.0.1', port: own.port, fingerprint: certificate.fingerprint, subject: '127.0.0.1' },
    });
    expect(own.connectionCount).toBe(0);
    expect(fixture.timers.running).toBe(0);
  });

  it('takes it when exactly this one is pinned, whatever its name', async () => {
    const { certificate, server: own } = await server({ names: ['elsewhere.example'] });
    const fixture = stackFor(serverAt(own.port, { trust: pinnedTo(certificate.fingerprint) }));
    await fixture.phase('registered');
    own.cutAll();
    await fixture.phase('waiting');
    await fixture.phase('registered');
  });

  it('takes a pinned one that an unknown authority signed', async () => {
    const { certificate, server: own } = await server({ issuer: await makeAuthority() });
    await stackFor(serverAt(own.port, { trust: pinnedTo(certificate.fingerprint) })).phase('registered');
  });

  it('takes the pinned one in two handshakes at first, tells it once, and in one when the account has it', async () => {
    const { certificate, server: own } = await server({});
    const learned: [string, string][] = [];
    const onCertificateLearned = ({ host }: SipServer, pem: string): unknown => learned.push([host, pem]);
    const fixture = stackWith({ onCertificateLearned }, serverAt(own.port, { trust: pinnedTo(certificate.fingerprint) }));
    await fixture.phase('registered');
    expect(own.socketCount).toBe(2);
    own.cutAll();
    await fixture.phase('waiting');
    await fixture.phase('registered');
    fixture.stack.dispose();
    expect(own.socketCount).toBe(3);
    const pem = learned[0]?.[1] ?? '';
    expect(learned).toEqual([['127.0.0.1', pem]]);
    expect(new X509Certificate(pem).fingerprint256).toBe(certificate.fingerprint);
    const trust: Trust = { kind: 'pinned', fingerprint: certificate.fingerprint, certificate: pem };
    await stackWith({ onCertificateLearned }, serverAt(own.port, { trust })).phase('registered');
    expect(own.socketCount).toBe(4);
    expect(learned).toHaveLength(1);
  });

  it.each([
    ['of another fingerprint', async () => (await makeCertificate()).certificate],
    ['that is none', () => Promise.resolve('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')],
  ])('does not heed a kept certificate %s', async (_name, kept) => {
    const { certificate, server: own } = await server({});
    const trust: Trust = { kind: 'pinned', fingerprint: certificate.fingerprint, certificate: await kept() };
    await stackFor(serverAt(own.port, { trust })).phase('registered');
    expect(own.socketCount).toBe(2);
  });

  it('does not take what the pinned certificate itself signed', async () => {
    const authority = await makeAuthority();
    const { server: own } = await server({ issuer: authority });
    const trust: Trust = { kind: 'pinned', fingerprint: authority.fingerprint, certificate: authority.certificate };
    expect((await stackFor(serverAt(own.port, { trust })).phase('refused')).error.code).toBe('certificate-changed');
  });

  it('shows the old certificate beside a changed one where the account has it', async () => {
    const old = await makeCertificate({ names: ['old.example'], notAfter: new Date('2039-01-31T12:00:00Z') });
    const { certificate, server: own } = await server({ names: ['new.example'], notAfter: new Date('2040-01-31T12:00:00Z') });
    const trust: Trust = { kind: 'pinned', fingerprint: old.fingerprint, certificate: old.certificate };
    const { error } = await stackFor(serverAt(own.port, { trust })).phase('refused');
    expect(error).toMatchObject({
      code: 'certificate-changed',
      details: {
        fingerprint: certificate.fingerprint,
        subject: 'new.example',
        issuer: 'new.example',
        validTo: 'Jan 31 12:00:00 2040 GMT',
        expectedFingerprint: old.fingerprint,
        expectedSubject: 'old.example',
        expectedValidTo: 'Jan 31 12:00:00 2039 GMT',
      },
    });
  });

  it('calls a changed one changed even when it is over', async () => {
    const { server: own } = await server({ notAfter: new Date(Date.now() - 3_600_000) });
    const old = await makeCertificate();
    const { error } = await stackFor(serverAt(own.port, { trust: pinnedTo(old.fingerprint) })).phase('refused');
    expect(error.code).toBe('certificate-changed');
  });

  it.each([
    ['over', { notAfter: new Date(Date.now() - 3_600_000) }, undefined],
    ['not valid yet', { notBefore: new Date(Date.now() + 86_400_000) }, true],
  ])('does not take a pinned or self-signed one that is %s', async (_name, wishes, notYetValid) => {
    const { certificate, server: own } = await server(wishes);
    const trusts: Trust[] = [
      pinnedTo(certificate.fingerprint),
      { kind: 'pinned', fingerprint: certificate.fingerprint, certificate: certificate.certificate },
      { kind: 'system' },
    ];
    for (const trust of trusts) {
      const { error } = await stackFor(serverAt(own.port, { trust })).phase('refused');
      expect([error.code, error.details['notYetValid']]).toEqual(['certificate-expired', notYetValid]);
    }
  });

  it('trusts the authorities of the system', async () => {
    const authority = await makeAuthority();
    const { server: own } = await server({ issuer: authority });
    const before = getCACertificates('default');
    cleanUps.push(() => setDefaultCACertificates(before));
    setDefaultCACertificates([...before, authority.certificate]);
    await stackFor(serverAt(own.port)).phase('registered');
  });

  it('asks for a server by its name, and for an address by none', async () => {
    const { path, authority } = await authorityFile();
    const { server: own } = await server({ names: ['localhost', '127.0.0.1'], issuer: authority });
    for (const host of ['localhost', '127.0.0.1']) {
      await stackFor(serverAt(own.port, { host, trust: { kind: 'ca-file', path } })).phase('registered');
    }
    expect(own.namesAsked).toEqual(['localhost', false]);
  });

  it('does not take a certificate for a name when the server is an address', async () => {
    const { path, authority } = await authorityFile();
    const { server: own } = await server({ names: ['localhost'], issuer: authority });
    const { error } = await stackFor(serverAt(own.port, { trust: { kind: 'ca-file', path } })).phase('refused');
    expect(error.code).toBe('certificate-name-mismatch');
  });

  it('speaks TLS 1.2 and above, and HTTP/1.1', async () => {
    const hello = await firstBytes();
    // supported_versions (RFC 8446 section 4.2.1) with TLS 1.3 and 1.2, perhaps behind a GREASE value; ALPN (RFC 7301) with one protocol
    expect(hello.toString('hex')).toMatch(/002b00(?:050403040303|0706.a.a03040303)/);
    expect(hello.includes(Buffer.from('\0\x09\x08http/1.1', 'latin1'))).toBe(true);
  });

  it('notices another one than the pinned, and sends nothing', async () => {
    const { certificate, server: own } = await server({});
    const other = await makeCertificate();
    const fixture = stackFor(serverAt(own.port, { trust: pinnedTo(other.fingerprint) }));
    const { error } = await fixture.phase('refused');
    expect(error).toMatchObject({
      code: 'certificate-changed',
      details: { fingerprint: certificate.fingerprint, expectedFingerprint: other.fingerprint },
    });
    expect(own.connectionCount).toBe(0);
  });

  it('notices a certificate that changes between two connections', async () => {
    const { certificate, server: first } = await server({});
    const fixture = stackFor(serverAt(first.port, { trust: pinnedTo(certificate.fingerprint) }));
    await fixture.phase('registered');
    const { port } = first;
    await first.close();
    await scripted({ certificate: await makeCertificate(), port });
    expect((await fixture.phase('refused')).error.code).toBe('certificate-changed');
  });

  it.each([
    ['is over', { notAfter: new Date(Date.now() - 3_600_000) }],
    ['has not begun', { notBefore: new Date(Date.now() + 86_400_000) }],
  ])('turns one away whose time %s', async (_name, wishes) => {
    const { path, authority } = await authorityFile();
    const { server: own } = await server({ ...wishes, issuer: authority });
    const { error } = await stackFor(serverAt(own.port, { trust: { kind: 'ca-file', path } })).phase('refused');
    expect(error.code).toBe('certificate-expired');
    expect(error.details).toHaveProperty('fingerprint');
  });

  it('turns one away that is for another name', async () => {
    const { path, authority } = await authorityFile();
    const { server: own } = await server({ names: ['elsewhere.example'], issuer: authority });
    const { error } = await stackFor(serverAt(own.port, { trust: { kind: 'ca-file', path } })).phase('refused');
    expect(error.code).toBe('certificate-name-mismatch');
  });

  it('takes one that the named authority signed', async () => {
    const { path, authority } = await authorityFile();
    const { server: own } = await server({ issuer: authority });
    await stackFor(serverAt(own.port, { trust: { kind: 'ca-file', path } })).phase('registered');
  });

  it('says so when the file of authorities cannot be read', async () => {
    const { server: own } = await server({});
    const { error } = await stackFor(serverAt(own.port, { trust: { kind: 'ca-file', path: '/nowhere/ca.pem' } })).phase('refused');
    expect(error).toMatchObject({ code: 'certificate-untrusted', details: { caFile: '/nowhere/ca.pem', cause: 'ENOENT' } });
  });
});

describe('a stranger in the place of the server', () => {
  const fromPortal = (asked: string[]): FlowOpenerOptions => ({
    portalEvidence: (host) => {
      asked.push(host);
      return Promise.resolve('redirect');
    },
  });

  it.each(['pinned', 'system'] as const)(
    'is the network where there is evidence, not a question about a certificate (%s)',
    async (kind) => {
      const asked: string[] = [];
      const [shown, pinned] = await Promise.all([makeCertificate({ names: ['portal.example'] }), makeCertificate()]);
      const own = await scripted({ certificate: shown });
      const trust: Trust = kind === 'pinned' ? pinnedTo(pinned.fingerprint) : { kind };
      const error = await failureOf(stackWith(fromPortal(asked), serverAt(own.port, { trust })));
      expect(error).toEqual({ code: 'captive-portal', details: { host: '127.0.0.1', port: own.port, evidence: 'redirect' } });
      expect(asked).toEqual(['127.0.0.1']);
    },
  );

  it('is not looked for when it is the server itself that is wrong, or nobody answers', async () => {
    const asked: string[] = [];
    const { path, authority } = await authorityFile();
    const certificate = await makeCertificate({ issuer: authority });
    const own = await scripted({ certificate, subprotocol: null });
    const proven = stackWith(fromPortal(asked), serverAt(own.port, { trust: { kind: 'ca-file', path } }));
    expect((await failureOf(proven)).code).toBe('not-a-sip-server');
    expect((await failureOf(stackWith(fromPortal(asked), serverAt(await closedPort())))).code).toBe('connection-refused');
    expect(asked).toEqual([]);
  });

  it('says where its page is and what it is', async () => {
    const http = createHttpServer((_request, response) =>
      response.writeHead(302, { location: 'https://login.hotel.example/?from=x', 'content-type': 'text/html; charset=utf-8' }).end(),
    );
    const error = await failureOf(stackFor(serverAt(await listening(http), { transport: 'ws' })));
    expect(error).toMatchObject({
      code: 'not-a-sip-server',
      details: { httpStatus: 302, location: 'login.hotel.example', contentType: 'text/html; charset=utf-8' },
    });
  });
});

describe('what comes over the socket', () => {
  it.each([
    ['binary junk', Buffer.from([0, 255, 1, 2, 3])],
    ['half a message', 'INVITE sip:201@x SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\n'],
    [
      'an answer to nobody',
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n',
    ],
    [
      'a CSeq of words',
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: x\r\n\r\n',
    ],
    ['nothing at all', ''],
    ['line ends', '\r\n\r\n'],
  ])('outlives %s', async (_name, frame) => {
    const server = await scripted({});
    const fixture = stackFor(serverAt(server.port, { transport: 'ws' }));
    await fixture.phase('registered');
    server.sendToAll(frame);
    server.sendToAll(
      'OPTIONS sip:201@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK2\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:201@b>\r\nCall-ID: ping\r\nCSeq: 1 OPTIONS\r\n\r\n',
    );
    await server.until(() => server.responses.some((response) => response.callId === 'ping'));
    expect(server.responses.at(-1)?.status).toBe(200);
    expect(server.connectionCount).toBe(1);
  });

  it('ends a connection whose frames are too large, and comes back', async () => {
    const server = await scripted({});
    const fixture = stackFor(serverAt(server.port, { transport: 'ws' }));
    await fixture.phase('registered');
    server.sendToAll(Buffer.alloc(1024 * 1024 + 1, 0x20));
    expect((await fixture.phase('waiting')).error).toMatchObject({ code: 'connection-lost' });
    await fixture.phase('registered');
  });
});
