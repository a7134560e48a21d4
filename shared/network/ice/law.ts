import type { IceCandidate, IceReason, IceReport, IceServerProof } from './report.ts';
import { parseIceUri } from './uri.ts';
import type { NatReport } from '../nat/report.ts';

/** What was found out about the ways that sound can take. */
export interface IceFindings {
  readonly candidates: readonly Pick<IceCandidate, 'type'>[];
  readonly loopBack: Pick<IceReport['loopBack'], 'connected'>;
  readonly servers: readonly Pick<IceServerProof, 'uri' | 'works'>[];
  /** Null: not looked at. */
  readonly nat: Pick<NatReport, 'type'> | null;
  readonly relayOnly: boolean;
}

export type IceVerdict = Pick<IceReport, 'status' | 'reason'>;

/**
 * Which calls are possible, and why. Two things make a relay work: the media engine has an address of it, and data went through it,
 * be it in the proof or in the connection with ourselves. A NAT is not held against the direct way as long as it maps all far ends
 * alike; UDP counts as blocked only when nothing at all was answered over it.
 */
export function iceVerdict(findings: IceFindings): IceVerdict {
  const { candidates, loopBack, nat, relayOnly } = findings;
  const relay = relayWorks(findings);
  if (relayOnly) return relay ? relayOnlyBecause('relay-only-by-setting') : notBecause('relay-only-without-relay');
  if (candidates.length === 0) return notBecause('no-candidates');
  if (isUdpBlocked(findings)) return relay ? relayOnlyBecause('udp-blocked-relay-works') : notBecause('udp-blocked-without-relay');
  if (nat?.type === 'symmetric') return relay ? relayOnlyBecause('symmetric-relay-works') : notBecause('symmetric-without-relay');
  if (!loopBack.connected) return notBecause('loop-back-failed');
  return { status: 'available', reason: relay ? 'direct-and-relay' : 'direct-only' };
}

function relayWorks({ candidates, loopBack, servers, relayOnly }: IceFindings): boolean {
  const isProven = servers.some(({ uri, works }) => works && parseIceUri(uri)?.kind === 'turn');
  return candidates.some(({ type }) => type === 'relay') && (isProven || (relayOnly && loopBack.connected));
}

function isUdpBlocked({ candidates, servers, nat }: IceFindings): boolean {
  const [overUdp, others] = [servers.filter(isUdp), servers.filter((server) => !isUdp(server))];
  if (overUdp.some(({ works }) => works) || candidates.some(({ type }) => type === 'srflx')) return false;
  if (nat !== null && nat.type !== 'unknown') return nat.type === 'udp-blocked';
  return overUdp.length > 0 && others.some(({ works }) => works);
}

function isUdp({ uri }: Pick<IceServerProof, 'uri'>): boolean {
  return parseIceUri(uri)?.transport === 'udp';
}

function relayOnlyBecause(reason: IceReason): IceVerdict {
  return { status: 'relay-only', reason };
}

function notBecause(reason: IceReason): IceVerdict {
  return { status: 'not-available', reason };
}
