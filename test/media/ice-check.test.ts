import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { checkIce } from '#electron/network/ice-check.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { hardCutMs } from '#shared/media/gathering.ts';
import { type IceReport, iceReportSchema } from '#shared/network/ice-report.ts';
import type { NatReport } from '#shared/network/nat-report.ts';
import { type Coturn, startCoturn } from '../support/lab/coturn.ts';
import { openSilentPort } from '../support/network/silent-port.ts';
import { useMediaHost } from './fixture/host-suite.ts';

/** The whole check, from the media window to the relay, over the wire. */
const held: { coturn?: Coturn; authority?: string } = {};
const media = useMediaHost(async () => {
  held.coturn = await startCoturn();
  held.authority = await held.coturn.authority();
  // Chromium has no file of authorities: it gets the one key of the lab's server
  return { args: [`--ignore-certificate-errors-spki-list=${await keyOf(held.coturn, held.authority)}`] };
});
afterAll(() => held.coturn?.dispose());

async function keyOf({ host, tlsPort: port }: Coturn, authority: string): Promise<string> {
  const socket = connect({ host, port, ca: authority });
  await once(socket, 'secureConnect');
  const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

function coturn(): Coturn {
  if (held.coturn === undefined) throw new Error('coturn did not start.');
  return held.coturn;
}

const uris = {
  stun: () => `stun:${coturn().host}`,
  udp: () => `turn:${coturn().host}?transport=udp`,
  tcp: () => `turn:${coturn().host}?transport=tcp`,
  tls: () => `turns:${coturn().host}`,
};

interface Wishes {
  readonly relayOnly?: boolean;
  readonly nat?: NatReport['type'];
  readonly password?: string;
}

async function check(list: readonly string[], { relayOnly = false, nat, password = coturn().password }: Wishes = {}): Promise<IceReport> {
  const report = await checkIce({
    servers: list.map((uri) => ({ id: uri, uri, username: uri.startsWith('turn') ? coturn().username : '', password })),
    relayOnly,
    nat: nat === undefined ? null : natOf(nat),
    media: { checkIce: (ice, { timeoutMs }) => media().call('checkIce', ice, { timeoutMs }) },
    addresses: () =>
      Object.entries(networkInterfaces()).flatMap(([interfaceName, all = []]) =>
        all.map(({ address, internal }) => ({ interfaceName, address, internal })),
      ),
    authorities: () => (held.authority === undefined ? [] : [held.authority]),
    clock: new SystemClock(),
    random: new SystemRandom(),
    signal: new AbortController().signal,
  });
  return iceReportSchema.parse(report);
}

function natOf(type: NatReport['type']): NatReport {
  const unknown = { mapping: 'unknown', filtering: 'unknown', filteringUnknownBecause: null, local: null, mapped: null } as const;
  const rest = { at: 0, tookMs: 0, server: '', family: 4, simple: false, hairpin: null, lifetimeSeconds: null, error: null } as const;
  return { type, ...unknown, ...rest };
}

describe('the ICE check', () => {
  it('is fine without any server, and names the interface of every address', async () => {
    const report = await check([]);
    expect(report).toMatchObject({ status: 'available', reason: 'direct-only', servers: [], loopBack: { connected: true } });
    expect(report.candidates).not.toEqual([]);
    for (const { interfaceName } of report.candidates) expect(Object.keys(networkInterfaces())).toContain(interfaceName);
  });

  it('proves STUN and TURN over UDP, TCP and TLS, and has an address of each relay', async () => {
    const report = await check(Object.values(uris).map((uri) => uri()));
    expect(report).toMatchObject({ status: 'available', reason: 'direct-and-relay' });
    expect(report.servers.map(({ id, works, error }) => ({ id, works, error }))).toEqual(
      Object.values(uris).map((uri) => ({ id: uri(), works: true, error: null })),
    );
    const relays = report.candidates.filter(({ type }) => type === 'relay');
    expect(relays.map(({ server, relayProtocol }) => [server, relayProtocol]).sort()).toEqual(
      [
        [uris.tcp(), 'tcp'],
        [uris.udp(), 'udp'],
        [uris.tls(), 'tls'],
      ].sort(),
    );
    console.info(`ICE check with four servers: ${report.tookMs.toFixed(0)} ms, gathered after ${report.gatheredMs.toFixed(0)} ms`);
  });

  it.each(['udp', 'tcp', 'tls'] as const)('connects through the relay alone, reached by %s', async (way) => {
    const report = await check([uris[way]()], { relayOnly: true });
    expect(report).toMatchObject({
      status: 'relay-only',
      reason: 'relay-only-by-setting',
      loopBack: { connected: true, pair: { local: 'relay', remote: 'relay', protocol: 'udp' } },
    });
    expect(new Set(report.candidates.map(({ type, relayProtocol }) => `${type} ${relayProtocol}`))).toEqual(new Set([`relay ${way}`]));
  });

  it('says what the NAT leaves', async () => {
    expect(await check([uris.stun()], { nat: 'symmetric' })).toMatchObject({ status: 'not-available', reason: 'symmetric-without-relay' });
    expect(await check([uris.udp()], { nat: 'symmetric' })).toMatchObject({ status: 'relay-only', reason: 'symmetric-relay-works' });
  });

  it('tells a wrong password from a dead server, and is over within five seconds', { timeout: 30_000 }, async () => {
    const silent = await openSilentPort();
    const begun = performance.now();
    const [wrong, dead] = await Promise.all([
      check([uris.udp()], { relayOnly: true, password: 'wrong' }),
      check([`turn:127.0.0.1:${silent.port}`, uris.tcp()], { nat: 'udp-blocked' }),
    ]);
    expect(performance.now() - begun).toBeLessThan(5_500);
    silent.close();
    expect(wrong).toMatchObject({ status: 'not-available', reason: 'relay-only-without-relay', candidates: [] });
    expect(wrong.servers[0]?.error).toMatchObject({ code: 'relay-refused', details: { status: 401 } });
    expect(dead).toMatchObject({ status: 'relay-only', reason: 'udp-blocked-relay-works', loopBack: { connected: true } });
    expect(dead.servers[0]?.error).toMatchObject({ code: 'relay-unreachable', details: { cause: 'timed-out' } });
    expect(dead.gatheredMs).toBeLessThanOrEqual(hardCutMs);
    expect(Math.max(wrong.tookMs, dead.tookMs)).toBeLessThan(5_000);
  });
});
