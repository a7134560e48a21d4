import type { Availability } from './availability.ts';

/** Why a call left a number: words of the Diversion header (RFC 5806 section 4). */
export type DiversionReason = 'unconditional' | 'user-busy' | 'no-answer' | 'deflection' | 'do-not-disturb';

/** A number that a call has left. */
export interface Hop {
  readonly number: string;
  readonly reason: DiversionReason;
}

/** Where a call has come to. */
export interface Destination {
  readonly number: string;
  /** Numbers on the way there, the one that was dialled first. */
  readonly left: readonly Hop[];
  /** Nobody is to be disturbed there. */
  readonly closed: boolean;
}

/** Who calls, and what everybody has ordered. */
export interface ForwardingRules {
  readonly caller: string;
  readonly availabilityOf: (number: string) => Availability;
}

/** Follows the orders of everybody on the way, from the number that a call is for. */
export function followForwarding(number: string, left: readonly Hop[], rules: ForwardingRules): Destination {
  const { doNotDisturb, forward } = rules.availabilityOf(number);
  const always = forwardedFrom({ number, left, closed: false }, 'unconditional', forward.always, rules);
  if (always !== undefined) return always;
  const closed: Destination = { number, left, closed: doNotDisturb };
  return (doNotDisturb ? forwardedFrom(closed, 'do-not-disturb', forward.busy, rules) : undefined) ?? closed;
}

/**
 * Sends a call on from where it has come to.
 * @returns undefined when it is not sent on: nobody is named, or it would come back to where it was, or to the caller. So nobody can
 * forward in a circle, and the one to whom somebody forwards can call through.
 */
export function forwardedFrom(
  { number, left }: Destination,
  reason: DiversionReason,
  to: string | undefined,
  rules: ForwardingRules,
): Destination | undefined {
  const visited = [...left.map((hop) => hop.number), number, rules.caller];
  if (to === undefined || visited.includes(to)) return undefined;
  return followForwarding(to, [...left, { number, reason }], rules);
}
