import type { IceServerEvidence } from '#shared/network/doctor-evidence.ts';
import type { Clock } from '#shared/util/clock.ts';
import { findAddresses } from './names.ts';
import { knock } from './knock.ts';
import type { DoctorPorts } from './ports.ts';

/** Ports of STUN and TURN, and of both over TLS (RFC 8489 section 12, RFC 8656 section 3.1). */
const defaultPorts = { stun: 3478, turn: 3478, stuns: 5349, turns: 5349 } as const;

/** Proves a STUN or TURN server. One that is silent by UDP is knocked at by TCP: when that answers, it is the UDP that does not pass. */
export async function lookAtIceServer(
  { id, uri }: { readonly id: string; readonly uri: string },
  { proveServer, clock }: Pick<DoctorPorts, 'proveServer' | 'clock'>,
  signal: AbortSignal,
): Promise<IceServerEvidence> {
  // both at once: what is silent takes all the time that there is
  const [proof, tcp] = await Promise.all([proveServer(id, signal), isByUdp(uri) ? answersByTcp(uri, clock, signal) : null]);
  const isSilent = proof.error?.code === 'stun-unreachable' || proof.error?.code === 'relay-unreachable';
  return { proof, answersTcp: isSilent ? tcp : null };
}

async function answersByTcp(uri: string, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const parts = /^(stuns?|turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?/.exec(uri);
  const scheme = parts?.[1];
  if (parts === null || (scheme !== 'stun' && scheme !== 'turn' && scheme !== 'stuns' && scheme !== 'turns')) return false;
  const { addresses } = await findAddresses((parts[2] ?? '').replace(/^\[|\]$/g, ''), signal);
  const [address] = addresses;
  if (address === undefined) return false;
  const { outcome } = await knock(address, Number(parts[3] ?? defaultPorts[scheme]), clock, signal);
  return outcome === 'connected';
}

function isByUdp(uri: string): boolean {
  return /^(?:stun|turn):/.test(uri) && !uri.endsWith('transport=tcp');
}
