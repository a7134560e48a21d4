import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Server, Trust } from '#shared/profiles/account.ts';
import { expectVerdict, tellDurations, verdictOf } from '#test/support/network/doctor-expectations.ts';
import { examine } from '#test/support/network/doctor-patient.ts';
import { DigestRegistrar } from '#test/support/sip/digest-registrar.ts';
import { ScriptedProxy } from '#test/support/sip/scripted-proxy.ts';
import { ScriptedServer, type Script } from '#test/support/sip/scripted-server.ts';
import { pinnedTo, serverAt } from '#test/support/sip/sip-stack-fixture.ts';
import { type CertificateWishes, makeAuthority, makeCertificate, type TestCertificate } from '#test/support/sip/test-certificates.ts';
import { TempFolder } from '#test/support/temp-folder.ts';

// Each test plants one fault, lets the real doctor look at it over real sockets, and holds the verdict to the hop that was broken.
// Faults of the network itself are in doctor-ways.test.ts.

const dayMs = 86_400_000;
/** An address of this computer at which no test listens, and a port that no test is given. */
const nobody = { host: '127.0.0.99', port: 1 };
const folder = new TempFolder('doctor');
let authority: TestCertificate;
let trust: Trust;

beforeAll(async () => {
  authority = await makeAuthority();
  writeFileSync(folder.file('ca.pem'), authority.certificate);
  trust = { kind: 'ca-file', path: folder.file('ca.pem') };
});

afterAll(() => {
  folder.dispose();
  tellDurations();
});

describe.concurrent('at the server and on this computer', () => {
  /** A server that speaks SIP, with a certificate of the authority that the account trusts. */
  async function office(
    cleanUps: (() => unknown)[],
    {
      script = new DigestRegistrar().script,
      certificate = {},
    }: { readonly script?: Script; readonly certificate?: CertificateWishes } = {},
  ): Promise<ScriptedServer> {
    const server = await ScriptedServer.start({ certificate: await makeCertificate({ issuer: authority, ...certificate }) });
    server.script = script;
    cleanUps.push(() => server.close());
    return server;
  }

  const withTrust = (server: { readonly port: number }, wishes: Partial<Server> = {}): Server =>
    serverAt(server.port, { trust, ...wishes });

  /** Runs `look`, and whatever it has begun is ended. */
  const clean = (look: (cleanUps: (() => unknown)[]) => Promise<void>) => async (): Promise<void> => {
    const cleanUps: (() => unknown)[] = [];
    try {
      await look(cleanUps);
    } finally {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    }
  };

  it(
    'finds nothing where nothing is wrong',
    clean(async (cleanUps) => {
      const run = await examine({ servers: [withTrust(await office(cleanUps))] });
      expect(verdictOf('healthy', run)).toEqual({ level: 'fine', finding: null, facts: {}, others: [] });
    }),
  );

  it(
    'port closed at each address',
    clean(async () => {
      const run = await examine({ servers: [8802, 8803].map((port) => withTrust({ port }, { host: nobody.host })) });
      const { others } = expectVerdict(
        'ports closed',
        run,
        'broken',
        'port-closed',
        `${nobody.host} is there, but nothing listens at port 8802`,
      );
      expect(others.map(({ finding, facts }) => [finding, facts['port']])).toEqual([['port-closed', 8803]]);
    }),
  );

  it(
    'certificate expired',
    clean(async (cleanUps) => {
      const certificate = { notBefore: new Date(Date.now() - 30 * dayMs), notAfter: new Date(Date.now() - 2 * dayMs) };
      const run = await examine({ servers: [withTrust(await office(cleanUps, { certificate }))], httpPort: nobody.port });
      const until = certificate.notAfter.toISOString().slice(0, 10);
      expectVerdict('certificate expired', run, 'broken', 'certificate-expired', `127.0.0.1 expired on ${until}`);
    }),
  );

  it(
    'certificate not yet valid',
    clean(async (cleanUps) => {
      const certificate = { notBefore: new Date(Date.now() + 5 * dayMs) };
      const run = await examine({ servers: [withTrust(await office(cleanUps, { certificate }))], httpPort: nobody.port });
      const from = certificate.notBefore.toISOString().slice(0, 10);
      expectVerdict('certificate not yet valid', run, 'broken', 'certificate-not-yet-valid', `127.0.0.1 is valid only from ${from}`);
    }),
  );

  it(
    'certificate of another name',
    clean(async (cleanUps) => {
      const run = await examine({ servers: [withTrust(await office(cleanUps, { certificate: { names: ['pbx.example.org'] } }))] });
      expectVerdict('certificate name', run, 'broken', 'certificate-name', '127.0.0.1 was made for another name: pbx.example.org');
    }),
  );

  it(
    'certificate that signed itself',
    clean(async (cleanUps) => {
      const certificate = await makeCertificate();
      const server = await ScriptedServer.start({ certificate });
      cleanUps.push(() => server.close());
      const run = await examine({ servers: [withTrust(server)] });
      const { facts } = expectVerdict('self-signed', run, 'broken', 'certificate-untrusted', '127.0.0.1');
      expect(facts['fingerprint']).toBe(certificate.fingerprint);
    }),
  );

  it(
    'another certificate than the pinned one',
    clean(async (cleanUps) => {
      const trusted = await makeCertificate();
      const run = await examine({ servers: [withTrust(await office(cleanUps), { trust: pinnedTo(trusted.fingerprint) })] });
      expectVerdict('pin changed', run, 'broken', 'certificate-changed', '127.0.0.1');
    }),
  );

  it(
    'the pinned certificate is as good as any',
    clean(async (cleanUps) => {
      const certificate = await makeCertificate({ names: ['elsewhere.example.org'] });
      const server = await ScriptedServer.start({ certificate });
      server.script = new DigestRegistrar().script;
      cleanUps.push(() => server.close());
      const run = await examine({ servers: [withTrust(server, { trust: pinnedTo(certificate.fingerprint) })] });
      expect(verdictOf('pinned', run).finding).toBeNull();
    }),
  );

  it(
    'clock off, which a good certificate has to pay for',
    clean(async (cleanUps) => {
      // by the world's clock it is two days later than this computer believes
      const clock = createHttpServer((_request, response) =>
        response.writeHead(200, { Date: new Date(Date.now() + 2 * dayMs).toUTCString() }).end(),
      );
      await once(clock.listen(0, '127.0.0.1'), 'listening');
      cleanUps.push(() => clock.close());
      const { port } = z.custom<AddressInfo>().parse(clock.address());
      const certificate = { notBefore: new Date(Date.now() + dayMs) };
      const run = await examine({ servers: [withTrust(await office(cleanUps, { certificate }))], httpPort: port });
      const right = new Date(Date.now() + 2 * dayMs).toISOString().slice(0, 10);
      expectVerdict('clock off', run, 'broken', 'clock-off', `it should be about ${right}`);
    }),
  );

  it(
    'proxy unreachable',
    clean(async (cleanUps) => {
      const proxy = `${nobody.host}:3128`;
      const run = await examine({ servers: [withTrust(await office(cleanUps))], proxies: `PROXY ${proxy}` });
      expectVerdict('proxy unreachable', run, 'broken', 'proxy-unreachable', proxy);
    }),
  );

  it(
    'proxy password',
    clean(async (cleanUps) => {
      const proxy = await ScriptedProxy.start();
      proxy.answer = () => 'HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm="office"\r\nContent-Length: 0\r\n\r\n';
      cleanUps.push(() => proxy.close());
      const name = `127.0.0.1:${proxy.proxy.port}`;
      const run = await examine({ servers: [withTrust(await office(cleanUps))], proxies: `PROXY ${name}` });
      expectVerdict('proxy password', run, 'broken', 'proxy-password', name);
    }),
  );

  it(
    'proxy that lets nobody through to the server',
    clean(async (cleanUps) => {
      const proxy = await ScriptedProxy.start();
      proxy.answer = () => 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';
      cleanUps.push(() => proxy.close());
      const server = await office(cleanUps);
      const run = await examine({ servers: [withTrust(server)], proxies: `PROXY 127.0.0.1:${proxy.proxy.port}` });
      expectVerdict('proxy refuses', run, 'broken', 'proxy-refuses', `127.0.0.1:${server.port}`);
    }),
  );

  it(
    'a web server where the telephone system should be',
    clean(async (cleanUps) => {
      const web = createHttpServer((_request, response) => response.writeHead(404).end());
      await once(web.listen(0, '127.0.0.1'), 'listening');
      cleanUps.push(() => web.close());
      const { port } = z.custom<AddressInfo>().parse(web.address());
      const run = await examine({ servers: [withTrust({ port }, { transport: 'ws' })] });
      const { facts } = expectVerdict('not a SIP server', run, 'broken', 'not-a-sip-server', `127.0.0.1:${port}`);
      expect(facts['status']).toBe(404);
    }),
  );

  it(
    'something that does not encrypt',
    clean(async (cleanUps) => {
      const plain = await ScriptedServer.start();
      cleanUps.push(() => plain.close());
      const run = await examine({ servers: [withTrust(plain)] });
      expectVerdict('not TLS', run, 'broken', 'not-tls', `127.0.0.1:${plain.port}`);
    }),
  );

  it(
    'wrong password',
    clean(async (cleanUps) => {
      const registrar = new DigestRegistrar();
      const servers = [await office(cleanUps, { script: registrar.script }), await office(cleanUps, { script: registrar.script })];
      const run = await examine({ servers: servers.map((server) => withTrust(server)), password: 'guess' });
      expectVerdict('wrong password', run, 'broken', 'wrong-password', '127.0.0.1');
      // two addresses of one line, and the password is tried once
      expect(registrar.wrong).toBe(1);
    }),
  );

  it(
    'user unknown',
    clean(async (cleanUps) => {
      const run = await examine({ servers: [withTrust(await office(cleanUps, { script: ({ reply }) => reply(404) }))] });
      expectVerdict('user unknown', run, 'broken', 'user-unknown', '127.0.0.1');
    }),
  );

  it(
    'line refused',
    clean(async (cleanUps) => {
      const run = await examine({ servers: [withTrust(await office(cleanUps, { script: ({ reply }) => reply(403, [], 'No licence') }))] });
      expectVerdict('line refused', run, 'broken', 'registration-refused', '127.0.0.1 refuses this line: 403 No licence');
    }),
  );

  it(
    'server busy',
    clean(async (cleanUps) => {
      const run = await examine({ servers: [withTrust(await office(cleanUps, { script: ({ reply }) => reply(503) }))] });
      expectVerdict('server busy', run, 'broken', 'server-busy', '127.0.0.1');
    }),
  );

  it(
    'server silent',
    clean(async (cleanUps) => {
      const server = await office(cleanUps, { script: () => undefined });
      const run = await examine({ servers: [withTrust(server)] });
      expectVerdict('server silent', run, 'broken', 'server-silent', `port ${server.port}`);
    }),
  );

  it(
    'second client',
    clean(async (cleanUps) => {
      const otherContacts = ['<sip:home-pc@192.0.2.33:5060>;expires=300'];
      const run = await examine({
        servers: [withTrust(await office(cleanUps, { script: new DigestRegistrar({ otherContacts }).script }))],
      });
      expectVerdict('second client', run, 'warning', 'second-client', '192.0.2.33');
    }),
  );

  it(
    'no microphone',
    clean(async (cleanUps) => {
      const run = await examine({ servers: [withTrust(await office(cleanUps))], microphone: 'missing' });
      expectVerdict('no microphone', run, 'warning', 'no-microphone', 'no microphone');
    }),
  );

  it(
    'ringer muted',
    clean(async (cleanUps) => {
      const run = await examine({ servers: [withTrust(await office(cleanUps))], ringVolume: 0 });
      expectVerdict('ringer muted', run, 'warning', 'ringer-muted', 'volume is zero');
    }),
  );
});
