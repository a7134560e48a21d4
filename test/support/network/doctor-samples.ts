import type { DoctorEvidence, DoctorSurroundings, ServerEvidence, TcpAttempt, TlsEvidence } from '#shared/network/doctor/evidence.ts';
import type { IceReport, IceServerProof } from '#shared/network/ice/report.ts';
import type { NatReport } from '#shared/network/nat/report.ts';
import type { Server } from '#shared/profiles/account.ts';
import type { OtherContact } from '#shared/registration/other-contact.ts';

export const now = Date.UTC(2026, 10, 20, 13, 26);
const dayMs = 86_400_000;

export function sampleServer(host = '192.168.1.30', wishes: Partial<Server> = {}): Server {
  return { host, port: 8802, transport: 'wss', path: '/ws', trust: { kind: 'system' }, ...wishes };
}

export function attempt(address: string, outcome: TcpAttempt['outcome'], interfaceName: string | null = 'eth0'): TcpAttempt {
  return { address, outcome, tookMs: 12, source: interfaceName === null ? null : { address: '192.168.1.5', interfaceName } };
}

export function tlsWith(wishes: Partial<TlsEvidence> & { readonly validFrom?: number; readonly validTo?: number } = {}): TlsEvidence {
  const { validFrom = now - 30 * dayMs, validTo = now + 300 * dayMs, ...rest } = wishes;
  const certificate = {
    fingerprint: 'AA:BB',
    subject: 'pbx',
    issuer: 'Office CA',
    validFrom,
    validTo,
    nameMatches: true,
    names: 'pbx.example.org',
  };
  return { outcome: 'trusted', certificate, pin: 'none', seenAtMs: now, ...rest };
}

export const upgraded = { outcome: 'upgraded', status: 101, location: '', contentType: '', dateMs: now, seenAtMs: now } as const;
export const accepted = { error: null, others: [], dateMs: now, seenAtMs: now } as const;

/** An address at which everything works; `wishes` breaks it. */
export function workingServer(wishes: Partial<ServerEvidence> = {}): ServerEvidence {
  const server = wishes.server ?? sampleServer();
  return {
    server,
    proxy: { proxy: null, outcome: 'direct' },
    dns: { outcome: 'literal', addresses: [server.host] },
    tcp: { attempts: [attempt(server.host, 'connected')] },
    tls: tlsWith(),
    upgrade: upgraded,
    register: accepted,
    ...wishes,
  };
}

/** An address that was not reached beyond TCP. */
export function deadServer(host: string, outcome: TcpAttempt['outcome'] = 'silent', interfaceName: string | null = 'eth0'): ServerEvidence {
  return {
    server: sampleServer(host),
    proxy: { proxy: null, outcome: 'direct' },
    dns: { outcome: 'literal', addresses: [host] },
    tcp: { attempts: [attempt(host, outcome, interfaceName)] },
  };
}

export const soundNat: NatReport = {
  at: now,
  tookMs: 40,
  server: 'stun.example.org:3478',
  family: 4,
  type: 'port-restricted',
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  filteringUnknownBecause: null,
  simple: true,
  local: { address: '192.168.1.5', port: 40_000 },
  mapped: { address: '198.51.100.7', port: 40_000 },
  hairpin: null,
  lifetimeSeconds: null,
  error: null,
};

export function iceReport(wishes: Partial<IceReport> = {}): IceReport {
  return {
    at: now,
    tookMs: 500,
    status: 'available',
    reason: 'direct-only',
    candidates: [],
    gatheredMs: 100,
    servers: [],
    loopBack: { connected: true, tookMs: 30, pair: null },
    ...wishes,
  };
}

export function proofOf(uri: string, wishes: Partial<IceServerProof> = {}): IceServerProof {
  return { id: uri, uri, works: true, roundTripMs: 21.4, address: '198.51.100.7', error: null, ...wishes };
}

export function otherDevice(wishes: Partial<OtherContact> = {}): OtherContact {
  return {
    uri: 'sip:x@192.168.1.77',
    key: 'x@192.168.1.77',
    name: 'Home-PC',
    host: '192.168.1.77',
    since: null,
    isCommute: true,
    ...wishes,
  };
}

/** A run in the office at which nothing is wrong; `wishes` breaks it. */
export function soundEvidence(wishes: Partial<DoctorEvidence> = {}): DoctorEvidence {
  const stun = proofOf('stun:stun.example.org');
  return {
    interfaces: [
      { interfaceName: 'lo', address: '127.0.0.1', internal: true, prefixLength: 8 },
      { interfaceName: 'eth0', address: '192.168.1.5', internal: false, prefixLength: 24 },
      { interfaceName: 'eth0', address: 'fe80::1', internal: false, prefixLength: 64 },
    ],
    route: { hasDefault: true, interfaceName: 'eth0', routes: [] },
    portal: null,
    servers: [workingServer()],
    iceServers: new Map([[stun.id, stun]]),
    nat: soundNat,
    ice: iceReport(),
    sound: { microphone: 'heard', toneHeard: false, speaker: 'played', microphoneLabel: 'Headset', speakerLabel: 'Headset' },
    ringing: { volume: 0.8, ringer: '', ringerPresent: true, doNotDisturb: false, forwardedTo: null },
    ...wishes,
  };
}

export const calmSurroundings: DoctorSurroundings = { keptDevices: [], relayOnly: false, takenOverBy: null, echoNumber: '9196' };
