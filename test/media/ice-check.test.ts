import { networkInterfaces } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { hardCutMs } from '#shared/media/gathering.ts';
import type { IceReport } from '#shared/network/ice/report.ts';
import { openSilentPort } from '../support/network/silent-port.ts';
import { useMediaHost } from './fixture/host-suite.ts';
import { IceLab, type Wishes } from './fixture/ice-lab.ts';

/** The whole check, from the media window to the relay, over the wire. */
const held: { lab?: IceLab } = {};
const media = useMediaHost(async () => {
  held.lab = await IceLab.start();
  return { args: held.lab.args };
});
afterAll(() => held.lab?.dispose());

function lab(): IceLab {
  if (held.lab === undefined) throw new Error('The relay did not start.');
  return held.lab;
}

const check = (uris: readonly string[], wishes?: Wishes): Promise<IceReport> => lab().check(media(), uris, wishes);
const ways = ['stun', 'udp', 'tcp', 'tls'] as const;

describe('the ICE check', () => {
  it('is fine without any server, and names the interface of every address', async () => {
    const report = await check([]);
    expect(report).toMatchObject({ status: 'available', reason: 'direct-only', servers: [], loopBack: { connected: true } });
    expect(report.candidates).not.toEqual([]);
    for (const { interfaceName } of report.candidates) expect(Object.keys(networkInterfaces())).toContain(interfaceName);
  });

  it('proves STUN and TURN over UDP, TCP and TLS, and has an address of each relay', async () => {
    const report = await check(ways.map((way) => lab().uri(way)));
    expect(report).toMatchObject({ status: 'available', reason: 'direct-and-relay' });
    expect(report.servers.map(({ id, works, error }) => ({ id, works, error }))).toEqual(
      ways.map((way) => ({ id: lab().uri(way), works: true, error: null })),
    );
    const relays = report.candidates.filter(({ type }) => type === 'relay');
    expect(relays.map(({ server, relayProtocol }) => [server, relayProtocol]).sort()).toEqual(
      (['udp', 'tcp', 'tls'] as const).map((way) => [lab().uri(way), way]).sort(),
    );
  });

  it.each(['udp', 'tcp', 'tls'] as const)('connects through the relay alone, reached by %s', async (way) => {
    const report = await check([lab().uri(way)], { relayOnly: true });
    expect(report).toMatchObject({
      status: 'relay-only',
      reason: 'relay-only-by-setting',
      loopBack: { connected: true, pair: { local: 'relay', remote: 'relay', protocol: 'udp' } },
    });
    expect(new Set(report.candidates.map(({ type, relayProtocol }) => `${type} ${relayProtocol}`))).toEqual(new Set([`relay ${way}`]));
  });

  it('says what the NAT leaves', async () => {
    const [stun, udp] = [lab().uri('stun'), lab().uri('udp')];
    expect(await check([stun], { nat: 'symmetric' })).toMatchObject({ status: 'not-available', reason: 'symmetric-without-relay' });
    expect(await check([udp], { nat: 'symmetric' })).toMatchObject({ status: 'relay-only', reason: 'symmetric-relay-works' });
  });

  it('tells a wrong password from a dead server, and is over within five seconds', { timeout: 30_000 }, async () => {
    const silent = await openSilentPort();
    const [wrong, dead] = await Promise.all([
      check([lab().uri('udp')], { relayOnly: true, password: 'wrong' }),
      check([`turn:127.0.0.1:${silent.port}`, lab().uri('tcp')], { nat: 'udp-blocked' }),
    ]);
    silent.close();
    expect(wrong).toMatchObject({ status: 'not-available', reason: 'relay-only-without-relay', candidates: [] });
    expect(wrong.servers[0]?.error).toMatchObject({ code: 'relay-refused', details: { status: 401 } });
    expect(dead).toMatchObject({ status: 'relay-only', reason: 'udp-blocked-relay-works', loopBack: { connected: true } });
    expect(dead.servers[0]?.error).toMatchObject({ code: 'relay-unreachable', details: { cause: 'timed-out' } });
    expect(dead.gatheredMs).toBeLessThanOrEqual(hardCutMs);
    expect(Math.max(wrong.tookMs, dead.tookMs)).toBeLessThan(5_000);
  });
});
