import type { ErrorReport } from '../../errors/app-error.ts';
import type { DoctorEvidence, DoctorSurroundings } from './evidence.ts';
import type { DoctorFinding } from './names.ts';
import type { DoctorVerdict } from './run.ts';
import type { Facts } from './server-law.ts';
import { parseIceUri, serverOf } from '../ice/uri.ts';
import type { PathKind } from '../path.ts';

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
  const stun = servers.filter(({ uri }) => uri.startsWith('stun'));
  const turn = servers.filter(({ uri }) => uri.startsWith('turn'));
  const usesRelay = ice !== undefined && relayReasons.has(ice.reason);
  const relayWorks = usesRelay || turn.some(({ works }) => works);
  // silence alone could be the server's; that it takes connections by TCP shows whose it is
  const udpBlocked = nat?.type === 'udp-blocked' && nat.error === null;
  const symmetric = nat?.type === 'symmetric';
  const relayMissing = !relayWorks && (relayOnly || ((udpBlocked || symmetric) && path === 'internet'));
  const found: Found[] = [];
  const add = (finding: DoctorFinding, level: Found['level'], facts: Facts = {}): void => void found.push({ finding, level, facts });

  if (udpBlocked && !relayWorks) add('udp-blocked', path === 'internet' ? 'broken' : 'warning', { server: nat.server });
  // where the network lets no UDP through and a relay is reached by another way, all is as it can be
  const isExplained = (uri: string): boolean => udpBlocked && relayWorks && parseIceUri(uri)?.transport === 'udp';
  for (const { uri, works, error } of turn)
    if (!works && !isExplained(uri))
      add(relayFinding(error), relayMissing ? 'broken' : 'warning', { server: hostOf(uri), reason: error?.details['reason'] ?? '' });
  if (symmetric && turn.length === 0) add('symmetric-without-relay', path === 'internet' ? 'warning' : 'fine');
  if (relayOnly && turn.length === 0) add('relay-only-without-relay', 'broken');
  if (!udpBlocked) for (const { uri, works } of stun) if (!works) add('stun-unreachable', 'warning', { server: hostOf(uri) });
  if (ice?.reason === 'loop-back-failed' || ice?.reason === 'no-candidates') add('ice-failed', 'broken');
  if (usesRelay) add('relay-in-use', 'fine');
  if (servers.length === 0 && path === 'internet') add('no-stun-server', 'fine');
  return found;
}

/** Why a relay does not help. Only 401 is about the password (RFC 8489 section 9.2.4); a quota or a policy is the relay's own matter. */
export function relayFinding(error: ErrorReport | null): 'relay-password' | 'relay-refuses' | 'relay-unreachable' {
  if (error?.code !== 'relay-refused') return 'relay-unreachable';
  return error.details['status'] === 401 ? 'relay-password' : 'relay-refuses';
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
export function hostOf(text: string): string {
  const uri = parseIceUri(text);
  return uri === undefined ? text : serverOf(uri);
}
