import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatReport } from '#shared/network/nat/report.ts';
import { labCoturn, type NatType, type NetworkLab, startNetworkLab } from '../support/lab/network-lab.ts';
import { checkInLab, measureInLab, serveInLab } from '../support/network/nat-check-in-lab.ts';

/** The real check of the NAT, in a network of its own behind each kind of NAT that the lab can be. */
const times = 20;
const sideBySide = 7;
const coturn = { host: labCoturn.host, port: labCoturn.port };
const publicAddress = '203.0.113.2';
const lanAddress = '192.168.77.100';

type Verdict = Pick<NatReport, 'type' | 'mapping' | 'filtering' | 'simple'>;
const blocked: Verdict = { type: 'udp-blocked', mapping: 'unknown', filtering: 'unknown', simple: false };
const portRestricted: Verdict = {
  type: 'port-restricted',
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  simple: true,
};
const verdicts: Readonly<Record<NatType, Verdict>> = {
  none: { type: 'open', mapping: 'none', filtering: 'endpoint-independent', simple: true },
  'full-cone': { type: 'full-cone', mapping: 'endpoint-independent', filtering: 'endpoint-independent', simple: true },
  restricted: { type: 'restricted', mapping: 'endpoint-independent', filtering: 'address-dependent', simple: true },
  'port-restricted': portRestricted,
  'sip-alg': portRestricted,
  symmetric: { type: 'symmetric', mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent', simple: false },
  'udp-blocked': blocked,
  'tls-only': blocked,
};
const natTypes: readonly NatType[] = [
  'none',
  'full-cone',
  'restricted',
  'port-restricted',
  'symmetric',
  'udp-blocked',
  'tls-only',
  'sip-alg',
];

let held: NetworkLab | undefined;
beforeAll(async () => {
  held = await startNetworkLab({ servers: true });
});
afterAll(async () => {
  await held?.dispose();
});
const lab = (): NetworkLab => {
  if (held === undefined) throw new Error('The lab is there only inside tests.');
  return held;
};
const checkOnce = async (...servers: { host: string; port: number }[]): Promise<NatReport> => {
  const [report] = await checkInLab(lab(), servers);
  if (report === undefined) throw new Error('no report');
  return report;
};

describe('NAT check', () => {
  it.each(natTypes)(`tells ${times} times of ${times} that a NAT is %s`, async (type) => {
    await lab().switchNat(type);
    const reports = await checkInLab(lab(), [coturn], times, sideBySide);
    expect(reports).toHaveLength(times);
    for (const report of reports) expect(report).toMatchObject(verdicts[type]);
    for (const { local, mapped } of reports) {
      if (verdicts[type] === blocked) {
        expect([local, mapped]).toEqual([null, null]);
        continue;
      }
      expect(local?.address).toBe(lanAddress);
      expect(mapped?.address).toBe(type === 'none' ? lanAddress : publicAddress);
    }
    // a server that takes TCP is there, so what blocks UDP is the network; where nothing gets through it may be either
    const error = { code: 'stun-unreachable', details: { server: `${coturn.host}:${coturn.port}` } };
    for (const report of reports) expect(report.error).toEqual(type === 'tls-only' ? error : null);
  });

  it('compares two servers of one address each', async () => {
    const servers = [
      { host: labCoturn.host, port: 3600 },
      { host: labCoturn.alternateHost, port: 3601 },
    ];
    const stop = await serveInLab(
      lab(),
      servers.map(({ host, port }) => ({ address: host, port, manner: 'answers' })),
    );
    try {
      const unknown = { filtering: 'unknown', filteringUnknownBecause: 'one-address', error: null };
      await lab().switchNat('port-restricted');
      expect(await checkOnce(...servers)).toMatchObject({ ...unknown, type: 'cone', mapping: 'endpoint-independent', simple: true });
      expect(await checkOnce(...servers.slice(0, 1))).toMatchObject({ ...unknown, type: 'unknown', mapping: 'unknown', simple: false });
      await lab().switchNat('symmetric');
      expect(await checkOnce(...servers)).toMatchObject({ ...unknown, type: 'symmetric', simple: false });
    } finally {
      await stop();
    }
  });

  it('writes to no private address that a public server names', async () => {
    const inside = { address: '10.66.0.7', port: 3479 };
    const stop = await serveInLab(lab(), [
      { address: labCoturn.host, port: 3602, manner: 'answers', other: inside },
      { address: labCoturn.alternateHost, port: 3603, manner: 'answers' },
    ]);
    await lab().switchNat('port-restricted');
    const capture = await lab().captureUdp('client', `host ${inside.address}`);
    try {
      const report = await checkOnce({ host: labCoturn.host, port: 3602 }, { host: labCoturn.alternateHost, port: 3603 });
      expect(report).toMatchObject({ type: 'cone', filtering: 'unknown', filteringUnknownBecause: 'private-alternate', simple: true });
      expect(await capture.stop()).toEqual([]);
    } finally {
      await stop();
    }
  });

  it('goes on to the next server when one is mute, closed or refuses', async () => {
    const stop = await serveInLab(lab(), [
      { address: labCoturn.host, port: 3604, manner: 'mute' },
      { address: labCoturn.host, port: 3605, manner: 'refuses' },
    ]);
    await lab().switchNat('port-restricted');
    try {
      for (const port of [3604, 3605, 3606]) {
        const report = await checkOnce({ host: labCoturn.host, port }, { host: 'stun.lab.test', port: coturn.port });
        expect(report, String(port)).toMatchObject({ ...portRestricted, server: `stun.lab.test:${coturn.port}`, error: null });
      }
      const nobody = await checkOnce({ host: labCoturn.host, port: 3605 }, { host: labCoturn.host, port: 3606 });
      const server = `${labCoturn.host}:3605, ${labCoturn.host}:3606`;
      expect(nobody).toMatchObject({ type: 'unknown', error: { code: 'stun-unreachable', details: { server } } });
      const nameless = await checkOnce({ host: 'nowhere.lab.test', port: coturn.port });
      expect(nameless).toMatchObject({ type: 'unknown', error: { code: 'host-not-found', details: { host: 'nowhere.lab.test' } } });
    } finally {
      await stop();
    }
  });

  it('checks IPv6 where there is no IPv4', async () => {
    const [address, other] = ['2001:db8:113::10', '2001:db8:113::11'];
    const stop = await serveInLab(lab(), [{ address, port: 3607, manner: 'discovers', other: { address: other, port: 3608 } }]);
    await lab().move('home', { family: 'ipv6' });
    try {
      const report = await checkOnce({ host: address, port: 3607 });
      expect(report).toMatchObject({ family: 6, type: 'open', server: `[${address}]:3607`, error: null });
      expect(report.mapped?.address).toBe('2001:db8:66::100');
    } finally {
      await lab().move('lan');
      await stop();
    }
  });

  it('measures for how long a mapping lasts', async () => {
    await lab().switchNat('port-restricted');
    const seconds = 3;
    const names = ['nf_conntrack_udp_timeout', 'nf_conntrack_udp_timeout_stream'];
    await lab().exec('office-router', ['sysctl', '-qw', ...names.map((name) => `net.netfilter.${name}=${seconds}`)]);
    const measured = await measureInLab(lab(), coturn, { shortest: 1, longest: 8 });
    expect(measured).toBeGreaterThanOrEqual(seconds - 1);
    expect(measured).toBeLessThanOrEqual(seconds);
  });
});
