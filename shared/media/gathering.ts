import { unreachable } from '../util/assert.ts';
import type { IceConfiguration } from '../ipc/media-contract.ts';
import type { CandidatePair } from './media.ts';

export type CandidateKind = CandidatePair['local'];

/** Which kinds of candidate a description should carry before it leaves. */
export type WantedKinds = ReadonlySet<CandidateKind>;

/**
 * Chromium reports "complete" about 120 ms late (TCP candidates come last, on a timer of their own), so a description
 * counts as gathered when nothing new came for this long after the last wanted kind. Host candidates of all interfaces
 * arrive within 2 ms of each other.
 */
export const quietMs = 12;

/** Main cuts gathering softly after this time: a STUN server that has not answered by then does not hold up the call. */
export const softCutMs = 250;

/** Main cuts gathering after this time, as far as there is anything that another side could use. */
export const hardCutMs = 500;

/**
 * Main ends gathering after this time. As long wait only who may be reached through a relay alone, because without one nobody could
 * hear anybody (on TLS it is there after some five round trips), and who has no address at all: Chromium learns of a new network up
 * to two seconds after the system, and then goes on gathering.
 */
export const lastCutMs = 4_000;

export const gatheringCuts = ['soft', 'hard', 'last'] as const;
export type GatheringCut = (typeof gatheringCuts)[number];

/** When main makes each cut, in ms since the description was begun. */
export const cutTimesMs: Readonly<Record<GatheringCut, number>> = { soft: softCutMs, hard: hardCutMs, last: lastCutMs };

/** The kinds that can be expected from a configuration. A TURN server tells the reflexive address as well. */
export function wantedKinds(ice: IceConfiguration): WantedKinds {
  if (ice.relayOnly) return new Set(['relay']);
  const wanted = new Set<CandidateKind>(['host']);
  if (ice.servers.length > 0) wanted.add('srflx');
  if (hasRelay(ice)) wanted.add('relay');
  return wanted;
}

export function hasRelay({ servers }: IceConfiguration): boolean {
  return servers.some(({ urls }) => /^turns?:/.test(urls));
}

/** Whether every wanted kind is there. */
export function isGathered(wanted: WantedKinds, seen: ReadonlySet<CandidateKind>): boolean {
  return [...wanted].every((kind) => seen.has(kind));
}

/**
 * Whether a cut lets the description leave. The soft cut gives up a reflexive address, but waits on for a relay, which is there for
 * networks where nothing else works. The hard cut needs any candidate. An ICE restart without one is worse than a late one: Asterisk
 * takes it for no restart, keeps its credentials, and refuses our checks from then on.
 */
export function isCutAllowed(wanted: WantedKinds, seen: ReadonlySet<CandidateKind>, cut: GatheringCut): boolean {
  switch (cut) {
    case 'soft':
      return seen.size > 0 && [...wanted].every((kind) => kind === 'srflx' || seen.has(kind));
    case 'hard':
      return seen.size > 0;
    case 'last':
      return true;
    default:
      return unreachable(cut, 'cut');
  }
}

/** Whether "complete" lets the description leave: with no address found on this computer it only means that no network is known yet. */
export function isCompleteMeant(wanted: WantedKinds, seen: ReadonlySet<CandidateKind>): boolean {
  return seen.size > 0 || !wanted.has('host');
}

/** What was found when, in ms since the beginning. */
export interface FoundCandidate {
  readonly type: CandidateKind;
  readonly protocol: 'udp' | 'tcp';
  readonly atMs: number;
}

/**
 * When a call that begins to gather at the same moment would leave: the law above, played over what was found.
 * @param found in the order of time
 * @param completeAtMs when there was nothing more to come; null: not before `endMs`
 * @param endMs how long was looked
 */
export function departureMs(wanted: WantedKinds, found: readonly FoundCandidate[], completeAtMs: number | null, endMs: number): number {
  const seen = new Set<CandidateKind>();
  let quietAtMs = Infinity;
  let cut: GatheringCut | undefined;
  const events = [
    ...found.filter(({ protocol }) => protocol === 'udp').map(({ type, atMs }) => ({ atMs, type })),
    ...gatheringCuts.map((cut) => ({ atMs: cutTimesMs[cut], cut })),
    ...(completeAtMs === null ? [] : [{ atMs: completeAtMs, complete: true }]),
  ].sort((one, other) => one.atMs - other.atMs);
  for (const event of events) {
    if (Math.min(quietAtMs, endMs) <= event.atMs) break;
    if ('cut' in event) cut = event.cut;
    else if ('type' in event) seen.add(event.type);
    else if (isCompleteMeant(wanted, seen)) return event.atMs;
    if (cut !== undefined && isCutAllowed(wanted, seen, cut)) return event.atMs;
    if ('type' in event && isGathered(wanted, seen)) quietAtMs = event.atMs + quietMs;
  }
  return Math.min(quietAtMs, endMs);
}
