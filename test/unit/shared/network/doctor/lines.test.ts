import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DoctorEvidence, DoctorSurroundings, InterfaceAddress, ServerEvidence } from '#shared/network/doctor/evidence.ts';
import { sayingOf } from '#shared/network/doctor/lines.ts';
import { planDoctor, type PlannedStep } from '#shared/network/doctor/plan.ts';
import { doctorSteps } from '#shared/network/doctor/names.ts';
import type { DoctorLine } from '#shared/network/doctor/run.ts';
import { doctorSaid, letsPass, saidByAny, saidKey } from '#shared/network/doctor/said.ts';
import { natTypes } from '#shared/network/nat/report.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
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
const elsewhere: InterfaceAddress = { interfaceName: 'eth0', address: '10.66.0.100', internal: false, prefixLength: 24 };
const tunnel: InterfaceAddress = { interfaceName: 'wg0', address: '10.8.0.2', internal: false, prefixLength: 24 };
const sound = { microphone: 'heard', toneHeard: false, speaker: 'played', microphoneLabel: 'Headset', speakerLabel: 'Desk' } as const;
const ringing = { volume: 1, ringer: 'USB', ringerPresent: true, doNotDisturb: false, forwardedTo: null };
const sipError = (code: 'wrong-password' | 'user-unknown' | 'server-busy' | 'connection-timed-out' | 'registration-refused') =>
  workingServer({ register: { ...accepted, error: { code, details: { status: 403, reason: 'No' } } } });
const relay = (status: number | null): Partial<DoctorEvidence> => {
  const error =
    status === null
      ? ({ code: 'relay-unreachable', details: {} } as const)
      : ({ code: 'relay-refused', details: { status, reason: 'No' } } as const);
  return { iceServers: new Map([['i', proofOf('turn:turn.example.org', { works: false, error })]]) };
};
const byProxy: ServerEvidence = { server: sampleServer(), proxy: { proxy: 'proxy:3128', outcome: 'open' } };
const proxy = (outcome: 'open' | 'passed-over' | 'unreachable' | 'password' | 'refused'): Partial<DoctorEvidence> => ({
  servers: [{ ...byProxy, proxy: { proxy: 'proxy:3128', outcome } }],
});
const dns = (outcome: 'found' | 'unknown' | 'dead'): Partial<DoctorEvidence> => ({
  servers: [{ server: sampleServer('pbx.example.org'), dns: { outcome, addresses: outcome === 'found' ? ['192.0.2.1'] : [] } }],
});
const tls = (wishes: Parameters<typeof tlsWith>[0]): Partial<DoctorEvidence> => ({ servers: [workingServer({ tls: tlsWith(wishes) })] });
const upgrade = (outcome: 'refused' | 'not-http' | 'lost' | 'silent'): Partial<DoctorEvidence> => ({
  servers: [workingServer({ upgrade: { ...upgraded, outcome, status: 404 } })],
});
const throughTunnel = { ...deadServer('192.168.1.30', 'connected', 'wg0'), tls: tlsWith({ outcome: 'silent', certificate: null }) };
const openAt5060 = { ...sipError('connection-timed-out'), server: sampleServer('192.168.1.30', { transport: 'ws', port: 5060 }) };

/** Evidence, and the line that it makes. */
const table: readonly (readonly [
  line: `${(typeof doctorSteps)[number]} ${DoctorLine['state']} ${string}`,
  Partial<DoctorEvidence>,
  Partial<DoctorSurroundings>?,
])[] = [
  ['interfaces fine up', {}],
  ['interfaces fine tunnel', { interfaces: [elsewhere, tunnel] }],
  ['interfaces broken none', { interfaces: [] }],
  ['route fine default', {}],
  [
    'route fine tunnel',
    {
      route: {
        hasDefault: true,
        interfaceName: 'eth0',
        routes: [{ interfaceName: 'wg0', family: 4, destination: '10.8.0.0', prefixLength: 24 }],
      },
    },
  ],
  ['route broken none', { route: { hasDefault: false, interfaceName: '', routes: [] } }],
  ['captive-portal fine free', {}],
  ['captive-portal broken portal', { portal: 'redirect' }],
  ['proxy fine direct', {}],
  ['proxy fine open', proxy('open')],
  ['proxy warning passed-over', proxy('passed-over')],
  ['proxy broken unreachable', proxy('unreachable')],
  ['proxy broken password', proxy('password')],
  ['proxy broken refused', proxy('refused')],
  ['dns skipped literal', {}],
  ['dns skipped by-proxy', { servers: [byProxy] }],
  ['dns fine found', dns('found')],
  ['dns broken unknown', dns('unknown')],
  ['dns broken dead', dns('dead')],
  ['tcp skipped by-proxy', { servers: [byProxy] }],
  ['tcp fine connected', {}],
  // one address that answers is enough
  [
    'tcp fine connected',
    { servers: [workingServer({ tcp: { attempts: [attempt('fd00::1', 'silent'), attempt('192.168.1.30', 'connected')] } })] },
  ],
  ['tcp broken refused', { servers: [deadServer('192.168.1.30', 'refused')] }],
  ['tcp broken silent', { servers: [deadServer('192.168.1.30')] }],
  ['tcp broken unreachable', { servers: [deadServer('192.168.1.30', 'unreachable')] }],
  ['tcp skipped silent-away', { servers: [deadServer('192.168.1.30')], interfaces: [elsewhere] }],
  ['tls fine trusted', {}],
  ['tls warning expires-soon', tls({ validTo: now + dayMs })],
  ['tls fine pinned', tls({ pin: 'same' })],
  ['tls broken changed', tls({ outcome: 'distrusted', pin: 'changed' })],
  ['tls broken expired', tls({ outcome: 'distrusted', validTo: now - dayMs })],
  ['tls broken not-yet-valid', tls({ outcome: 'distrusted', validFrom: now + dayMs })],
  ['tls broken name', tls({ outcome: 'misnamed' })],
  ['tls broken untrusted', tls({ outcome: 'distrusted' })],
  ['tls broken not-tls', tls({ outcome: 'not-tls', certificate: null })],
  ['tls broken lost', tls({ outcome: 'lost', certificate: null })],
  ['tls broken silent', tls({ outcome: 'silent', certificate: null })],
  ['upgrade fine upgraded', {}],
  ['upgrade broken refused', upgrade('refused')],
  ['upgrade broken not-http', upgrade('not-http')],
  ['upgrade broken lost', upgrade('lost')],
  ['upgrade broken silent', upgrade('silent')],
  ['register fine accepted', {}],
  ['register broken wrong-password', { servers: [sipError('wrong-password')] }],
  ['register broken user-unknown', { servers: [sipError('user-unknown')] }],
  ['register broken refused', { servers: [sipError('registration-refused')] }],
  ['register broken busy', { servers: [sipError('server-busy')] }],
  ['register broken silent', { servers: [sipError('connection-timed-out')] }],
  ['register broken taken-over', {}, { takenOverBy: 'Home-PC' }],
  ['clock fine right', {}],
  [
    'clock warning off',
    { servers: [workingServer({ upgrade: { ...upgraded, dateMs: now + dayMs }, register: { ...accepted, dateMs: null } })] },
  ],
  ['clock skipped unknown', { servers: [deadServer('192.168.1.30')] }],
  ['double-registration fine alone', {}],
  ['double-registration warning others', { servers: [workingServer({ register: { ...accepted, others: [otherDevice()] } })] }],
  [
    'double-registration fine kept',
    { servers: [workingServer({ register: { ...accepted, others: [otherDevice()] } })] },
    { keptDevices: [otherDevice().key] },
  ],
  ['sip-alg skipped encrypted', {}],
  ['sip-alg skipped unlikely', { servers: [workingServer({ server: sampleServer('192.168.1.30', { transport: 'ws' }) })] }],
  ['sip-alg warning possible', { servers: [openAt5060] }],
  ['mtu skipped stream', {}],
  ['mtu warning large-lost', { servers: [throughTunnel] }],
  ['stun fine answered', { iceServers: new Map([['i', proofOf('stun:stun.example.org')]]) }],
  ['stun warning silent', { iceServers: new Map([['i', proofOf('stun:stun.example.org', { works: false })]]) }],
  ['nat fine open', { nat: { ...soundNat, type: 'open' } }],
  ['nat fine firewall', { nat: { ...soundNat, type: 'firewall' } }],
  ['nat fine cone', {}],
  ['nat warning symmetric', { nat: { ...soundNat, type: 'symmetric' } }],
  ['nat warning udp-blocked', { nat: { ...soundNat, type: 'udp-blocked' } }],
  ['nat skipped unknown', { nat: { ...soundNat, type: 'unknown' } }],
  ['turn fine relayed', { iceServers: new Map([['i', proofOf('turn:turn.example.org')]]) }],
  ['turn warning password', relay(401)],
  ['turn warning refused', relay(486)],
  ['turn warning unreachable', relay(null)],
  ['ice fine available', {}],
  ['ice fine relay-only', { ice: iceReport({ status: 'relay-only', reason: 'symmetric-relay-works' }) }],
  ['ice warning not-available', { ice: iceReport({ status: 'not-available', reason: 'symmetric-without-relay' }) }],
  ['ice broken failed', { ice: iceReport({ status: 'not-available', reason: 'loop-back-failed' }) }],
  ['microphone fine heard', {}],
  ['microphone warning silent', { sound: { ...sound, microphone: 'silent' } }],
  ['microphone warning missing', { sound: { ...sound, microphone: 'missing' } }],
  ['microphone warning refused', { sound: { ...sound, microphone: 'refused' } }],
  ['microphone warning in-use', { sound: { ...sound, microphone: 'in-use' } }],
  ['speaker fine played', {}],
  ['speaker fine heard', { sound: { ...sound, toneHeard: true } }],
  ['speaker warning missing', { sound: { ...sound, speaker: 'missing' } }],
  ['ringing fine ready', {}],
  ['ringing warning muted', { ringing: { ...ringing, volume: 0 } }],
  ['ringing warning ringer-missing', { ringing: { ...ringing, ringerPresent: false } }],
  ['ringing warning do-not-disturb', { ringing: { ...ringing, doNotDisturb: true } }],
  ['ringing warning forwarded', { ringing: { ...ringing, forwardedTo: '204' } }],
  ['echo-call fine heard', { echo: { outcome: 'heard' } }],
  ['echo-call broken not-heard', { echo: { outcome: 'not-heard' } }],
  ['echo-call broken not-connected', { echo: { outcome: 'not-connected' } }],
];

const plan = planDoctor({
  account: {
    id: 'a',
    kind: 'server',
    user: '1',
    authUser: null,
    displayName: '',
    domain: null,
    servers: [sampleServer()],
    registerExpires: 600,
  },
  settings: {
    ...defaultSettings,
    ice: {
      relayOnly: false,
      servers: [
        { id: 'i', uri: 'stun:stun.example.org', username: '' },
        { id: 'i', uri: 'turn:turn.example.org', username: '' },
      ],
    },
  },
  echo: true,
  inCall: false,
});

function planned(step: string | undefined): PlannedStep {
  const found = plan.find((one) => one.step === step);
  if (found === undefined) throw new Error(`There is no step ${step}.`);
  return found;
}

function say([line, evidence, around = {}]: (typeof table)[number]) {
  return sayingOf(planned(line.split(' ')[0]), soundEvidence(evidence), { ...calmSurroundings, ...around });
}

const rows = table.map((row) => ({ line: row[0], row }));
const localeSchema = z.object({ doctor: z.object({ said: z.record(z.string(), z.record(z.string(), z.string())) }) });
const { said: texts } = localeSchema.parse(JSON.parse(readFileSync('assets/locales/en.json', 'utf8'))).doctor;

describe('a line', () => {
  it.each(rows)('$line (%#)', ({ line, row }) => {
    const saying = say(row);
    expect(`${line.split(' ')[0]} ${saying?.state} ${saying?.said}`).toBe(line);
  });

  it.each(rows)('fills every place of its sentence: $line (%#)', ({ line, row }) => {
    const [step = '', , said = ''] = line.split(' ');
    const places = [...(texts[step]?.[said] ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const facts = say(row)?.facts ?? {};
    expect(places.filter((name) => facts[name] === undefined || facts[name] === '')).toEqual([]);
  });

  it('has a row of the table for all that a step may say, but for what the plan says', () => {
    const byPlan = new Set([
      'tls plain',
      'stun none',
      'nat none',
      'turn none',
      'microphone in-call',
      'speaker in-call',
      'echo-call not-asked',
      'echo-call no-number',
    ]);
    const told = new Set(table.map(([line]) => `${line.split(' ')[0]} ${line.split(' ')[2]}`));
    const all = doctorSteps.flatMap((step) => doctorSaid[step].map((said) => `${step} ${said}`));
    expect(all.filter((line) => !told.has(line) && !byPlan.has(line))).toEqual([]);
  });

  it('says nothing of a step that brought nothing home', () => {
    const nothing: DoctorEvidence = { servers: [{ server: sampleServer() }], iceServers: new Map() };
    // these are read off what others found
    const derived = new Set(['clock', 'double-registration', 'sip-alg', 'mtu']);
    for (const step of plan.filter((one) => !derived.has(one.step))) expect(sayingOf(step, nothing, calmSurroundings)).toBeUndefined();
  });

  it.each(natTypes)('knows the NAT type %s', (type) => {
    expect(sayingOf(planned('nat'), soundEvidence({ nat: { ...soundNat, type } }), calmSurroundings)).toBeDefined();
  });
});

describe('what is said', () => {
  it('has a key of its step, or of any, or none while there is nothing to say', () => {
    expect(saidKey({ step: 'tcp', said: 'refused' })).toBe('doctor.said.tcp.refused');
    expect(saidKey({ step: 'tcp', said: 'hung' })).toBe('doctor.said.any.hung');
    expect(saidKey({ step: 'tcp', said: '' })).toBeUndefined();
  });

  it('lets pass what is fine, what is only worth a word, and what is not needed', () => {
    expect(letsPass({ state: 'fine', said: 'found' })).toBe(true);
    expect(letsPass({ state: 'warning', said: 'expires-soon' })).toBe(true);
    for (const said of ['literal', 'by-proxy', 'plain']) expect(letsPass({ state: 'skipped', said })).toBe(true);
    for (const said of [...saidByAny, 'silent-away']) {
      expect(letsPass({ state: 'skipped', said })).toBe(false);
      if (said !== 'silent-away') expect(letsPass({ state: 'warning', said })).toBe(false);
    }
    for (const state of ['broken', 'waiting', 'running'] as const) expect(letsPass({ state, said: 'refused' })).toBe(false);
  });
});
