import { serverName } from '../../profiles/server-address.ts';
import type { OtherContact } from '../../registration/other-contact.ts';
import type { ErrorCode, ErrorReport } from '../../errors/app-error.ts';
import { portalOfRound } from '../captive-portal.ts';
import { certificateFault, type CertificateFault, expiresSoon } from './certificate.ts';
import { clockError, rightTime } from './clock.ts';
import type { DoctorEvidence, DoctorSurroundings, ServerEvidence } from './evidence.ts';
import { outwardAddresses } from './place.ts';
import { doctorFindings } from './names.ts';
import type { DoctorVerdict } from './run.ts';
import { certificateFacts, isPublicAddress, judgeServer, reaches, type ServerJudgement, tellingAttempt } from './server-law.ts';
import { computerFindings, type Found, soundWayFindings } from './sound-law.ts';
import { type PathKind, pathKindOf } from '../path.ts';

/**
 * What a run comes to. Gravity first: `broken` only when calls cannot come or go; then the order of `doctorFindings`.
 *
 * Of several addresses that all fail, the one that was reached furthest names the broken hop: it nearly works. Where one address works,
 * the others are worth a word only, and not even that counts as a warning for an office address while we are elsewhere.
 */
export function verdictOf(evidence: DoctorEvidence, around: DoctorSurroundings): DoctorVerdict {
  const line = lineFindings(evidence, around);
  // without a network there is no way for sound, and nobody needs to be told
  const isOffline = line.some(({ finding }) => finding === 'no-network' || finding === 'no-default-route');
  const found = [
    ...line,
    ...(isOffline ? [] : soundWayFindings(evidence, around, pathOf(evidence))),
    ...computerFindings(evidence, around.echoNumber),
  ].sort((one, other) => gravity(one) - gravity(other) || rank(one) - rank(other));
  const [first, ...others] = found.filter((each, index) => found.findIndex((other) => sayTheSame(each, other)) === index);
  if (first === undefined) return { level: 'fine', finding: null, facts: {}, others: [] };
  return {
    level: first.level,
    finding: first.finding,
    facts: first.facts,
    others: others.slice(0, 32).map(({ finding, facts }) => ({ finding, facts })),
  };
}

/** How the telephone system is reached: by the address that was reached furthest; null when none answers. */
export function pathOf(evidence: DoctorEvidence): PathKind | null {
  const judged = judgeAll(evidence);
  const best = judged.find(({ judgement }) => judgement.reach === furthest(judged));
  if (best === undefined || furthest(judged) === 'nothing') return null;
  const attempt = tellingAttempt(best.server);
  // the proxy made the connection, and nobody knows where from
  return attempt === undefined
    ? 'internet'
    : pathKindOf({ remoteAddress: attempt.address, interfaceName: attempt.source?.interfaceName ?? null });
}

interface Judged {
  readonly server: ServerEvidence;
  readonly judgement: ServerJudgement;
}

function judgeAll(evidence: DoctorEvidence): Judged[] {
  const around = { ...evidence, clockErrorMs: clockError(evidence), hasPublicAddress: evidence.servers.some(isPublicAddress) };
  return evidence.servers.map((server) => ({ server, judgement: judgeServer(server, around) }));
}

function lineFindings(evidence: DoctorEvidence, around: DoctorSurroundings): Found[] {
  const judged = judgeAll(evidence);
  const working = judged.find(({ judgement }) => judgement.fault === undefined);
  if (judged.length === 0) return withoutAccount(evidence);
  return [
    ...(around.takenOverBy === null ? [] : [found('taken-over', 'broken', { name: around.takenOverBy })]),
    ...(working === undefined ? brokenWay(evidence, judged) : standingWay(judged, working)),
    ...judged.flatMap(({ server, judgement: { fault } }) =>
      fault?.finding === 'server-silent' && mayBeRewritten(server) ? [rewriting(server)] : [],
    ),
    ...wrongClock(evidence, judged),
    ...secondClients(judged, around),
  ];
}

/** Nobody is signed in: the network is all there is to judge. */
function withoutAccount({ interfaces, route }: DoctorEvidence): Found[] {
  const outward = outwardAddresses(interfaces ?? []);
  if (interfaces !== undefined && outward.length === 0) return [found('no-network', 'broken')];
  return route?.hasDefault === false ? [found('no-default-route', 'broken', { interface: outward[0]?.interfaceName ?? '' })] : [];
}

/** No address leads to a line. */
function brokenWay(evidence: DoctorEvidence, judged: readonly Judged[]): Found[] {
  const tellers = judged.filter(({ judgement }) => judgement.reach === furthest(judged));
  const expected = tellers.filter(({ judgement }) => !judgement.away);
  const telling = new Set(expected.length > 0 ? expected : tellers);
  const faults = judged.flatMap((entry) => {
    const { fault } = entry.judgement;
    return fault === undefined ? [] : [found(fault.finding, telling.has(entry) ? 'broken' : 'warning', fault.facts)];
  });
  return isPortal(evidence)
    ? [found('captive-portal', 'broken'), ...faults.map((fault) => ({ ...fault, level: 'warning' as const }))]
    : faults;
}

/** One address leads to a line; what the others lack. */
function standingWay(judged: readonly Judged[], working: Judged): Found[] {
  const other = serverName(working.server.server);
  const down = judged.flatMap(({ server, judgement: { fault, away } }) =>
    fault === undefined
      ? []
      : [found('one-address-down', away ? 'fine' : 'warning', { ...fault.facts, server: serverName(server.server), other })],
  );
  const ending = judged.flatMap(({ server }) =>
    server.tls !== undefined && expiresSoon(server.tls)
      ? [found('certificate-expires-soon', 'warning', { ...certificateFacts(server), host: server.server.host })]
      : [],
  );
  return [...down, ...ending];
}

/** Routers change SIP that is not encrypted, at the port that is SIP's. */
export function mayBeRewritten({ server, register }: ServerEvidence): boolean {
  return server.transport === 'ws' && server.port === 5060 && register !== undefined && register.error !== null;
}

function rewriting({ server: { host, port } }: ServerEvidence): Found {
  return found('sip-alg', 'warning', { host, port });
}

/** The network answers in everybody's place: the probe says so, or what the servers seemed to say does. */
function isPortal({ portal, servers }: DoctorEvidence): boolean {
  return (portal ?? null) !== null || portalOfRound(servers.map(failureOf)) !== undefined;
}

const certificateErrors: Readonly<Record<CertificateFault, ErrorCode>> = {
  changed: 'certificate-changed',
  expired: 'certificate-expired',
  'not-yet-valid': 'certificate-expired',
  name: 'certificate-name-mismatch',
  untrusted: 'certificate-untrusted',
};

/** An address's failure as the line would have reported it. */
function failureOf({ server: { host, transport }, tls, upgrade }: ServerEvidence): ErrorReport {
  const fault = tls === undefined ? undefined : certificateFault(tls);
  if (fault !== undefined) {
    const { fingerprint = '', subject = '' } = tls?.certificate ?? {};
    return { code: certificateErrors[fault], details: { host, transport, fingerprint, subject } };
  }
  if (upgrade?.outcome !== 'refused') return { code: 'connection-lost', details: { host, transport } };
  const { status, location, contentType } = upgrade;
  const details = { host, transport, httpStatus: status, contentType, ...(location === '' ? {} : { location }) };
  return { code: 'not-a-sip-server', details };
}

/** A finding of its own unless it was named as the cause of something already. */
function wrongClock(evidence: DoctorEvidence, judged: readonly Judged[]): Found[] {
  const time = rightTime(evidence);
  return time === undefined || judged.some(({ judgement }) => judgement.fault?.finding === 'clock-off')
    ? []
    : [found('clock-off', 'warning', { time })];
}

/** Devices of the number that nobody has agreed to. */
function secondClients(judged: readonly Judged[], { keptDevices, takenOverBy }: DoctorSurroundings): Found[] {
  const names = othersOf(judged.map(({ server }) => server))
    .filter(({ key }) => !keptDevices.includes(key))
    .map(deviceName);
  return names.length === 0 || takenOverBy !== null ? [] : [found('second-client', 'warning', { names: names.join(', ') })];
}

/** Other devices of the number, each once, whichever address told them. */
export function othersOf(servers: readonly ServerEvidence[]): OtherContact[] {
  const all = servers.flatMap(({ register }) => register?.others ?? []);
  return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index);
}

/** What another device is called: its own name, else where it is. */
export function deviceName({ name, host }: OtherContact): string {
  return name === '' ? host : name;
}

function furthest(judged: readonly Judged[]): ServerJudgement['reach'] {
  return reaches[Math.max(0, ...judged.map(({ judgement }) => reaches.indexOf(judgement.reach)))] ?? 'nothing';
}

function found(finding: Found['finding'], level: Found['level'], facts: Found['facts'] = {}): Found {
  return { finding, level, facts };
}

/** Two addresses without a network are one matter. */
function sayTheSame(one: Found, other: Found): boolean {
  return one.finding === other.finding && (one.finding === 'no-network' || JSON.stringify(one.facts) === JSON.stringify(other.facts));
}

function gravity({ level }: Found): number {
  return ['broken', 'warning', 'fine'].indexOf(level);
}

function rank({ finding }: Found): number {
  return doctorFindings.indexOf(finding);
}
