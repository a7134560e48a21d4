/**
 * In which order servers are asked about the NAT, and when enough is known. One address of a server goes through this:
 *
 *   waiting -> tried -> answered -> followed          (it has a second address that may be written to: it tells everything)
 *                 |         +-> compared              (it has one address: the next one is asked, to compare what both see)
 *                 +-> failed                          (a network error, or an answer that refuses)
 *
 * All that goes to the server's first address leaves at once: test I of the mapping from one socket, and tests II and III of the
 * filtering from another, which never writes to the second address, because a NAT would be open for it then. Tests II and III of the
 * mapping follow as soon as the first answer names the second address. So what is answered at all takes two round trips.
 */
import { mayFollow } from './law.ts';
import type { StunAddress } from '../stun/address.ts';

/** `heard`: an answer came, from where it was asked for. `refused`: the server cannot do it. */
export type TestOutcome = 'nothing-yet' | 'heard' | 'refused';

/** One address to ask, and what has come of it. Times in ms since the check began. */
export interface NatCandidate {
  /** Null: the name is being resolved. */
  readonly address: StunAddress | null;
  readonly triedAtMs: number | null;
  readonly failed: boolean;
  /** Test I. */
  readonly answer: { readonly atMs: number; readonly alternate: StunAddress | null } | null;
  readonly filtering: { readonly fromOtherAddress: TestOutcome; readonly fromOtherPort: TestOutcome };
}

/** What stands while a server is followed. */
export interface FollowedTests {
  /** Tests II and III of the mapping. */
  readonly mappings: readonly [TestOutcome, TestOutcome];
  /** Null: not tried, because nothing is translated. */
  readonly hairpin: { readonly sentAtMs: number; readonly heard: boolean } | null;
}

export interface NatPlan {
  /** Candidates that are to be asked now, by their index. */
  readonly tryNow: readonly number[];
  /** The candidate whose second address is asked, once there is one. */
  readonly follow: number | null;
  /** Nothing came over UDP for so long that it is worth asking whether the server is there at all. */
  readonly askByTcp: boolean;
  readonly done: boolean;
  /** When to look again if nothing happens before; null: nothing is waited for. */
  readonly wakeAtMs: number | null;
}

/** A server that says nothing for so long gets company. */
const nextServerMs = 250;
/** By then everybody has been asked. */
const lastServerMs = 500;
const silentMs = 950;
/** A resolver that takes longer has nothing to say. */
const namesMs = 2_000;
/** How long after the first answer the others are waited for; what a NAT filters never comes. */
const furtherAnswersMs = 580;
/** A packet to our own public address turns around in the router, which is nearer than the server. */
const hairpinGraceMs = 20;

/** A candidate that nothing has happened to. */
export function newCandidate(address: StunAddress | null): NatCandidate {
  const filtering = { fromOtherAddress: 'nothing-yet', fromOtherPort: 'nothing-yet' } as const;
  return { address, triedAtMs: null, failed: false, answer: null, filtering };
}

/** What to do at `nowMs`, given everything that has come so far. */
export function planNat(candidates: readonly NatCandidate[], followed: FollowedTests | null, nowMs: number): NatPlan {
  const follow = followable(candidates);
  if (follow !== null) {
    const deadlineMs = deadlineBehind(candidates[follow]);
    const hairpinEndMs = hairpinEnd(candidates[follow], followed);
    const done = nowMs >= deadlineMs || (nowMs >= hairpinEndMs && isComplete(candidates[follow], followed));
    const laterMs = [deadlineMs, hairpinEndMs].filter((atMs) => atMs > nowMs);
    return { tryNow: [], follow, askByTcp: false, done, wakeAtMs: done ? null : Math.min(...laterMs) };
  }
  const dueMs = dueTimes(candidates);
  const tryNow = candidates.flatMap(({ triedAtMs }, index) => (triedAtMs === null && (dueMs[index] ?? Infinity) <= nowMs ? [index] : []));
  const deadlineMs = deadlineWithout(candidates);
  const done = (candidates.every(isSettled) && tryNow.length === 0) || nowMs >= deadlineMs;
  const silentSinceMs = Math.min(...triedAt(candidates));
  const isSilent = !candidates.some(({ answer }) => answer !== null);
  const laterMs = [deadlineMs, ...dueMs, ...(isSilent ? [silentSinceMs + nextServerMs] : [])].filter((atMs) => atMs > nowMs);
  return {
    tryNow: done ? [] : tryNow,
    follow: null,
    askByTcp: isSilent && nowMs >= silentSinceMs + nextServerMs,
    done,
    wakeAtMs: done ? null : Math.min(...laterMs),
  };
}

/** The candidate that tells most: the first that answered and has a second address, else the first that answered at all. */
export function toldBy(candidates: readonly NatCandidate[]): number | null {
  return followable(candidates) ?? earliest(candidates, ({ answer }) => answer !== null);
}

function followable(candidates: readonly NatCandidate[]): number | null {
  return earliest(candidates, ({ address, answer }) => address !== null && !!answer?.alternate && mayFollow(address, answer.alternate));
}

function earliest(candidates: readonly NatCandidate[], isIt: (candidate: NatCandidate) => boolean): number | null {
  let found: { readonly index: number; readonly atMs: number } | null = null;
  for (const [index, candidate] of candidates.entries()) {
    const atMs = candidate.answer?.atMs ?? Infinity;
    if (isIt(candidate) && (found === null || atMs < found.atMs)) found = { index, atMs };
  }
  return found?.index ?? null;
}

/** Round trip to a server that has answered, in ms. */
export function roundTripOf({ answer, triedAtMs }: NatCandidate): number | null {
  return answer === null || triedAtMs === null ? null : answer.atMs - triedAtMs;
}

/** Each is asked a while after the one before it, or at once when that one has failed or cannot tell everything. */
function dueTimes(candidates: readonly NatCandidate[]): number[] {
  const firstMs = Math.min(...triedAt(candidates));
  const due: number[] = [];
  for (const index of candidates.keys()) {
    const before = candidates[index - 1];
    const sinceMs = before?.triedAtMs ?? Infinity;
    if (before === undefined || before.failed) due.push(due[index - 1] ?? 0);
    else if (candidates.some(({ answer }) => answer !== null)) due.push(0);
    else due.push(Math.min(sinceMs + nextServerMs, firstMs + lastServerMs));
  }
  return due;
}

function deadlineWithout(candidates: readonly NatCandidate[]): number {
  const answered = candidates.filter(({ answer }) => answer !== null);
  if (answered.length > 0) return Math.min(...answered.map(deadlineBehind));
  const firstMs = Math.min(...triedAt(candidates.filter(({ address }) => address !== null)));
  const named = candidates.some(({ address, failed }) => address === null && !failed);
  return Math.max(named ? namesMs : 0, Number.isFinite(firstMs) ? firstMs + silentMs : namesMs);
}

function deadlineBehind(candidate: NatCandidate | undefined): number {
  if (!candidate?.answer) return Infinity;
  return candidate.answer.atMs + Math.max(furtherAnswersMs, 2 * (roundTripOf(candidate) ?? 0));
}

function isComplete(candidate: NatCandidate | undefined, followed: FollowedTests | null): boolean {
  if (candidate === undefined || followed === null || followed.mappings.includes('nothing-yet')) return false;
  const { fromOtherAddress, fromOtherPort } = candidate.filtering;
  // who lets strangers in lets everybody in; a server that refuses one test refuses both
  return fromOtherAddress !== 'nothing-yet' || fromOtherPort === 'refused';
}

function hairpinEnd(candidate: NatCandidate | undefined, followed: FollowedTests | null): number {
  if (candidate === undefined || !followed?.hairpin || followed.hairpin.heard) return 0;
  return followed.hairpin.sentAtMs + (roundTripOf(candidate) ?? 0) + hairpinGraceMs;
}

function isSettled({ failed, answer }: NatCandidate): boolean {
  return failed || answer !== null;
}

function triedAt(candidates: readonly NatCandidate[]): number[] {
  return candidates.flatMap(({ triedAtMs }) => (triedAtMs === null ? [] : [triedAtMs]));
}
