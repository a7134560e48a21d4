/** What answers of STUN servers say about the NAT in between (RFC 5780, RFC 4787), in the names that people know (RFC 3489). */
import { isPrivateAddress } from '../addresses.ts';
import type { NatBehaviour, NatReport, NatType } from './report.ts';
import type { StunAddress } from '../stun/address.ts';

/** What one address outside saw of a packet from one and the same port of this computer. */
export interface MappingSeen {
  /** The source of the packet, as this computer has it. */
  readonly local: StunAddress;
  readonly to: StunAddress;
  readonly mapped: StunAddress;
}

/**
 * How the NAT chooses what a port is mapped to (RFC 4787 section 4.1). Packets to different addresses compare addresses, packets to
 * different ports of one address compare ports. `unknown`: everything that answered has one address.
 */
export function judgeMapping(seen: readonly MappingSeen[]): NatReport['mapping'] {
  const [first] = seen;
  if (first === undefined) return 'unknown';
  // another source address is another way out, and says nothing about this one
  const comparable = seen.filter(({ local }) => local.address === first.local.address);
  if (comparable.every(({ local, mapped }) => same(local, mapped))) return 'none';
  const pairs = comparable.flatMap((one, index) => comparable.slice(index + 1).map((other) => [one, other] as const));
  const differ = ([one, other]: (typeof pairs)[number]): boolean => !same(one.mapped, other.mapped);
  const ofOneAddress = pairs.filter(([one, other]) => one.to.address === other.to.address);
  const ofTwo = pairs.filter(([one, other]) => one.to.address !== other.to.address);
  if (ofOneAddress.some(differ)) return 'address-and-port-dependent';
  if (ofTwo.some(differ)) return 'address-dependent';
  return ofTwo.length > 0 ? 'endpoint-independent' : 'unknown';
}

/** Whom the NAT lets in (RFC 4787 section 5), when the port has written to one address and port only. */
export function judgeFiltering(heard: { readonly fromOtherAddress: boolean; readonly fromOtherPort: boolean }): NatBehaviour {
  if (heard.fromOtherAddress) return 'endpoint-independent';
  return heard.fromOtherPort ? 'address-dependent' : 'address-and-port-dependent';
}

/** The classic name. Where nothing is known of the filtering, nothing good is assumed of it. */
export function natTypeOf({ mapping, filtering }: Pick<NatReport, 'mapping' | 'filtering'>): NatType {
  switch (mapping) {
    case 'none':
      return filtering === 'endpoint-independent' ? 'open' : 'firewall';
    case 'endpoint-independent':
      return coneOf[filtering];
    case 'address-dependent':
    case 'address-and-port-dependent':
      return 'symmetric';
    case 'unknown':
      return 'unknown';
  }
}

const coneOf = {
  'endpoint-independent': 'full-cone',
  'address-dependent': 'restricted',
  'address-and-port-dependent': 'port-restricted',
  unknown: 'cone',
} as const;

/** Whether calls find their way without a relay: the address that a server sees is the one that everybody may send to. */
export function isSimple(type: NatType): boolean {
  return type !== 'symmetric' && type !== 'udp-blocked' && type !== 'unknown';
}

/**
 * Whether the second address that a server names may be written to: one of another host, of the same family, and not inside a
 * private network that the server itself is outside of. Such a one is a server behind a NAT that tells what it does not know; and a
 * stranger would choose whom this computer writes to in its own network.
 */
export function mayFollow(server: StunAddress, alternate: StunAddress): boolean {
  if (alternate.family !== server.family || alternate.port === 0 || alternate.address === server.address) return false;
  if (/^(0\.|22[4-9]\.|2[3-5]\d\.|ff[0-9a-f]{2}:|::$)/i.test(alternate.address)) return false;
  return isPrivateAddress(server.address) || !isPrivateAddress(alternate.address);
}

function same(one: StunAddress, other: StunAddress): boolean {
  return one.address === other.address && one.port === other.port;
}
