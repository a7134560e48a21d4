import type { Random } from '#shared/util/random.ts';
import type { AddressFamily, ClientNetwork } from '../lab/network-lab.ts';

/** Where the client is. */
export interface Whereabouts {
  readonly network: Exclude<ClientNetwork, 'none'>;
  readonly family: AddressFamily;
}

/** One thing that happens to the network under a call. */
export interface Switch extends Whereabouts {
  /**
   * `move`: the old network is gone when the new one comes. `overlap`: for a while both are there. `family`: the same network with
   * other addresses, such as IPv6 alone. `cable`: nothing for a while, then a network, the same or another.
   */
  readonly kind: 'move' | 'overlap' | 'family' | 'cable';
  readonly from: Whereabouts;
  /** For how long both networks are there, or none is, in ms; 0 for the kinds that have no such time. */
  readonly lastsMs: number;
  /** Time before it, in ms: so that it meets the call at different moments. */
  readonly pauseMs: number;
}

export interface PlanOptions {
  readonly count: number;
  /** Cables that are pulled, at most, and for how long, in ms. */
  readonly cables: { readonly most: number; readonly minMs: number; readonly maxMs: number };
}

export const start: Whereabouts = { network: 'lan', family: 'ipv4' };

/** The day of somebody who leaves the office: every plan begins with it. */
const wayHome: readonly Whereabouts[] = [
  { network: 'public', family: 'ipv4' },
  { network: 'vpn', family: 'ipv4' },
  { network: 'home', family: 'ipv4' },
];

const networks = ['lan', 'home', 'vpn', 'public'] as const;
const kinds = ['move', 'move', 'move', 'overlap', 'overlap', 'family', 'cable'] as const;

/** The same random numbers give the same plan. It begins at `start`; each switch changes something. */
export function roamingPlan({ count, cables }: PlanOptions, random: Random): Switch[] {
  const between = (min: number, max: number): number => Math.round(min + random.fraction() * (max - min));
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(random.fraction() * choices.length)] as T;
  const plan: Switch[] = [];
  let here = start;
  let pulled = 0;
  while (plan.length < count) {
    const pauseMs = between(0, 400);
    const next = wayHome[plan.length];
    const kind = next === undefined ? oneOf(kinds) : 'move';
    if (kind === 'cable' && pulled === cables.most) continue;
    const there = next ?? destination(kind, here, oneOf);
    const lastsMs = kind === 'cable' ? between(cables.minMs, cables.maxMs) : kind === 'overlap' ? between(1_000, 3_000) : 0;
    pulled += kind === 'cable' ? 1 : 0;
    plan.push({ kind, from: here, ...there, lastsMs, pauseMs });
    here = there;
  }
  return plan;
}

function destination(kind: Switch['kind'], here: Whereabouts, oneOf: <T>(choices: readonly T[]) => T): Whereabouts {
  const elsewhere = networks.filter((network) => network !== here.network);
  switch (kind) {
    case 'family':
      return { network: here.network, family: here.family === 'ipv6' ? oneOf(['ipv4', 'dual']) : 'ipv6' };
    case 'cable':
      return oneOf([here, { network: oneOf(elsewhere), family: here.family }]);
    default:
      return { network: oneOf(elsewhere), family: oneOf(['ipv4', 'ipv4', 'dual']) };
  }
}

/** For the table of figures, such as `lan to public` or `IPv4 to IPv6`. */
export function nameOf({ kind, from, network, family }: Switch): string {
  if (kind === 'cable') return 'cable pulled';
  if (kind === 'family') return family === 'ipv6' ? 'to IPv6 alone' : 'from IPv6 alone';
  return `${from.network} to ${network}${kind === 'overlap' ? ', overlapping' : ''}`;
}
