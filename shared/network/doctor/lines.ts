import { clockError, rightTime } from './clock.ts';
import type { DoctorEvidence, DoctorSurroundings } from './evidence.ts';
import type { PlannedStep } from './plan.ts';
import { outwardAddresses, tunnelsOf } from './place.ts';
import type { SaidBy } from './said.ts';
import { dnsLine, proxyLine, registerLine, type Saying, tcpLine, tlsLine, upgradeLine } from './server-lines.ts';
import { hostOf, relayFinding } from './sound-law.ts';
import { deviceName, mayBeRewritten, othersOf } from './verdict.ts';
import type { IceServerProof } from '../ice/report.ts';
import type { NatType } from '../nat/report.ts';
import { isTunnel } from '../path.ts';

/** What the line of a step says when the step has ended; undefined when it brought nothing home. */
export function sayingOf({ step, subject }: PlannedStep, evidence: DoctorEvidence, around: DoctorSurroundings): Saying<string> {
  const { interfaces = [] } = evidence;
  const server = subject.kind === 'server' ? evidence.servers[subject.index] : undefined;
  const ice = subject.kind === 'ice' ? evidence.iceServers.get(subject.id) : undefined;
  switch (step) {
    case 'proxy':
      return server && proxyLine(server);
    case 'dns':
      return server && dnsLine(server);
    case 'tcp':
      return server && tcpLine(server, interfaces);
    case 'tls':
      return server && tlsLine(server);
    case 'upgrade':
      return server && upgradeLine(server);
    case 'register':
      return server && registerLine(server, around);
    case 'interfaces':
      return interfacesLine(evidence);
    case 'route':
      return routeLine(evidence);
    case 'captive-portal':
      return portalLine(evidence);
    case 'clock':
      return clockLine(evidence);
    case 'double-registration':
      return othersLine(evidence, around);
    case 'sip-alg':
      return rewritingLine(evidence);
    case 'mtu':
      return packetsLine(evidence);
    case 'stun':
      return ice && stunLine(ice);
    case 'turn':
      return ice && turnLine(ice);
    case 'nat':
      return natLine(evidence);
    case 'ice':
      return iceLine(evidence);
    case 'microphone':
      return microphoneLine(evidence);
    case 'speaker':
      return speakerLine(evidence);
    case 'ringing':
      return ringingLine(evidence);
    case 'echo-call':
      return echoLine(evidence, around);
  }
}

function interfacesLine({ interfaces }: DoctorEvidence): Saying<SaidBy<'interfaces'>> {
  if (interfaces === undefined) return undefined;
  const outward = outwardAddresses(interfaces);
  if (outward.length === 0) return { state: 'broken', said: 'none', facts: {} };
  const tunnels = tunnelsOf(interfaces);
  const facts = {
    interfaces: outward.map(({ interfaceName, address }) => `${interfaceName} ${address}`).join(', '),
    tunnels: tunnels.join(', '),
  };
  return { state: 'fine', said: tunnels.length > 0 ? 'tunnel' : 'up', facts };
}

function routeLine({ route }: DoctorEvidence): Saying<SaidBy<'route'>> {
  if (route === undefined) return undefined;
  if (!route.hasDefault) return { state: 'broken', said: 'none', facts: {} };
  const facts = { interface: route.interfaceName };
  const inTunnel = route.routes.filter(({ interfaceName, family }) => isTunnel(interfaceName) && family === 4);
  const tunnel = inTunnel[0]?.interfaceName;
  if (tunnel === undefined || tunnel === route.interfaceName) return { state: 'fine', said: 'default', facts };
  const networks = inTunnel.map(({ destination, prefixLength }) => `${destination}/${prefixLength}`).join(', ');
  return { state: 'fine', said: 'tunnel', facts: { ...facts, tunnel, networks } };
}

function portalLine({ portal }: DoctorEvidence): Saying<SaidBy<'captive-portal'>> {
  if (portal === undefined) return undefined;
  return portal === null ? { state: 'fine', said: 'free', facts: {} } : { state: 'broken', said: 'portal', facts: {} };
}

function clockLine(evidence: DoctorEvidence): Saying<SaidBy<'clock'>> {
  const time = rightTime(evidence);
  if (time !== undefined) return { state: 'warning', said: 'off', facts: { time } };
  return clockError(evidence) === undefined
    ? { state: 'skipped', said: 'unknown', facts: {} }
    : { state: 'fine', said: 'right', facts: {} };
}

function othersLine({ servers }: DoctorEvidence, { keptDevices }: DoctorSurroundings): Saying<SaidBy<'double-registration'>> {
  const others = othersOf(servers);
  if (others.length === 0) return { state: 'fine', said: 'alone', facts: {} };
  const facts = { names: others.map(deviceName).join(', ') };
  const areKept = others.every(({ key }) => keptDevices.includes(key));
  return areKept ? { state: 'fine', said: 'kept', facts } : { state: 'warning', said: 'others', facts };
}

function rewritingLine({ servers }: DoctorEvidence): Saying<SaidBy<'sip-alg'>> {
  const rewritten = servers.find(mayBeRewritten);
  if (rewritten !== undefined) return { state: 'warning', said: 'possible', facts: { port: rewritten.server.port } };
  const isOpen = servers.some(({ server }) => server.transport === 'ws');
  return { state: 'skipped', said: isOpen ? 'unlikely' : 'encrypted', facts: {} };
}

/** Only a stream that stands and then falls silent, inside a tunnel, says something about the size of packets. */
function packetsLine({ servers }: DoctorEvidence): Saying<SaidBy<'mtu'>> {
  const lost = servers
    .filter(({ tls }) => tls?.outcome === 'silent')
    .flatMap(({ tcp }) => tcp?.attempts ?? [])
    .find(({ outcome, source }) => outcome === 'connected' && isTunnel(source?.interfaceName ?? ''));
  if (lost === undefined) return { state: 'skipped', said: 'stream', facts: {} };
  return { state: 'warning', said: 'large-lost', facts: { interface: lost.source?.interfaceName ?? '' } };
}

function stunLine({ uri, works, roundTripMs, address }: IceServerProof): Saying<SaidBy<'stun'>> {
  const facts = { server: hostOf(uri), ms: Math.round(roundTripMs ?? 0), address: address ?? '' };
  return works ? { state: 'fine', said: 'answered', facts } : { state: 'warning', said: 'silent', facts };
}

const relaySaid = { 'relay-password': 'password', 'relay-refuses': 'refused', 'relay-unreachable': 'unreachable' } as const;

function turnLine({ uri, works, roundTripMs, error }: IceServerProof): Saying<SaidBy<'turn'>> {
  const facts = { server: hostOf(uri), ms: Math.round(roundTripMs ?? 0), reason: error?.details['reason'] ?? '' };
  return works ? { state: 'fine', said: 'relayed', facts } : { state: 'warning', said: relaySaid[relayFinding(error)], facts };
}

const natSaid: Readonly<Record<NatType, SaidBy<'nat'>>> = {
  open: 'open',
  firewall: 'firewall',
  'full-cone': 'cone',
  restricted: 'cone',
  'port-restricted': 'cone',
  cone: 'cone',
  symmetric: 'symmetric',
  'udp-blocked': 'udp-blocked',
  unknown: 'unknown',
};

function natLine({ nat }: DoctorEvidence): Saying<SaidBy<'nat'>> {
  if (nat === undefined) return undefined;
  const said = natSaid[nat.type];
  const state = said === 'unknown' ? 'skipped' : said === 'symmetric' || said === 'udp-blocked' ? 'warning' : 'fine';
  return { state, said, facts: { type: nat.type } };
}

function iceLine({ ice }: DoctorEvidence): Saying<SaidBy<'ice'>> {
  if (ice === undefined) return undefined;
  if (ice.reason === 'loop-back-failed') return { state: 'broken', said: 'failed', facts: {} };
  return { state: ice.status === 'not-available' ? 'warning' : 'fine', said: ice.status, facts: {} };
}

function microphoneLine({ sound }: DoctorEvidence): Saying<SaidBy<'microphone'>> {
  if (sound === undefined) return undefined;
  return { state: sound.microphone === 'heard' ? 'fine' : 'warning', said: sound.microphone, facts: { device: sound.microphoneLabel } };
}

function speakerLine({ sound }: DoctorEvidence): Saying<SaidBy<'speaker'>> {
  if (sound === undefined) return undefined;
  const facts = { device: sound.speakerLabel };
  if (sound.speaker === 'missing') return { state: 'warning', said: 'missing', facts };
  return { state: 'fine', said: sound.toneHeard ? 'heard' : 'played', facts };
}

function ringingLine({ ringing }: DoctorEvidence): Saying<SaidBy<'ringing'>> {
  if (ringing === undefined) return undefined;
  const { doNotDisturb, forwardedTo, ringerPresent, ringer, volume } = ringing;
  if (!ringerPresent) return { state: 'warning', said: 'ringer-missing', facts: { device: ringer } };
  if (volume === 0) return { state: 'warning', said: 'muted', facts: {} };
  if (doNotDisturb) return { state: 'warning', said: 'do-not-disturb', facts: {} };
  if (forwardedTo !== null) return { state: 'warning', said: 'forwarded', facts: { number: forwardedTo } };
  return { state: 'fine', said: 'ready', facts: { volume: Math.round(volume * 100) } };
}

function echoLine({ echo }: DoctorEvidence, { echoNumber }: DoctorSurroundings): Saying<SaidBy<'echo-call'>> {
  if (echo === undefined) return undefined;
  return { state: echo.outcome === 'heard' ? 'fine' : 'broken', said: echo.outcome, facts: { number: echoNumber } };
}
