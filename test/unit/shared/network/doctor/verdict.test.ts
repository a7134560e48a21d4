import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type {
  DoctorEvidence,
  DoctorSurroundings,
  InterfaceAddress,
  ServerEvidence,
  UpgradeEvidence,
} from '#shared/network/doctor/evidence.ts';
import { doctorFindings } from '#shared/network/doctor/names.ts';
import { type DoctorVerdict, doctorVerdictSchema } from '#shared/network/doctor/run.ts';
import { pathOf, verdictOf } from '#shared/network/doctor/verdict.ts';
import {
  accepted,
  attempt,
  calmSurroundings,
  deadServer,
  iceReport,
  now,
  otherDevice,
  proofOf,
  sampleServer,
  soundEvidence,
  soundNat,
  tlsWith,
  upgraded,
  workingServer,
} from '#test/support/network/doctor-samples.ts';

const dayMs = 86_400_000;
const office = '192.168.1.30';
const outside = '198.51.100.20';

const lan: InterfaceAddress = { interfaceName: 'eth0', address: '10.66.0.100', internal: false, prefixLength: 24 };
const tunnel: InterfaceAddress = { interfaceName: 'wg0', address: '10.8.0.2', internal: false, prefixLength: 24 };

/** An address reached up to its certificate. */
function withTls(tls: ReturnType<typeof tlsWith>, host = office): ServerEvidence {
  return { ...deadServer(host, 'connected'), tls };
}

function withUpgrade(upgrade: Partial<UpgradeEvidence>): ServerEvidence {
  return { ...withTls(tlsWith()), upgrade: { ...upgraded, ...upgrade } };
}

function withRegister(code: 'wrong-password' | 'user-unknown' | 'server-busy' | 'connection-timed-out' | 'server-error'): ServerEvidence {
  const details = { status: 500, reason: 'Oops' };
  return workingServer({ register: { ...accepted, error: { code, details } } });
}

function proxied(outcome: 'unreachable' | 'password' | 'refused'): ServerEvidence {
  return { server: sampleServer(office), proxy: { proxy: 'proxy:3128', outcome } };
}

function named(outcome: 'unknown' | 'dead'): ServerEvidence {
  return { server: sampleServer('pbx.example.org'), proxy: { proxy: null, outcome: 'direct' }, dns: { outcome, addresses: [] } };
}

const relayRefused = (status: number) => ({ code: 'relay-refused', details: { status, reason: 'Quota' } }) as const;
const silentStun = proofOf('stun:stun.example.org', { works: false, error: { code: 'stun-unreachable', details: {} } });
const turn = (wishes: Parameters<typeof proofOf>[1]): DoctorEvidence['iceServers'] =>
  new Map([['t', proofOf('turn:turn.example.org', wishes)]]);
const overInternet = [workingServer({ server: sampleServer(outside), tcp: { attempts: [attempt(outside, 'connected')] } })];

/** What was found out, and what it must come to. */
const table: (readonly [
  verdict: `${DoctorVerdict['level']} ${(typeof doctorFindings)[number]}`,
  evidence: Partial<DoctorEvidence>,
  around?: Partial<DoctorSurroundings>,
])[] = [
  ['broken no-network', { interfaces: [], servers: [deadServer(office, 'unreachable', null)] }],
  [
    'broken no-default-route',
    { route: { hasDefault: false, interfaceName: '', routes: [] }, servers: [deadServer(outside, 'unreachable', null)] },
  ],
  ['broken captive-portal', { portal: 'redirect', servers: [withUpgrade({ outcome: 'refused' })] }],
  ['broken proxy-unreachable', { servers: [proxied('unreachable')] }],
  ['broken proxy-password', { servers: [proxied('password')] }],
  ['broken proxy-refuses', { servers: [proxied('refused')] }],
  ['broken dns-dead', { servers: [named('dead')] }],
  ['broken vpn-without-route', { interfaces: [lan, tunnel], servers: [deadServer(office)] }],
  ['broken office-only-address-away', { interfaces: [lan], servers: [deadServer(office)] }],
  ['broken name-unknown', { servers: [named('unknown')] }],
  ['broken host-unreachable', { servers: [deadServer(office)] }],
  ['broken port-closed', { servers: [deadServer(office, 'refused')] }],
  ['broken not-tls', { servers: [withTls(tlsWith({ outcome: 'not-tls', certificate: null }))] }],
  ['broken not-tls', { servers: [withTls(tlsWith({ outcome: 'lost', certificate: null }))] }],
  [
    'warning clock-off',
    { servers: [workingServer({ register: { ...accepted, dateMs: now + dayMs }, upgrade: { ...upgraded, dateMs: null } })] },
  ],
  [
    'broken clock-off',
    { servers: [withTls(tlsWith({ outcome: 'distrusted', validFrom: now + dayMs }))], times: [{ dateMs: now + 2 * dayMs, seenAtMs: now }] },
  ],
  ['broken certificate-changed', { servers: [withTls(tlsWith({ outcome: 'distrusted', pin: 'changed', validTo: now - dayMs }))] }],
  ['broken certificate-expired', { servers: [withTls(tlsWith({ outcome: 'distrusted', validTo: now - dayMs }))] }],
  // the clock is right, so the certificate is to blame
  [
    'broken certificate-expired',
    { servers: [withTls(tlsWith({ outcome: 'distrusted', validTo: now - dayMs }))], times: [{ dateMs: now + 60_000, seenAtMs: now }] },
  ],
  // a wrong clock that does not explain the certificate
  [
    'broken certificate-expired',
    { servers: [withTls(tlsWith({ outcome: 'distrusted', validTo: now - dayMs }))], times: [{ dateMs: now + dayMs, seenAtMs: now }] },
  ],
  ['broken certificate-not-yet-valid', { servers: [withTls(tlsWith({ outcome: 'distrusted', validFrom: now + dayMs }))] }],
  ['broken certificate-name', { servers: [withTls(tlsWith({ outcome: 'misnamed' }))] }],
  ['broken certificate-untrusted', { servers: [withTls(tlsWith({ outcome: 'distrusted' }))] }],
  ['broken not-a-sip-server', { servers: [withUpgrade({ outcome: 'refused', status: 404 })] }],
  ['broken wrong-password', { servers: [withRegister('wrong-password')] }],
  ['broken user-unknown', { servers: [withRegister('user-unknown')] }],
  ['broken registration-refused', { servers: [withRegister('server-error')] }],
  ['broken taken-over', {}, { takenOverBy: 'Home-PC' }],
  ['broken server-busy', { servers: [withRegister('server-busy')] }],
  ['broken server-silent', { servers: [withRegister('connection-timed-out')] }],
  // whatever it is, it is no answer of the registrar's
  [
    'broken server-silent',
    { servers: [workingServer({ register: { ...accepted, error: { code: 'network-unavailable', details: {} } } })] },
  ],
  ['broken server-silent', { servers: [withUpgrade({ outcome: 'silent' })] }],
  ['broken server-silent', { servers: [withTls(tlsWith({ outcome: 'silent', certificate: null }))] }],
  ['broken udp-blocked', { servers: overInternet, nat: { ...soundNat, type: 'udp-blocked' }, iceServers: new Map([['s', silentStun]]) }],
  // in the office the sound goes the same way as the signalling
  ['warning udp-blocked', { nat: { ...soundNat, type: 'udp-blocked' } }],
  ['warning relay-password', { iceServers: turn({ works: false, error: relayRefused(401) }) }],
  // one relay is reached by another way than UDP: nothing is wrong with the one that is not
  [
    'fine relay-in-use',
    {
      nat: { ...soundNat, type: 'udp-blocked' },
      iceServers: new Map([
        ['u', proofOf('turn:turn.example.org', { works: false, error: { code: 'relay-unreachable', details: {} } })],
        ['t', proofOf('turn:turn.example.org?transport=tcp')],
      ]),
      ice: iceReport({ reason: 'udp-blocked-relay-works', status: 'relay-only' }),
    },
  ],
  ['broken relay-password', { iceServers: turn({ works: false, error: relayRefused(401) }) }, { relayOnly: true }],
  ['warning relay-refuses', { iceServers: turn({ works: false, error: relayRefused(486) }) }],
  ['warning relay-unreachable', { iceServers: turn({ works: false, error: { code: 'relay-unreachable', details: {} } }) }],
  ['warning symmetric-without-relay', { servers: overInternet, nat: { ...soundNat, type: 'symmetric' } }],
  ['fine symmetric-without-relay', { nat: { ...soundNat, type: 'symmetric' } }],
  ['broken relay-only-without-relay', {}, { relayOnly: true }],
  ['warning stun-unreachable', { iceServers: new Map([['s', silentStun]]) }],
  ['broken ice-failed', { ice: iceReport({ reason: 'loop-back-failed', status: 'not-available' }) }],
  [
    'broken mtu-small',
    {
      interfaces: [lan, tunnel],
      servers: [
        { ...withTls(tlsWith({ outcome: 'silent', certificate: null })), tcp: { attempts: [attempt(office, 'connected', 'wg0')] } },
      ],
    },
  ],
  [
    'warning sip-alg',
    {
      servers: [
        workingServer(),
        workingServer({
          server: sampleServer(outside, { transport: 'ws', port: 5060 }),
          register: { ...accepted, error: { code: 'connection-timed-out', details: {} } },
        }),
      ],
    },
  ],
  [
    'warning no-microphone',
    { sound: { microphone: 'missing', toneHeard: false, speaker: 'played', microphoneLabel: '', speakerLabel: '' } },
  ],
  [
    'warning microphone-refused',
    { sound: { microphone: 'refused', toneHeard: false, speaker: 'played', microphoneLabel: '', speakerLabel: '' } },
  ],
  [
    'warning microphone-in-use',
    { sound: { microphone: 'in-use', toneHeard: false, speaker: 'played', microphoneLabel: '', speakerLabel: '' } },
  ],
  [
    'warning microphone-silent',
    { sound: { microphone: 'silent', toneHeard: false, speaker: 'played', microphoneLabel: 'Webcam', speakerLabel: '' } },
  ],
  ['warning no-speaker', { sound: { microphone: 'heard', toneHeard: false, speaker: 'missing', microphoneLabel: '', speakerLabel: '' } }],
  ['warning ringer-missing', { ringing: { volume: 1, ringer: 'USB', ringerPresent: false, doNotDisturb: false, forwardedTo: null } }],
  ['warning ringer-muted', { ringing: { volume: 0, ringer: '', ringerPresent: true, doNotDisturb: false, forwardedTo: null } }],
  ['warning do-not-disturb', { ringing: { volume: 1, ringer: '', ringerPresent: true, doNotDisturb: true, forwardedTo: null } }],
  ['warning calls-forwarded', { ringing: { volume: 1, ringer: '', ringerPresent: true, doNotDisturb: false, forwardedTo: '204' } }],
  ['broken echo-failed', { echo: { outcome: 'not-heard' } }],
  ['warning second-client', { servers: [workingServer({ register: { ...accepted, others: [otherDevice()] } })] }],
  ['warning one-address-down', { servers: [workingServer(), deadServer(outside)] }],
  // an office address away from the office is as it should be
  ['fine one-address-down', { interfaces: [lan], servers: [deadServer(office), ...overInternet] }],
  // but a VPN that is on and leads elsewhere is not
  ['warning one-address-down', { interfaces: [lan, tunnel], servers: [deadServer(office), ...overInternet] }],
  ['warning certificate-expires-soon', { servers: [workingServer({ tls: tlsWith({ validTo: now + 3 * dayMs }) })] }],
  ['fine relay-in-use', { ice: iceReport({ reason: 'udp-blocked-relay-works', status: 'relay-only' }) }],
  ['fine no-stun-server', { servers: overInternet, iceServers: new Map() }],
];

const rows = table.map(([verdict, evidence, around = {}]) => ({ verdict, evidence, around }));

const localeSchema = z.object({ doctor: z.object({ findings: z.record(z.string(), z.record(z.string(), z.string())) }) });
const { findings: texts } = localeSchema.parse(JSON.parse(readFileSync('assets/locales/en.json', 'utf8'))).doctor;

describe('the verdict', () => {
  it('is fine where nothing is wrong', () => {
    expect(verdictOf(soundEvidence(), calmSurroundings)).toEqual({ level: 'fine', finding: null, facts: {}, others: [] });
  });

  it.each(rows)('is $verdict (%#)', ({ verdict, evidence, around }) => {
    const { level, finding } = verdictOf(soundEvidence(evidence), { ...calmSurroundings, ...around });
    expect(`${level} ${finding}`).toBe(verdict);
  });

  it('has a row of the table for every finding', () => {
    expect(doctorFindings.filter((finding) => !table.some(([verdict]) => verdict.endsWith(` ${finding}`)))).toEqual([]);
  });

  it.each(rows)('fills every place of its sentences: $verdict (%#)', ({ evidence, around }) => {
    const { finding, facts } = verdictOf(soundEvidence(evidence), { ...calmSurroundings, ...around });
    const places = Object.values(texts[finding ?? ''] ?? {}).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(places.filter((name) => name === undefined || facts[name] === undefined || facts[name] === '')).toEqual([]);
  });

  it('names the address that was reached furthest, and tells the others as well', () => {
    const verdict = verdictOf(soundEvidence({ servers: [deadServer(office), withRegister('wrong-password')] }), calmSurroundings);
    expect(verdict.finding).toBe('wrong-password');
    expect(verdict.others.map(({ finding }) => finding)).toEqual(['host-unreachable']);
  });

  it('says once that there is no network, and nothing of what cannot work without one', () => {
    const servers = [deadServer(office, 'unreachable', null), deadServer(outside, 'unreachable', null)];
    const iceServers = new Map([
      ['t', proofOf('turn:turn.example.org', { works: false, error: { code: 'relay-unreachable', details: {} } })],
    ]);
    const ice = iceReport({ reason: 'loop-back-failed', status: 'not-available' });
    const { finding, others } = verdictOf(soundEvidence({ interfaces: [], servers, iceServers, ice }), calmSurroundings);
    expect({ finding, others }).toEqual({ finding: 'no-network', others: [] });
  });

  it('blames the public address, not the office address, while away', () => {
    const verdict = verdictOf(soundEvidence({ interfaces: [lan], servers: [deadServer(office), deadServer(outside)] }), calmSurroundings);
    expect(verdict).toMatchObject({ level: 'broken', finding: 'host-unreachable', facts: { host: outside } });
  });

  it('counts a name that leads to a public address as an address for use outside', () => {
    const name: ServerEvidence = {
      ...deadServer('203.0.113.9'),
      server: sampleServer('pbx.example.org'),
      dns: { outcome: 'found', addresses: ['203.0.113.9'] },
    };
    const { facts } = verdictOf(soundEvidence({ interfaces: [lan], servers: [deadServer(office), name] }), calmSurroundings);
    expect(facts['host']).toBe('pbx.example.org');
  });

  it('does not believe that the clock is wrong when one server of two says that it is right', () => {
    const servers = [workingServer({ upgrade: { ...upgraded, dateMs: now + dayMs } }), workingServer()];
    expect(verdictOf(soundEvidence({ servers }), calmSurroundings).finding).toBeNull();
  });

  it('takes a stranger at two hosts for a portal, and the same system at two addresses not', () => {
    const shown = (outcome: 'misnamed' | 'distrusted', host: string): ServerEvidence =>
      withTls({ ...tlsWith({ outcome }), certificate: { ...(tlsWith().certificate ?? fail()), subject: 'login.hotel.example' } }, host);
    const portal = [shown('misnamed', 'pbx.example.org'), shown('misnamed', 'pbx.example.net')];
    expect(verdictOf(soundEvidence({ servers: portal }), calmSurroundings).finding).toBe('captive-portal');
    const own = [shown('distrusted', office), shown('distrusted', outside)];
    expect(verdictOf(soundEvidence({ servers: own }), calmSurroundings).finding).toBe('certificate-untrusted');
  });

  it('says nothing of devices that may stay', () => {
    const servers = [workingServer({ register: { ...accepted, others: [otherDevice()] } })];
    const around = { ...calmSurroundings, keptDevices: [otherDevice().key] };
    expect(verdictOf(soundEvidence({ servers }), around).finding).toBeNull();
  });

  it('judges the network alone when nobody is signed in', () => {
    expect(verdictOf(soundEvidence({ servers: [] }), calmSurroundings).finding).toBeNull();
    expect(verdictOf(soundEvidence({ servers: [], interfaces: [] }), calmSurroundings).finding).toBe('no-network');
    const lost = { servers: [], route: { hasDefault: false, interfaceName: '', routes: [] } };
    expect(verdictOf(soundEvidence(lost), calmSurroundings).finding).toBe('no-default-route');
  });

  it('holds to the contract whatever evidence is missing', () => {
    const whole = soundEvidence({ servers: [workingServer(), deadServer(outside)] });
    const keys = ['interfaces', 'route', 'portal', 'nat', 'ice', 'sound', 'ringing'] as const;
    const serverKeys = ['proxy', 'dns', 'tcp', 'tls', 'upgrade', 'register'] as const;
    fc.assert(
      fc.property(fc.subarray([...keys]), fc.subarray([...serverKeys]), (present, ofServer) => {
        const pick = <T extends object>(from: T, names: readonly string[]): Partial<T> =>
          Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name))) as Partial<T>;
        const servers = whole.servers.map((server) => ({ server: server.server, ...pick(server, ofServer) }));
        const verdict = verdictOf({ servers, iceServers: whole.iceServers, ...pick(whole, present) }, calmSurroundings);
        expect(doctorVerdictSchema.safeParse(verdict).success).toBe(true);
        // without an answer to REGISTER nobody may say that calls come
        if (!ofServer.includes('register')) expect(verdict.level).toBe('broken');
      }),
    );
  });
});

describe('the path', () => {
  it('is that of the address that was reached furthest', () => {
    expect(pathOf(soundEvidence())).toBe('office');
    expect(pathOf(soundEvidence({ servers: [deadServer(office), ...overInternet] }))).toBe('internet');
    expect(pathOf(soundEvidence({ servers: [workingServer({ tcp: { attempts: [attempt(office, 'connected', 'wg0')] } })] }))).toBe('vpn');
    expect(pathOf(soundEvidence({ servers: [deadServer(office)] }))).toBeNull();
  });
});

function fail(): never {
  throw new Error('A sample has no certificate.');
}
