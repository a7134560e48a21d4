/** The report of a NAT check, out of what came back. */
import { AppError, type ErrorReport } from '../../errors/app-error.ts';
import { isSimple, judgeFiltering, judgeMapping, type MappingSeen, mayFollow, natTypeOf } from './law.ts';
import { type FollowedTests, type NatCandidate, toldBy } from './plan.ts';
import { serverName } from '../../profiles/server-address.ts';
import type { NatReport, TransportAddress } from './report.ts';
import type { StunAddress } from '../stun/address.ts';

/** A STUN server as a person names it. */
export interface StunServerName {
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface NatFindings {
  readonly family: 4 | 6;
  readonly servers: readonly StunServerName[];
  /** With the server, by its index, that each belongs to. */
  readonly candidates: readonly (NatCandidate & { readonly server: number })[];
  readonly mappings: readonly MappingSeen[];
  readonly followed: FollowedTests | null;
  /** A server that said nothing over UDP takes a connection over TCP: it is there, and the network is in between. */
  readonly isThere: boolean;
}

/** Everything of the report but when it was made and how long it took. */
export function natReportOf(findings: NatFindings): Omit<NatReport, 'at' | 'tookMs'> {
  const { candidates, mappings, servers } = findings;
  const told = toldBy(candidates);
  const telling = told === null ? undefined : candidates[told];
  const blocked = telling === undefined && isBlocked(findings);
  const judged = { mapping: judgeMapping(mappings), ...filteringOf(telling, candidates) };
  const type = blocked ? 'udp-blocked' : natTypeOf(judged);
  const seen = mappings.find(({ to }) => to === telling?.address);
  return {
    ...judged,
    server: named(servers[telling?.server ?? 0]),
    family: findings.family,
    type,
    simple: isSimple(type),
    local: seen === undefined ? null : transportAddress(seen.local),
    mapped: seen === undefined ? null : transportAddress(seen.mapped),
    hairpin: findings.followed?.hairpin?.heard ?? null,
    lifetimeSeconds: null,
    error: telling !== undefined || (blocked && findings.isThere) ? null : failureOf(findings),
  };
}

/** Nothing came back over UDP, no refusal and no ICMP message either; or a server that is there says nothing over it. */
function isBlocked({ candidates, isThere }: NatFindings): boolean {
  const tried = candidates.filter(({ address, triedAtMs }) => address !== null && triedAtMs !== null);
  return tried.some(({ failed }) => !failed) && (isThere || tried.every(({ failed }) => !failed));
}

function filteringOf(
  telling: NatCandidate | undefined,
  candidates: readonly NatCandidate[],
): Pick<NatReport, 'filtering' | 'filteringUnknownBecause'> {
  if (telling === undefined) return { filtering: 'unknown', filteringUnknownBecause: null };
  const { fromOtherAddress, fromOtherPort } = telling.filtering;
  const hasSecond = mayBeFollowed(telling) && fromOtherAddress !== 'refused' && fromOtherPort !== 'refused';
  if (hasSecond) {
    const heard = { fromOtherAddress: fromOtherAddress === 'heard', fromOtherPort: fromOtherPort === 'heard' };
    return { filtering: judgeFiltering(heard), filteringUnknownBecause: null };
  }
  const namesPrivate = candidates.some((each) => each.answer !== null && each.answer.alternate !== null && !mayBeFollowed(each));
  return { filtering: 'unknown', filteringUnknownBecause: namesPrivate ? 'private-alternate' : 'one-address' };
}

function mayBeFollowed({ address, answer }: NatCandidate): boolean {
  return address !== null && !!answer?.alternate && mayFollow(address, answer.alternate);
}

function failureOf({ servers, candidates }: NatFindings): ErrorReport {
  const [first] = servers;
  if (first === undefined) return new AppError('no-stun-server').toReport();
  const nameless = candidates.every(({ address }) => address === null);
  if (nameless) return new AppError('host-not-found', { details: { host: first.host } }).toReport();
  return new AppError('stun-unreachable', { details: { server: servers.map(serverName).join(', ') } }).toReport();
}

function transportAddress({ address, port }: StunAddress): TransportAddress {
  return { address, port };
}

function named(server: StunServerName | undefined): string {
  return server === undefined ? '' : serverName(server);
}
