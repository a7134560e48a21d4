import type { DoctorEvidence, DoctorSurroundings, IceServerEvidence } from './doctor-evidence.ts';
import type { DoctorFinding, DoctorVerdict } from './doctor-run.ts';
import type { Facts } from './doctor-server-law.ts';
import type { PathKind } from './path.ts';

/** Something that a run found, with its gravity. */
export interface Found {
  readonly finding: DoctorFinding;
  readonly level: DoctorVerdict['level'];
  readonly facts: Facts;
}

const relayReasons: ReadonlySet<string> = new Set(['relay-only-by-setting', 'udp-blocked-relay-works', 'symmetric-relay-works']);

/**
 * What stands in the way of the sound. Broken only where a call would have none for certain: over the internet and without UDP or
 * relay. In the office the sound goes the same way as the signalling, and what STUN cannot do there matters little.
 * @param path how the telephone system is reached; null when it is not
 */
export function soundWayFindings(evidence: DoctorEvidence, { relayOnly }: DoctorSurroundings, path: PathKind | null): Found[] {
  const { nat, ice } = evidence;
  const servers = [...evidence.iceServers.values()];
  const stun = servers.filter(({ proof }) => proof.uri.startsWith('stun'));
  const turn = servers.filter(({ proof }) => proof.uri.startsWith('turn'));
  const found: Found[] = [];
  const add = (finding: DoctorFinding, level: Found['level'], facts: Facts = {}): void => void found.push({ finding, level, facts });

  const blocked = servers.find(({ proof, answersTcp }) => !proof.works && answersTcp === true);
  const udpPasses = servers.some(({ proof }) => proof.works && isOverUdp(proof.uri)) || (nat !== undefined && nat.mapped !== null);
  const relayWorks = turn.some(({ proof }) => proof.works) || (ice !== undefined && relayReasons.has(ice.reason));
  const udpBlocked = !udpPasses && (blocked !== undefined || ice?.reason === 'udp-blocked-without-relay');
  const symmetric = nat?.type === 'symmetric' && !relayWorks;
  const relayNeeded = relayOnly || udpBlocked || symmetric;

  if (udpBlocked && !relayWorks)
    add('udp-blocked', path === 'internet' ? 'broken' : 'warning', { server: hostOf(blocked?.proof.uri ?? stun[0]?.proof.uri ?? '') });
  for (const relay of turn.filter(({ proof }) => !proof.works)) {
    const finding = relay.proof.error?.code === 'relay-refused' ? 'relay-password' : 'relay-unreachable';
    add(finding, relayNeeded && !relayWorks && path === 'internet' ? 'broken' : 'warning', { server: hostOf(relay.proof.uri) });
  }
  if (symmetric && turn.length === 0) add('symmetric-without-relay', path === 'office' ? 'fine' : 'warning');
  if (relayOnly && turn.length === 0) add('relay-only-without-relay', 'broken');
  if (!udpBlocked)
    for (const silent of stun.filter(({ proof }) => !proof.works)) add('stun-unreachable', 'warning', { server: hostOf(silent.proof.uri) });
  if (ice?.reason === 'loop-back-failed' || ice?.reason === 'no-candidates') add('ice-failed', 'broken');
  if (relayWorks && (relayOnly || (ice !== undefined && relayReasons.has(ice.reason)))) add('relay-in-use', 'fine');
  if (servers.length === 0 && path === 'internet') add('no-stun-server', 'fine');
  return found;
}

/** What keeps calls from being heard, and from being noticed, at this computer. Calls come and go nevertheless. */
export function computerFindings({ sound, ringing, echo }: DoctorEvidence, echoNumber: string): Found[] {
  const found: Found[] = [];
  const add = (finding: DoctorFinding, facts: Facts = {}): void => void found.push({ finding, level: 'warning', facts });
  switch (sound?.microphone) {
    case 'missing':
      add('no-microphone');
      break;
    case 'refused':
      add('microphone-refused');
      break;
    case 'in-use':
      add('microphone-in-use');
      break;
    case 'silent':
      add('microphone-silent', { device: sound.microphoneLabel });
      break;
    case 'heard':
    case undefined:
      break;
  }
  if (sound?.speaker === 'missing') add('no-speaker');
  if (ringing?.ringerPresent === false) add('ringer-missing', { device: ringing.ringer });
  if (ringing?.volume === 0) add('ringer-muted');
  if (ringing?.doNotDisturb === true) add('do-not-disturb');
  if (ringing !== undefined && ringing.forwardedTo !== null) add('calls-forwarded', { number: ringing.forwardedTo });
  if (echo !== undefined && echo.outcome !== 'heard')
    found.push({ finding: 'echo-failed', level: 'broken', facts: { number: echoNumber } });
  return found;
}

/** `host:port` of a STUN or TURN URI, as it is shown. */
export function hostOf(uri: IceServerEvidence['proof']['uri']): string {
  return uri.replace(/^\w+:/, '');
}

/** TURN goes by UDP unless its URI says otherwise (RFC 7065 section 3.1). */
function isOverUdp(uri: string): boolean {
  return !/^(?:turns|stuns):|transport=tcp/.test(uri);
}
