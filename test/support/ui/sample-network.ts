import type { ErrorReport } from '#shared/errors/app-error.ts';
import { doctorSteps, type DoctorStepId } from '#shared/network/doctor/names.ts';
import type { DoctorLine, DoctorRun } from '#shared/network/doctor/run.ts';
import type { IceReport } from '#shared/network/ice/report.ts';
import type { NatReport } from '#shared/network/nat/report.ts';
import type { OtherContact } from '#shared/registration/other-contact.ts';
import type { Account, Server } from '#shared/profiles/account.ts';

const minute = 60_000;
const now = Date.now();

/** A Commute at home and a telephone on the desk, both signed in with the number. */
export const homePc: OtherContact = {
  uri: 'sip:200@10.8.0.7:49152;transport=ws',
  key: 'home-pc',
  name: 'Home-PC',
  host: '10.8.0.7',
  since: now - 61 * minute,
  isCommute: true,
};
export const deskPhone: OtherContact = {
  uri: 'sip:200@192.168.20.31:5060',
  key: 'desk-phone',
  name: '',
  host: '192.168.20.31',
  since: null,
  isCommute: false,
};

const fingerprintOf = (pair: string): string => Array.from({ length: 32 }, () => pair).join(':');

/** The certificate that was trusted and the one that is shown now, which differ in two pairs. */
export const certificateChanged: ErrorReport = {
  code: 'certificate-changed',
  details: {
    host: 'pbx.example.org',
    port: 8802,
    expectedFingerprint: fingerprintOf('AB'),
    fingerprint: `12:${fingerprintOf('AB').slice(3, -2)}9F`,
    subject: 'pbx.example.org',
    issuer: 'Example telephone systems authority',
    validTo: 'Nov 20 04:15:59 2027 GMT',
  },
};

const server = (host: string): Server => ({ host, port: 8802, transport: 'wss', path: '/ws', trust: { kind: 'system' } });

/** A line of a real telephone system with an address in the office and one for everywhere else. */
export const officeAccount: Account = {
  id: 'office',
  kind: 'server',
  user: '200',
  authUser: null,
  displayName: 'Mara Klein',
  domain: null,
  servers: [server('10.1.0.5'), server('pbx.example.org')],
  registerExpires: 600,
};

export const simpleNat: NatReport = {
  at: now - 3 * minute,
  tookMs: 1240,
  server: 'stun.example.org:3478',
  family: 4,
  type: 'port-restricted',
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  filteringUnknownBecause: null,
  simple: true,
  local: { address: '192.168.178.23', port: 50_112 },
  mapped: { address: '203.0.113.77', port: 50_112 },
  hairpin: false,
  lifetimeSeconds: null,
  error: null,
};

const candidate = { family: 4, protocol: 'udp', relayProtocol: null, interfaceName: 'wlp3s0', server: null } as const;

/** Everything works: directly and by a relay. One of the servers does not answer. */
export const availableIce: IceReport = {
  at: now - 2 * minute,
  tookMs: 2310,
  status: 'available',
  reason: 'direct-and-relay',
  candidates: [
    { ...candidate, type: 'host', address: '192.168.178.23', port: 50_120, atMs: 3 },
    { ...candidate, type: 'host', family: 6, address: '2001:db8:85a3::8a2e:370:7334', port: 50_121, atMs: 3 },
    { ...candidate, type: 'srflx', address: '203.0.113.77', port: 50_120, server: 'stun:stun.example.org', atMs: 41 },
    {
      ...candidate,
      type: 'relay',
      relayProtocol: 'tls',
      address: '198.51.100.9',
      port: 61_002,
      server: 'turns:turn.example.org:443?transport=tcp',
      atMs: 187,
    },
  ],
  gatheredMs: 44,
  servers: [
    { id: 's1', uri: 'stun:stun.example.org', works: true, roundTripMs: 38, address: '203.0.113.77', error: null },
    { id: 's2', uri: 'turns:turn.example.org:443?transport=tcp', works: true, roundTripMs: 64, address: '198.51.100.9', error: null },
    {
      id: 's3',
      uri: 'stun:old.example.org',
      works: false,
      roundTripMs: null,
      address: null,
      error: { code: 'stun-unreachable', details: { server: 'old.example.org:3478' } },
    },
  ],
  loopBack: { connected: true, tookMs: 212, pair: { local: 'host', remote: 'host', protocol: 'udp' } },
};

const perServer: readonly string[] = ['tcp', 'tls', 'upgrade'];
/** What some of the steps say when all is well. */
const saidWell: Readonly<Partial<Record<DoctorStepId, Pick<DoctorLine, 'said' | 'facts'>>>> = {
  interfaces: { said: 'tunnel', facts: { interfaces: 'wlp3s0, tun0', tunnels: 'tun0' } },
  route: { said: 'tunnel', facts: { interface: 'wlp3s0', tunnel: 'tun0', networks: '10.1.0.0/16' } },
  'captive-portal': { said: 'free', facts: {} },
  proxy: { said: 'direct', facts: { server: 'pbx.example.org:8802' } },
  dns: { said: 'found', facts: { host: 'pbx.example.org', addresses: '203.0.113.5, 2001:db8::5' } },
  tcp: { said: 'connected', facts: { address: '203.0.113.5', ms: 21, interface: 'tun0' } },
  tls: { said: 'trusted', facts: { issuer: 'Example telephone systems authority', until: '20 Nov 2027' } },
  upgrade: { said: 'upgraded', facts: { host: 'pbx.example.org', path: '/ws' } },
  register: { said: 'accepted', facts: { host: 'pbx.example.org' } },
  stun: { said: 'answered', facts: { server: 'stun.example.org:3478', ms: 38, address: '203.0.113.77:50112' } },
  nat: { said: 'cone', facts: { type: 'port-restricted' } },
  microphone: { said: 'heard', facts: { device: 'Jabra Evolve2 40 Mono' } },
};
const portClosed = { said: 'refused', facts: { address: '10.1.0.5', port: 8802 } } as const;
const nothingSaid = { said: '', facts: {} } as const;
const notReached = { said: 'not-reached', facts: {} } as const;

/** A run of all steps for two addresses; each line is as `stateOf` says. */
export function doctorRun(changes: Partial<DoctorRun> = {}, stateOf: (at: number) => DoctorLine['state'] = () => 'fine'): DoctorRun {
  const lines = doctorSteps.flatMap((step) =>
    (perServer.includes(step) ? officeAccount.servers : [null]).map((one) => ({
      step,
      server: one === null ? null : `${one.host}:${one.port}`,
    })),
  );
  return {
    startedAt: now - 30_000,
    finishedAt: now - 10_000,
    lines: lines.map(({ step, server: name }, at) => {
      const state = stateOf(at);
      const ran = state !== 'waiting' && state !== 'running';
      return {
        step,
        server: name,
        state,
        tookMs: ran ? 12 + at * 37 : null,
        ...(state === 'skipped'
          ? notReached
          : step === 'tcp' && state === 'broken'
            ? portClosed
            : ((ran ? saidWell[step] : null) ?? nothingSaid)),
      };
    }),
    verdict: { level: 'fine', finding: null, facts: {}, others: [] },
    error: null,
    ...changes,
  };
}

/** Under way: a third is done. */
export const doctorRuns = (): DoctorRun =>
  doctorRun({ finishedAt: null, verdict: null }, (at) => (at < 8 ? 'fine' : at === 8 ? 'running' : 'waiting'));

/** The port is closed, nothing behind it was reached, and two more things were found. */
export const doctorBroken = (): DoctorRun =>
  doctorRun(
    {
      verdict: {
        level: 'broken',
        finding: 'port-closed',
        facts: { host: '10.1.0.5', port: 8802, server: '10.1.0.5:8802' },
        others: [
          { finding: 'ringer-missing', facts: { device: 'Jabra Evolve2 40 Mono' } },
          { finding: 'no-stun-server', facts: {} },
        ],
      },
    },
    (at) => (at < 5 ? 'fine' : at === 5 || at === 6 ? 'broken' : at === 12 ? 'warning' : 'skipped'),
  );
