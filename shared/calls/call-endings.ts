import type { ErrorReport } from '../errors/app-error.ts';
import { unreachable } from '../util/assert.ts';
import type { EndReason, Referral } from './call.ts';
import { changed, factsOf, nameOfParty, same } from './call-facts.ts';
import type { Call, CallEffect, CallEvent, ConnectedCall, DeclineKind, ForwardWhy, LiveCall, OverCall, Step } from './call-state.ts';

/** Our good-bye needs an answer within this time; after it the call is over for us all the same. */
export const endingDeadlineMs = 5_000;

const statusOf = { declined: 603, busy: 486, unavailable: 480 } as const satisfies Record<DeclineKind, number>;

export function decline(call: LiveCall, as: DeclineKind): Step {
  if (call.phase !== 'ringing-in') return same(call);
  return ending(call, { kind: 'declined', by: 'local', who: null }, { type: 'reject', status: statusOf[as] });
}

/** Sends a ringing call on. */
export function sendOn(call: LiveCall, target: string, why: ForwardWhy): Step {
  if (call.phase !== 'ringing-in') return same(call);
  return ending(call, { kind: 'forwarded', to: target, why }, { type: 'redirect', target, why });
}

export function hangUp(call: LiveCall): Step {
  switch (call.phase) {
    case 'ringing-in':
      return decline(call, 'declined');
    case 'dialling':
    case 'ringing-out':
    case 'early-media':
      return ending(call, foundEachOther(call) ?? { kind: 'cancelled' }, { type: 'hang-up-sip' });
    case 'answering':
    case 'connected':
      return ending(call, foundEachOther(call) ?? { kind: 'hung-up', by: 'local' }, { type: 'hang-up-sip' });
    default:
      return unreachable(call, 'call phase');
  }
}

/** Ends a call from our side: the good-bye leaves, and whatever ran for the call stops. */
export function ending(call: LiveCall, reason: EndReason, goodBye: CallEffect): Step {
  const connectedAt = call.phase === 'connected' ? call.connectedAt : null;
  return {
    call: { ...atRest(call), phase: 'ending', reason, connectedAt },
    effects: [goodBye, { type: 'set-deadline', name: 'ending', afterMs: endingDeadlineMs }],
  };
}

export function ended(call: Exclude<Call, OverCall>, reason: EndReason, now: number): Step {
  const connectedAt = call.phase === 'connected' || call.phase === 'ending' ? call.connectedAt : null;
  return { call: { ...atRest(call), phase: 'ended', reason, connectedAt, endedAt: now }, effects: [{ type: 'write-history' }] };
}

/** The SIP room's last word on a live call. */
export type Terminal = Extract<CallEvent, { type: 'cancelled' | 'rejected' | 'terminated' | 'closed' | 'failed' }>;

export function isTerminal(event: CallEvent): event is Terminal {
  return ['cancelled', 'rejected', 'terminated', 'closed', 'failed'].includes(event.type);
}

export function terminated(call: LiveCall, event: Terminal, now: number): Step {
  const reason = reasonOf(call, event);
  const byBye = event.type === 'terminated' && event.by === 'remote';
  return byBye && call.phase === 'connected' && call.referral !== null
    ? referred(call, call.referral, reason, now)
    : ended(call, reason, now);
}

/** How long an answer is waited for when whoever wanted us to call somebody has hung up, in ms. */
export const referralMs = 30_000;

/** Many phones say good-bye as soon as their request is taken (RFC 5589 section 6.1): it is not taken back by that. */
function referred(call: ConnectedCall, referral: Referral, reason: EndReason, now: number): Step {
  const { connectedAt } = call;
  return {
    call: { ...atRest(call), phase: 'referred', reason, connectedAt, endedAt: now, referral },
    effects: [{ type: 'write-history' }, { type: 'set-deadline', name: 'referral', afterMs: referralMs }],
  };
}

/** The far end has gone, its wish has not. To end the call is to decline. */
export function whileReferred(call: Extract<Call, { phase: 'referred' }>, event: CallEvent): Step {
  const { reason, connectedAt, endedAt } = call;
  const over = (...effects: readonly CallEffect[]): Step =>
    changed({ ...atRest(call), phase: 'ended', reason, connectedAt, endedAt }, ...effects);
  switch (event.type) {
    case 'answer-referral':
      return over({ type: 'send-referral-answer', accept: event.accept });
    case 'referral-withdrawn':
      return over();
    case 'hang-up':
      return over({ type: 'send-referral-answer', accept: false });
    case 'deadline':
      return event.name === 'referral' ? over({ type: 'send-referral-answer', accept: false }) : same(call);
    default:
      return same(call);
  }
}

function reasonOf(call: LiveCall, event: Terminal): EndReason {
  switch (event.type) {
    case 'failed':
      return { kind: 'failed', error: event.error };
    case 'rejected':
      // Its INVITE was taken back in favour of the transfer: by us, or by the server, which had the target ring on for the caller.
      return (event.status === 487 || event.cleared ? foundEachOther(call) : null) ?? refusal(call, event);
    case 'cancelled':
      return event.answeredElsewhere ? { kind: 'answered-elsewhere', who: event.who } : { kind: 'missed' };
    case 'closed':
      return foundEachOther(call) ?? { kind: 'hung-up', by: 'local' };
    case 'terminated':
      if (call.phase === 'connected' && call.transfer?.stage === 'failed') return callerLost(nameOfParty(call.transfer.to));
      if (event.by === 'network') return failure({ code: 'call-lost', details: {} });
      return foundEachOther(call) ?? { kind: 'hung-up', by: 'remote' };
  }
}

/** Whoever was transferred has taken the request and goes: they have found each other, or never will by us. */
function foundEachOther(call: LiveCall): EndReason | null {
  if (call.handover !== null) return { kind: 'transferred', to: call.handover.to };
  if (call.phase !== 'connected' || call.transfer === null) return null;
  return call.transfer.stage === 'accepted' || call.transfer.stage === 'ringing' ? gone(call.transfer) : null;
}

/** How a call ends whose transfer worked. */
export function gone({
  to,
  slot,
}: {
  readonly to: Extract<EndReason, { kind: 'transferred' }>['to'];
  readonly slot: string | null;
}): EndReason {
  return slot === null ? { kind: 'transferred', to } : { kind: 'parked', slot };
}

function callerLost(name: string): EndReason {
  return failure({ code: 'transfer-caller-lost', details: { name } });
}

function refusal(call: LiveCall, { status, who, error }: Extract<Terminal, { type: 'rejected' }>): EndReason {
  if (call.errand !== 'call') return failure({ code: `${call.errand}-failed`, details: { status, number: call.dialled } });
  if (error !== null) return failure(error);
  if (status === 486 || status === 600) return { kind: 'busy', who };
  if (status === 603 || status === 607 || status === 608) return { kind: 'declined', by: 'remote', who };
  return { kind: 'not-answered' };
}

function failure(error: ErrorReport): EndReason {
  return { kind: 'failed', error };
}

function atRest(call: Call): ReturnType<typeof factsOf> {
  return { ...factsOf(call), tone: null, trouble: null, conference: null, handover: null, holdWish: null };
}
