import type { CallId } from './call.ts';
import { isHeld, isInTransfer, isUnansweredOutgoing } from './call-facts.ts';
import type { Call, LiveCall } from './call-state.ts';

/** More calls at once than anybody can follow; further ones hear busy. */
export const callLimit = 8;

export function isLive(call: Call): call is LiveCall {
  return call.phase !== 'ended' && call.phase !== 'referred' && call.phase !== 'ending';
}

/** Calls that still use the line. */
export function liveCalls(calls: readonly Call[]): readonly Call[] {
  return calls.filter(isLive);
}

/** Whether the person hears and is heard in this call, or is about to. */
export function isInHand(call: Call): boolean {
  return (call.phase === 'connected' || call.phase === 'answering') && !isHeld(call);
}

/** Whether one more call may be dialled. */
export function mayDial(calls: readonly Call[]): boolean {
  return liveCalls(calls).length < callLimit;
}

/** The call for help that nothing may interrupt (RFC 6881 section 13), unless it is this one; undefined when there is none. */
export function emergencyBeside(calls: readonly Call[], id: CallId | null): Call | undefined {
  const own = calls.find((call) => call.id === id);
  if (own?.emergency === true) return undefined;
  return liveCalls(calls).find((call) => call.emergency && call.phase !== 'ringing-in');
}

/** Calls that must go on hold before `next` talks: a person has one mouth. The members of a conference talk together. */
export function callsToHold(calls: readonly Call[], next: CallId): readonly CallId[] {
  const isMember = calls.some((call) => call.id === next && call.conference !== null);
  return calls.filter((call) => call.id !== next && isInHand(call) && !(isMember && call.conference !== null)).map((call) => call.id);
}

/** Calls that come off hold with this one: a conference comes back as a whole. */
export function callsToResume(calls: readonly Call[], next: CallId): readonly CallId[] {
  const chosen = calls.find((call) => call.id === next);
  if (chosen === undefined || chosen.conference === null) return [next];
  return conferenceMembers(calls)
    .filter(({ phase }) => phase === 'connected')
    .map(({ id }) => id);
}

/**
 * Whether a call may come back by itself: not when somebody else is in hand meanwhile, nor when the person is just calling somebody.
 */
export function mayComeBack(calls: readonly Call[], id: CallId): boolean {
  const returning = calls.find((call) => call.id === id);
  if (returning === undefined || returning.phase !== 'connected' || isInTransfer(returning)) return false;
  return !calls.some((call) => call.id !== id && (isInHand(call) || isUnansweredOutgoing(call)));
}

export function conferenceMembers(calls: readonly Call[]): readonly Call[] {
  return calls.filter((call) => call.conference !== null && isLive(call));
}

/**
 * Who is mixed with whom: members that stand and are not on hold here. Whoever has put us on hold is not passed on, because what comes
 * from there is music.
 */
export function mixOf(calls: readonly Call[]): readonly { readonly call: CallId; readonly silenced: boolean }[] {
  return conferenceMembers(calls)
    .filter((call) => call.phase === 'connected' && isInHand(call))
    .map((call) => ({ call: call.id, silenced: call.conference?.silenced === true || call.hold.remote }));
}

/** Whether two calls can be connected with each other, and which of both far ends is asked to call the other. */
export function referPlan(call: Call, other: Call): { readonly asked: CallId; readonly target: CallId } | null {
  if (call.id === other.id || [call, other].some((each) => each.emergency || each.handover !== null || isInTransfer(each))) return null;
  if (call.phase === 'connected' && mayBeTarget(other)) return { asked: call.id, target: other.id };
  if (other.phase === 'connected' && mayBeTarget(call)) return { asked: other.id, target: call.id };
  return null;
}

/** One that is still called may be the target, but cannot be asked. */
function mayBeTarget(call: Call): boolean {
  return call.phase === 'connected' || isUnansweredOutgoing(call);
}
