import { isDeepStrictEqual } from 'node:util';
import type { IceTrial } from '#shared/ipc/media-contract.ts';
import type { LocalAddress } from '#shared/network/addresses.ts';
import { iceVerdict } from '#shared/network/ice/law.ts';
import type { IceCandidate, IceReport, IceServerProof } from '#shared/network/ice/report.ts';
import { parseIceUri } from '#shared/network/ice/uri.ts';
import { iceConfiguration, type IceServerAccess } from '#shared/network/ice/servers.ts';
import type { NatReport } from '#shared/network/nat/report.ts';
import { canonicalAddress } from '#shared/network/stun/address.ts';
import type { MediaPort } from '../media/media-port.ts';
import { type IceProofOptions, proveIceServer } from './ice-proof.ts';

export interface IceCheckOptions extends Omit<IceProofOptions, 'timeoutMs'> {
  readonly servers: readonly IceServerAccess[];
  readonly relayOnly: boolean;
  /** What the NAT check found last; null: nothing. */
  readonly nat: NatReport | null;
  readonly media: Pick<MediaPort, 'checkIce'>;
  /** This computer's addresses. */
  readonly addresses: () => readonly LocalAddress[];
}

/** With dead servers in the list all of it is used; the whole check is over within five seconds. */
const timeoutMs = 4_000;

/**
 * Gathers as a call would, tries every server by itself beside it, and connects this computer with itself.
 * @throws AppError `media-failed` when the media window is not there; the signal's reason when it is aborted
 */
export async function checkIce(options: IceCheckOptions): Promise<IceReport> {
  const { servers, relayOnly, nat, media, addresses, clock, signal } = options;
  const begunMs = clock.monotonicMs();
  const given = new AbortController();
  const either = AbortSignal.any([signal, given.signal]);
  try {
    const proofs = servers.map((server) => proveIceServer(server, { ...options, signal: either, timeoutMs }));
    const trial = media.checkIce(iceConfiguration(servers, relayOnly), { timeoutMs, signal: either });
    const [{ candidates, gatheredMs, loopBack }, ...proven] = await Promise.all([trial, ...proofs]);
    signal.throwIfAborted();
    const own = addresses();
    return {
      at: clock.wallMs(),
      tookMs: clock.monotonicMs() - begunMs,
      ...iceVerdict({ candidates, loopBack, servers: proven, nat, relayOnly }),
      candidates: candidates.map((candidate) => reported(candidate, own, servers)),
      gatheredMs,
      servers: proven,
      loopBack,
    };
  } finally {
    // when one part has failed, the others need not go on
    given.abort();
  }
}

/** Tries one server of the list, as the whole check does. @throws the signal's reason */
export function testIceServer(server: IceServerAccess, options: Omit<IceProofOptions, 'timeoutMs'>): Promise<IceServerProof> {
  return proveIceServer(server, { ...options, timeoutMs });
}

/**
 * The interface is found by its own address, or by the one that the server's was asked from. Chromium names servers with all that their
 * addresses leave out; here they are as the settings have them.
 */
function reported(
  { relatedAddress, server, ...candidate }: IceTrial['candidates'][number],
  own: readonly LocalAddress[],
  servers: readonly IceServerAccess[],
): IceCandidate {
  const base = candidate.type === 'host' ? candidate.address : relatedAddress;
  const isBase = ({ address }: LocalAddress): boolean => base !== null && canonicalAddress(address) === canonicalAddress(base);
  const asSet = server === null ? undefined : servers.find(({ uri }) => isDeepStrictEqual(parseIceUri(uri), parseIceUri(server)));
  return { ...candidate, server: asSet?.uri ?? server, interfaceName: own.find(isBase)?.interfaceName ?? null };
}
