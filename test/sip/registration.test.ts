import { afterEach, describe, expect, it } from 'vitest';
import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { DigestRegistrar, type DigestRegistrarOptions } from '#test/support/sip/digest-registrar.ts';
import { ScriptedServer, type ScriptedServerOptions } from '#test/support/sip/scripted-server.ts';
import { pinnedTo, serverAt, SipStackFixture, type StackWishes } from '#test/support/sip/sip-stack-fixture.ts';
import { makeCertificate, type TestCertificate } from '#test/support/sip/test-certificates.ts';

const cleanUps: (() => void | Promise<void>)[] = [];
let certificate: TestCertificate | undefined;

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function secureServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  certificate ??= await makeCertificate();
  const server = await ScriptedServer.start({ certificate, ...options });
  cleanUps.push(() => server.close());
  return server;
}

function stackFor(servers: readonly ScriptedServer[], wishes: Partial<StackWishes> = {}): SipStackFixture {
  const trust = pinnedTo(certificate?.fingerprint ?? '');
  const fixture = new SipStackFixture({ servers: servers.map((server) => serverAt(server.port, { trust })), ...wishes });
  cleanUps.push(() => fixture.stack.dispose());
  return fixture;
}

async function registered(options: DigestRegistrarOptions = {}, wishes: Partial<StackWishes> = {}) {
  const server = await secureServer();
  const registrar = new DigestRegistrar(options);
  server.script = registrar.script;
  const fixture = stackFor([server], wishes);
  fixture.stack.start();
  const status = await fixture.phase('registered');
  return { server, registrar, fixture, status };
}

function authorization(request: SipRequest | undefined): string {
  return request === undefined ? '' : (findHeader(request.headers, 'Authorization') ?? '');
}

describe('registration over WSS with a pinned certificate', () => {
  it('binds one contact with a stable instance and says so', async () => {
    const { server, fixture, status } = await registered({ otherContacts: ['<sip:desk@192.0.2.1>;expires=60'] });
    const request = server.requests.at(-1);
    const contact = findHeader(request?.headers ?? [], 'Contact') ?? '';
    expect(contact).toMatch(
      /^<sip:[0-9a-f]{16}[0-9a-z]{1,4}@[0-9a-f]{12}\.invalid;transport=ws;cm-name=test%20computer;cm-since=[0-9a-z]{6}>;\+sip\.instance="<urn:uuid:0a1b2c3d-[^"]*>";reg-id=1;expires=600$/,
    );
    expect(request?.uri.text).toBe('sip:127.0.0.1');
    expect(request?.from.displayName).toBe('Dr. "Quote" Example');
    expect(findHeader(request?.headers ?? [], 'Via')).toMatch(/^SIP\/2\.0\/WSS /);
    const desk = { uri: 'sip:desk@192.0.2.1', key: 'desk@192.0.2.1', name: '', host: '192.0.2.1', since: null, isCommute: false };
    expect(status.others).toEqual([desk]);
    expect(status).toMatchObject({ path: 'office', confirmedAt: status.since });
    expect(status.expiresAt - status.since).toBe(600_000);
    expect(fixture.statuses.map(({ phase }) => phase)).toEqual(['connecting', 'registering', 'registered']);
    expect(fixture.flows).toEqual(['ready']);
    expect(server.connectionCount).toBe(1);
  });

  it.each(['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess', 'SHA-512-256', 'SHA-512-256-sess'])('answers %s', async (algorithm) => {
    const { registrar } = await registered({ algorithms: [algorithm] });
    expect(registrar).toMatchObject({ right: 1, wrong: 0 });
  });

  it.each(['auth-int', null])('answers qop %s', async (qop) => {
    const { registrar } = await registered({ qop });
    expect(registrar).toMatchObject({ right: 1, wrong: 0 });
  });

  it('takes the topmost challenge that it knows', async () => {
    const { server } = await registered({ algorithms: ['SHA-999', 'SHA-256', 'MD5'] });
    expect(authorization(server.requests.at(-1))).toContain('algorithm=SHA-256');
  });

  it('tries a wrong password exactly once and waits for the person', async () => {
    const server = await secureServer();
    const registrar = new DigestRegistrar({ password: 'another' });
    server.script = registrar.script;
    const fixture = stackFor([server]);
    fixture.stack.start();
    const { error } = await fixture.phase('refused');
    expect(error.code).toBe('wrong-password');
    expect(registrar.wrong).toBe(1);
    fixture.stack.reconnect('asked');
    expect(fixture.stack.registration.phase).toBe('refused');
    expect(server.requests).toHaveLength(2);
    expect(fixture.timers.running).toBe(0);
    fixture.password = 'another';
    fixture.stack.reconnect('asked');
    await fixture.phase('registered');
    expect(registrar).toMatchObject({ wrong: 1, right: 1 });
  });

  it('asks for the password when there is none', async () => {
    const server = await secureServer();
    server.script = new DigestRegistrar().script;
    const fixture = stackFor([server]);
    fixture.password = undefined;
    fixture.stack.start();
    expect((await fixture.phase('refused')).error.code).toBe('wrong-password');
    expect(server.requests).toHaveLength(1);
  });

  it('follows a stale nonce silently, counts uses up, and sends credentials unasked', async () => {
    const { server, registrar, fixture } = await registered({ grant: () => '1' });
    await server.until(() => server.requests.length >= 4);
    expect(authorization(server.requests[2])).toContain('nc=00000002');
    registrar.staleNonces.add('nonce-1');
    await server.until(() => registrar.issued.length === 2 && authorization(server.requests.at(-1)).includes('nonce-2'));
    expect(registrar.wrong).toBe(0);
    expect(fixture.stack.registration.phase).toBe('registered');
  });

  it('gives up on endless stale nonces after three rounds', async () => {
    const server = await secureServer();
    const registrar = new DigestRegistrar();
    server.script = (received) => registrar.challenge(received, true);
    const fixture = stackFor([server]);
    fixture.stack.start();
    expect((await fixture.phase('waiting')).error.code).toBe('server-error');
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    [404, 'user-unknown'],
    [403, 'registration-refused'],
    [302, 'registration-refused'],
    [603, 'registration-refused'],
  ] as const)('takes %i as the last word', async (status, code) => {
    const server = await secureServer();
    server.script = ({ reply }) => reply(status, [{ name: 'Contact', value: '<sip:elsewhere@192.0.2.9>' }]);
    const fixture = stackFor([server]);
    fixture.stack.start();
    expect((await fixture.phase('refused')).error.code).toBe(code);
    expect(server.requests).toHaveLength(1);
    expect(fixture.timers.running).toBe(0);
  });

  it.each([503, 500, 480, 486])('obeys Retry-After of a %i and keeps the connection', async (status) => {
    const server = await secureServer();
    server.script = ({ reply }) => reply(status, [{ name: 'Retry-After', value: '120 (later)' }]);
    const fixture = stackFor([server]);
    fixture.stack.start();
    const { retryAt } = await fixture.phase('waiting');
    expect(retryAt - Date.now()).toBeGreaterThan(119_000);
    expect(retryAt - Date.now()).toBeLessThanOrEqual(132_000);
    expect(server.openConnections).toBe(1);
  });

  it('raises its interval once for a 423', async () => {
    const server = await secureServer();
    server.script = ({ request, reply }) => {
      const asked = Number(findHeader(request.headers, 'Expires'));
      if (asked < 1800) reply(423, [{ name: 'Min-Expires', value: '1800' }]);
      else reply(200, [{ name: 'Contact', value: findHeader(request.headers, 'Contact') ?? '' }]);
    };
    const fixture = stackFor([server]);
    fixture.stack.start();
    const status = await fixture.phase('registered');
    expect(status.expiresAt - status.since).toBe(1_800_000);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['rising', (asked: number) => String(asked + 1), 2],
    ['missing', () => undefined, 1],
    ['no number', () => 'NaN', 1],
    ['2^32', () => '4294967296', 1],
    ['0', () => '0', 1],
  ] as const)('does not loop on a Min-Expires that is %s', async (_name, minExpires, requests) => {
    const server = await secureServer();
    server.script = ({ request, reply }) => {
      const value = minExpires(Number(findHeader(request.headers, 'Expires')));
      reply(423, value === undefined ? [] : [{ name: 'Min-Expires', value }]);
    };
    const fixture = stackFor([server]);
    fixture.stack.start();
    expect((await fixture.phase('refused')).error.code).toBe('registration-refused');
    expect(server.requests).toHaveLength(requests);
  });

  it.each([
    ['huge', '99999999999999', 86_400],
    ['missing', '', 600],
    ['no number', 'NaN', 600],
    ['negative', '-5', 600],
    ['quoted', '"90"', 90],
  ])('survives an expires that is %s', async (_name, granted, seconds) => {
    const { status, server } = await registered({ grant: () => granted });
    expect(status.expiresAt - status.since).toBe(seconds * 1_000);
    expect(server.requests).toHaveLength(2);
  });

  it('survives a 200 without Contact', async () => {
    const server = await secureServer();
    server.script = ({ reply }) => reply(200);
    const fixture = stackFor([server]);
    fixture.stack.start();
    const status = await fixture.phase('registered');
    expect(status.expiresAt - status.since).toBe(600_000);
  });

  it('gives no credentials to a foreign realm or a weaker algorithm once it is registered', async () => {
    const { server, registrar, fixture } = await registered({ algorithms: ['SHA-256'], grant: () => '1' });
    server.script = (received) =>
      received.reply(401, [{ name: 'WWW-Authenticate', value: 'Digest realm="evil", nonce="x", algorithm=SHA-256, qop="auth"' }]);
    const before = server.requests.length;
    expect((await fixture.phase('refused')).error).toMatchObject({ code: 'registration-refused', details: { cause: 'foreign-realm' } });
    expect(server.requests.slice(before).filter((request) => authorization(request).includes('evil'))).toHaveLength(0);

    registrar.algorithms = ['MD5'];
    server.script = (received) => registrar.challenge(received);
    fixture.stack.start();
    await fixture.phase('connecting');
    expect((await fixture.phase('refused')).error.details).toMatchObject({ cause: 'downgraded' });
    expect(server.requests.some((request) => authorization(request).includes('MD5'))).toBe(false);
  });

  it('meets the challenge of a proxy to another request, and spares the round trip from then on', async () => {
    const { server, registrar, fixture } = await registered();
    const toRegistrar = registrar.script;
    const challenge = { name: 'Proxy-Authenticate', value: 'Digest realm="office", nonce="proxy-1", qop="auth"' };
    server.script = (received) => {
      if (received.request.method === 'REGISTER') toRegistrar(received);
      else if (findHeader(received.request.headers, 'Proxy-Authorization') === undefined) received.reply(407, [challenge]);
      else received.reply(200);
    };
    const core = fixture.stack.userAgent.userAgentCore;
    const { aor } = core.configuration;
    const ask = () =>
      new Promise<void>((resolve) => {
        core.request(core.makeOutgoingRequestMessage('OPTIONS', aor, aor, aor, {}), { onAccept: () => resolve() });
      });
    await ask();
    await ask();
    const headers = server.requestsOf('OPTIONS').map((request) => findHeader(request.headers, 'Proxy-Authorization'));
    expect(headers[0]).toBeUndefined();
    expect(headers[1]).toContain('nc=00000001');
    expect(headers[2]).toContain('nc=00000002');
    expect(headers).toHaveLength(3);
  });

  it('keeps credentials from others as long as no registrar has asked for them', async () => {
    const server = await secureServer();
    server.script = ({ request, reply }) => {
      if (request.method === 'REGISTER') reply(200);
      else reply(401, [{ name: 'WWW-Authenticate', value: 'Digest realm="office", nonce="1"' }]);
    };
    const fixture = stackFor([server]);
    fixture.stack.start();
    await fixture.phase('registered');
    const core = fixture.stack.userAgent.userAgentCore;
    const { aor } = core.configuration;
    const rejected = new Promise<void>((resolve) => {
      core.request(core.makeOutgoingRequestMessage('OPTIONS', aor, aor, aor, {}), { onReject: () => resolve() });
    });
    await rejected;
    expect(server.requestsOf('OPTIONS')).toHaveLength(1);
  });

  it('is back within a second after the server cut the line, with a fresh connection and a binding of the same device', async () => {
    const { server, fixture } = await registered();
    const device = (): string =>
      (findHeader(server.requests.at(-1)?.headers ?? [], 'Contact') ?? '').replace(/^(<sip:[0-9a-f]{16})[^>]*/, '$1');
    const first = device();
    server.cutAll();
    await fixture.phase('waiting');
    const lostAt = performance.now();
    await fixture.phase('registered');
    expect(performance.now() - lostAt).toBeLessThan(1_000);
    expect(fixture.flows).toEqual(['ready', 'lost', 'ready']);
    expect(server.connectionCount).toBe(2);
    expect(device()).toBe(first);
  });

  it('comes back when the server restarts on the same port', async () => {
    const { server, fixture } = await registered();
    const { port } = server;
    await server.close();
    await fixture.phase('waiting');
    const again = await secureServer({ port });
    again.script = new DigestRegistrar().script;
    await fixture.phase('registered');
    expect(again.connectionCount).toBe(1);
  });

  it('replaces a flow on which REGISTER is not answered, and tries the next address', async () => {
    const frozen = await secureServer();
    const alive = await secureServer();
    alive.script = new DigestRegistrar().script;
    const fixture = stackFor([frozen, alive]);
    fixture.stack.start();
    const startedAt = performance.now();
    const status = await fixture.phase('registered');
    expect(status.server).toBe(`127.0.0.1:${alive.port}`);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    await frozen.until(() => frozen.openConnections === 0);
  });

  it('takes its binding back, and only that', async () => {
    const { server, fixture } = await registered();
    await fixture.stack.unregister();
    const last = server.requests.at(-1);
    expect(findHeader(last?.headers ?? [], 'Contact')).toMatch(/^<sip:.*;expires=0$/);
    expect(findHeader(last?.headers ?? [], 'Expires')).toBe('0');
    expect(fixture.stack.registration.phase).toBe('signed-out');
    await server.until(() => server.openConnections === 0);
    expect(fixture.timers.running).toBe(0);
  });

  it('waits at most two seconds for a server that says nothing to the removal', async () => {
    const { server, fixture } = await registered();
    server.freeze();
    const startedAt = performance.now();
    await fixture.stack.unregister();
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(fixture.stack.registration.phase).toBe('signed-out');
  });

  it('makes a new connection before it gives up the one that stands', async () => {
    const { server, registrar, fixture, status } = await registered();
    fixture.stack.reconnect('asked');
    expect(fixture.stack.registration.phase).toBe('registered');
    await fixture.until(() => fixture.flows.length === 2);
    expect(fixture.flows).toEqual(['ready', 'ready']);
    expect(new Set(fixture.statuses.map(({ phase }) => phase))).toEqual(new Set(['connecting', 'registering', 'registered']));
    expect(fixture.statuses.findLastIndex(({ phase }) => phase !== 'registered')).toBe(1);
    expect(fixture.stack.registration).toMatchObject({ since: status.since });
    await server.until(() => server.openConnections === 1);
    expect(registrar.bound.size).toBe(1);
  });

  it('believes no connection after a sleep', async () => {
    const { server, fixture } = await registered();
    fixture.stack.reconnect('resumed');
    expect(fixture.stack.registration.phase).toBe('connecting');
    await fixture.phase('registered');
    expect(fixture.flows).toEqual(['ready', 'lost', 'ready']);
    await server.until(() => server.openConnections === 1);
  });
});
