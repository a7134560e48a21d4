import type { CallId, Party } from './call.ts';
import { ending, sendOn } from './call-endings.ts';
import { changed } from './call-facts.ts';
import type { Call, CallEffect, CallFacts, CallTone, Errand, RingingPlan, Step } from './call-state.ts';

/** The far end's server should have given up long before (RFC 3261 timer C is three minutes). */
export const notAnsweredDeadlineMs = 200_000;

/** A call that begins here. */
export interface Departure {
  readonly remote: Party;
  readonly dialled: string;
  readonly errand: Errand;
  readonly emergency: boolean;
  readonly anonymous: boolean;
  readonly consultationFor: CallId | null;
  readonly referredBy: CallId | null;
}

/** Who calls, by whom it came, and whom it was meant for. */
export type Origin = Pick<CallFacts, 'remote' | 'redirectedBy' | 'calledAs'>;

/** Somebody who calls, and what is to happen. */
export interface Arrival extends Origin, RingingPlan {
  /** A centre that we called lately calls back. */
  readonly emergency: boolean;
  /** Which sound announces it. */
  readonly tone: CallTone;
}

/** What is true of every call at first. */
const newcomer = {
  redirectedBy: null,
  calledAs: null,
  dialled: '',
  errand: 'call',
  emergency: false,
  anonymous: false,
  autoAnswered: false,
  consultationFor: null,
  referredBy: null,
  handover: null,
  conference: null,
  muted: false,
  hold: { local: false, remote: false },
  holdWish: null,
  sentDigits: '',
  microphoneError: null,
  trouble: null,
  mediaStood: false,
  reachable: true,
  repairs: [],
  tone: null,
} satisfies Partial<CallFacts>;

/** A call that somebody dials here. Nobody gives up an emergency call but the person. */
export function dialledCall(id: CallId, departure: Departure, startedAt: number): Step {
  const call: Call = { ...newcomer, ...departure, id, direction: 'outgoing', startedAt, phase: 'dialling' };
  const patience: readonly CallEffect[] = call.emergency
    ? []
    : [{ type: 'set-deadline', name: 'not-answered', afterMs: notAnsweredDeadlineMs }];
  return changed(call, { type: 'send-invite' }, ...patience, { type: 'write-draft' });
}

/** A call that rings here. One that will be taken within a second does not ring first: its own tone announces it. */
export function receivedCall(id: CallId, arrival: Arrival, startedAt: number): Step {
  const { autoAnswer, noAnswer, emergency } = arrival;
  const tone = autoAnswer !== null && autoAnswer.afterMs < 1_000 ? null : arrival.tone;
  const call: Call = { ...ringing(id, arrival, startedAt), emergency, tone, plan: { autoAnswer, noAnswer } };
  return changed(
    call,
    { type: 'send-ringing' },
    ...(tone === null ? [] : [{ type: 'start-tone', tone } as const]),
    ...(autoAnswer === null ? [] : [{ type: 'set-deadline', name: 'auto-answer', afterMs: autoAnswer.afterMs } as const]),
    ...(noAnswer === null ? [] : [{ type: 'set-deadline', name: 'no-answer', afterMs: noAnswer.afterMs } as const]),
    { type: 'write-draft' },
  );
}

/** Why a call does not even ring. */
export type TurnedAway =
  | { readonly kind: 'busy' }
  | { readonly kind: 'not-disturbed' }
  | { readonly kind: 'forwarded'; readonly to: string; readonly why: 'always' | 'busy' };

/** A call that is turned away before it rings; it stands in the call list all the same. */
export function turnedAwayCall(id: CallId, who: Origin, why: TurnedAway, startedAt: number): Step {
  const arriving = ringing(id, who, startedAt);
  switch (why.kind) {
    case 'busy':
      return ending(arriving, { kind: 'busy', who: null }, { type: 'reject', status: 486 });
    case 'not-disturbed':
      return ending(arriving, why, { type: 'reject', status: 480 });
    case 'forwarded':
      return sendOn(arriving, why.to, why.why);
  }
}

function ringing(id: CallId, { remote, redirectedBy, calledAs }: Origin, startedAt: number): Extract<Call, { phase: 'ringing-in' }> {
  const plan = { autoAnswer: null, noAnswer: null };
  return { ...newcomer, id, direction: 'incoming', remote, redirectedBy, calledAs, startedAt, phase: 'ringing-in', plan };
}
