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

/** Main cuts gathering for good after this time. */
export const hardCutMs = 500;

/** The kinds that can be expected from a configuration. A TURN server tells the reflexive address as well. */
export function wantedKinds(ice: IceConfiguration): WantedKinds {
  const hasTurn = ice.servers.some(({ urls }) => /^turns?:/.test(urls));
  if (ice.relayOnly) return new Set(['relay']);
  const wanted = new Set<CandidateKind>(['host']);
  if (ice.servers.length > 0) wanted.add('srflx');
  if (hasTurn) wanted.add('relay');
  return wanted;
}

/** Whether every wanted kind is there. */
export function isGathered(wanted: WantedKinds, seen: ReadonlySet<CandidateKind>): boolean {
  return [...wanted].every((kind) => seen.has(kind));
}

/**
 * Whether a cut lets the description leave. The hard cut always does, even without a candidate: the far end may still
 * learn our address from our checks. The soft cut gives up a reflexive address, but waits on for a relay, which is there
 * for networks where nothing else works.
 */
export function isCutAllowed(wanted: WantedKinds, seen: ReadonlySet<CandidateKind>, hard: boolean): boolean {
  if (hard) return true;
  return seen.size > 0 && [...wanted].every((kind) => kind === 'srflx' || seen.has(kind));
}
