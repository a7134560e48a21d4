import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { type IceProofOptions, proveIceServer } from '#electron/network/ice-proof.ts';
import type { IceServerProof } from '#shared/network/ice/report.ts';
import { type Coturn, startCoturn } from '../support/lab/coturn.ts';
import { ScriptedTurn } from '../support/network/scripted-turn.ts';
import { openSilentPort } from '../support/network/silent-port.ts';
import { makeAuthority, makeCertificate } from '../support/sip/test-certificates.ts';

const held: { coturn?: Coturn; authority?: string } = {};
beforeAll(async () => {
  held.coturn = await startCoturn();
  held.authority = await held.coturn.authority();
});
afterAll(() => held.coturn?.dispose());

function coturn(): Coturn {
  if (held.coturn === undefined) throw new Error('coturn did not start.');
  return held.coturn;
}

const options = (): IceProofOptions => ({
  authorities: () => (held.authority === undefined ? [] : [held.authority]),
  clock: new SystemClock(),
  random: new SystemRandom(),
  timeoutMs: 4_000,
  signal: new AbortController().signal,
});
const prove = (uri: string, password = coturn().password, changed: Partial<IceProofOptions> = {}): Promise<IceServerProof> =>
  proveIceServer({ id: 'server', uri, username: coturn().username, password }, { ...options(), ...changed });

const ways = { udp: 'turn:HOST', tcp: 'turn:HOST?transport=tcp', tls: 'turns:HOST' } as const;
const uriOf = (way: keyof typeof ways): string => ways[way].replace('HOST', coturn().host);
const everyWay = Object.keys(ways) as (keyof typeof ways)[];

describe('a relay that works', () => {
  it.each(everyWay)('carries data there and back, reached by %s', async (way) => {
    const proof = await prove(uriOf(way));
    expect(proof).toEqual({
      id: 'server',
      uri: uriOf(way),
      works: true,
      roundTripMs: proof.roundTripMs,
      address: coturn().host,
      error: null,
    });
    expect(proof.roundTripMs).toBeGreaterThan(0);
  });

  it('keeps no place after twenty proofs, and none after those that were given up at any moment', { timeout: 60_000 }, async () => {
    const before = placesIn(await coturn().log());
    for (let round = 0; round < 5; round++) await Promise.all([...everyWay, 'udp' as const].map((way) => prove(uriOf(way))));
    for (let delayMs = 0; delayMs < 8; delayMs++) {
      const signal = AbortSignal.timeout(delayMs);
      await Promise.allSettled(everyWay.map((way) => prove(uriOf(way), coturn().password, { signal })));
    }
    await expect.poll(async () => placesIn(await coturn().log()).open, { timeout: 10_000 }).toEqual([]);
    expect(placesIn(await coturn().log()).taken - before.taken).toBeGreaterThanOrEqual(20);
  });

  it('is not waited for by who has given it up', async () => {
    const controller = new AbortController();
    const proof = prove(uriOf('udp'), coturn().password, { signal: controller.signal });
    controller.abort(new Error('given up'));
    await expect(proof).rejects.toThrow('given up');
  });
});

/** How many places coturn gave away so far, and which of them nobody gave back. */
function placesIn(log: string): { readonly taken: number; readonly open: readonly string[] } {
  const sessions = (pattern: RegExp): string[] => [...log.matchAll(pattern)].map(([, session = '']) => session);
  const taken = sessions(/session (\d+): new, realm/g);
  const returned = new Set(sessions(/session (\d+): refreshed, .*lifetime=0/g));
  return { taken: taken.length, open: taken.filter((session) => !returned.has(session)) };
}

describe('a relay that does not', () => {
  it.each(everyWay)('refuses a wrong password, which is tried once, by %s', async (way) => {
    const before = (await coturn().log()).split('credentials are incorrect').length;
    const proof = await prove(uriOf(way), 'wrong');
    const server = `${coturn().host}:${way === 'tls' ? coturn().tlsPort : coturn().port}`;
    expect(proof.error).toEqual({ code: 'relay-refused', details: { server, reason: 'Unauthorized', status: 401 } });
    expect((await coturn().log()).split('credentials are incorrect').length - before).toBe(1);
  });

  it.each([
    ['udp', 'turn:HOST:9'],
    ['tcp', 'turn:HOST:9?transport=tcp'],
    ['tls', 'turns:HOST:9'],
  ])('is not there (%s)', async (_way, uri) => {
    const proof = await prove(uri.replace('HOST', coturn().host));
    expect(proof.error).toEqual({ code: 'relay-unreachable', details: { server: `${coturn().host}:9`, cause: 'ECONNREFUSED' } });
  });

  it('has a name that nobody knows', async () => {
    const { error } = await prove('turn:relay.invalid?transport=tcp');
    expect(error).toMatchObject({ code: 'relay-unreachable', details: { server: 'relay.invalid:3478' } });
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(error?.details['cause']);
  });

  it('never answers, and is given up in time', async () => {
    const silent = await openSilentPort();
    const begun = performance.now();
    const proof = await prove(`turn:127.0.0.1:${silent.port}`, 'any', { timeoutMs: 500 });
    silent.close();
    expect(proof.error).toEqual({ code: 'relay-unreachable', details: { server: `127.0.0.1:${silent.port}`, cause: 'timed-out' } });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('speaks something else', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { error } = await prove(`turn:127.0.0.1:${port}?transport=tcp`);
    server.close();
    expect(error).toEqual({ code: 'relay-unreachable', details: { server: `127.0.0.1:${port}`, cause: 'EPROTO' } });
  });
});

describe('the certificate of a relay', () => {
  it('is not trusted without its authority', async () => {
    const { error } = await prove(uriOf('tls'), coturn().password, { authorities: () => [] });
    const server = `${coturn().host}:${coturn().tlsPort}`;
    expect(error).toEqual({ code: 'relay-unreachable', details: { server, cause: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } });
  });

  it.each([
    [{ names: ['relay.example'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [{ notAfter: new Date(Date.now() - 1_000) }, 'CERT_HAS_EXPIRED'],
  ])('is of somebody else or too old: %o', async (wishes, cause) => {
    const issuer = await makeAuthority();
    const { certificate, key } = await makeCertificate({ ...wishes, issuer });
    const server = createTlsServer({ cert: certificate, key });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { error } = await prove(`turns:127.0.0.1:${port}`, 'any', { authorities: () => [issuer.certificate] });
    server.close();
    expect(error).toEqual({ code: 'relay-unreachable', details: { server: `127.0.0.1:${port}`, cause } });
  });
});

describe('a relay with ways of its own', () => {
  let turn: ScriptedTurn;
  beforeEach(async () => {
    turn = await ScriptedTurn.start();
  });
  afterEach(() => {
    turn.close();
    expect(turn.places).toBe(0);
  });
  const proveScripted = (timeoutMs = 4_000): Promise<IceServerProof> =>
    proveIceServer({ id: 'server', uri: turn.uri, ...turn.user }, { ...options(), timeoutMs });

  it('that does not reach us is proved by a second place at it', async () => {
    const proof = await proveScripted();
    expect(proof).toMatchObject({ works: true, address: '192.0.2.77', error: null });
    expect(turn.asked.filter((each) => each === 'allocate')).toHaveLength(2);
  });

  it('that lets nothing near us is proved by a second place at once', async () => {
    turn.refuse = (method, time) => (method === 'createPermission' && time === 1 ? { code: 403, reason: 'Forbidden IP' } : undefined);
    const begun = performance.now();
    expect(await proveScripted()).toMatchObject({ works: true });
    expect(performance.now() - begun).toBeLessThan(600);
  });

  it('gets a newer nonce as often as it wants one, but not for ever', async () => {
    turn.nonceLasts = 1;
    expect(await proveScripted()).toMatchObject({ works: true });
    expect(turn.asked.filter((each) => each.endsWith('stale')).length).toBeGreaterThan(2);
    turn.nonceLasts = 0;
    expect((await proveScripted()).error).toMatchObject({ code: 'relay-refused', details: { status: 438, reason: 'Stale Nonce' } });
  });

  it.each(['md5', 'sha256'] as const)('that offers %s as an algorithm for passwords gets SHA-256 signatures', async (algorithm) => {
    turn.passwordAlgorithm = algorithm;
    expect(await proveScripted()).toMatchObject({ works: true });
    expect(turn.asked).not.toContain('allocate wrongly signed');
  });

  it.each([
    [403, 'Forbidden'],
    [437, 'Allocation Mismatch'],
    [442, 'Unsupported Transport Protocol'],
    [486, 'Allocation Quota Reached'],
    [508, 'Insufficient Capacity'],
  ])('refuses with %d and says why, with or without words of its own', async (code, reason) => {
    turn.refuse = () => ({ code, reason: '' });
    const refused = (reason: string): object => ({ code: 'relay-refused', details: { server: turn.uri.slice(5), reason, status: code } });
    expect((await proveScripted()).error).toEqual(refused(reason));
    turn.refuse = () => ({ code, reason: 'Not\r\ntoday' });
    expect((await proveScripted()).error).toEqual(refused('Not today'));
  });

  it('that lets nothing through is unreachable, not broken by us', async () => {
    turn.relays = false;
    expect((await proveScripted(1_500)).error).toMatchObject({ code: 'relay-unreachable', details: { cause: 'no-data' } });
  });

  it('whose answers are signed by somebody else is not believed', async () => {
    turn.forges = true;
    const proof = await proveScripted(500);
    expect(proof.error).toMatchObject({ code: 'relay-unreachable', details: { cause: 'timed-out' } });
  });
});

describe('a STUN server', () => {
  it('answers with the address that it sees', async () => {
    expect(await prove(`stun:${coturn().host}`)).toMatchObject({ works: true, address: '127.0.0.1', error: null });
  });

  it('is not there, or never answers, or has no name', async () => {
    const silent = await openSilentPort();
    const failed = (server: string, details: object): object => ({
      works: false,
      error: { code: 'stun-unreachable', details: { server, ...details } },
    });
    expect(await prove(`stun:${coturn().host}:9`)).toMatchObject(failed(`${coturn().host}:9`, { reason: 'unreachable' }));
    const server = `127.0.0.1:${silent.port}`;
    expect(await prove(`stun:${server}`, '', { timeoutMs: 400 })).toMatchObject(failed(server, {}));
    silent.close();
    expect(await prove('stun:stun.invalid')).toMatchObject(failed('stun.invalid:3478', {}));
  });
});
