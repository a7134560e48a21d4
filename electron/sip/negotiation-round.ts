import type { Core } from 'sip.js';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';

/** A re-INVITE of ours, from the making of its offer until its answer is in force. */
export interface OwnRound {
  readonly kind: 'own';
  readonly peer: string;
  readonly repair: Exclude<RepairStrategy, 'replace'> | null;
  readonly hold: boolean;
  /** Empty until the media side has made it. */
  offer: string;
  /** Null until it is sent. */
  request: Core.OutgoingInviteRequest | null;
  /** 2xx received: the far end may offer again. */
  answered: boolean;
}

/** A re-INVITE of the far end, from its arrival until the ACK to our 2xx. */
export interface TheirRound {
  readonly kind: 'their';
  readonly peer: string;
  readonly request: Core.IncomingInviteRequest;
  /** Our offer, when their re-INVITE had none and the answer comes with the ACK. */
  ourOffer: string | null;
  /** Set once our 2xx is out. */
  ackDeadline: Disposable | null;
}

export function ownRound(peer: string, repair: OwnRound['repair'], hold: boolean): OwnRound {
  return { kind: 'own', peer, repair, hold, offer: '', request: null, answered: false };
}

/** How long to wait after a 491, in steps of 10 ms: the owner of the Call-ID 2.1 to 4 s, the other 0 to 2 s (RFC 3261 section 14.1). */
export function glareDelayMs(ownsCallId: boolean, random: Random): number {
  const [least, steps] = ownsCallId ? [2100, 191] : [0, 201];
  return least + Math.floor(random.fraction() * steps) * 10;
}
