import type { CallId } from './call.ts';
import type { Call, CallTone } from './call-state.ts';

/** More calls at once than anybody can follow; further ones hear busy. */
export const callLimit = 8;

/** Calls that still use the line. */
export function liveCalls(calls: readonly Call[]): readonly Call[] {
  return calls.filter((call) => call.phase !== 'ended' && call.phase !== 'ending');
}

/** What to do with a newly received call: ring with this tone, or tell the caller that we are busy. */
export function admitIncoming(calls: readonly Call[]): { readonly admitted: true; readonly tone: CallTone } | { readonly admitted: false } {
  const live = liveCalls(calls);
  if (live.length >= callLimit) return { admitted: false };
  const talking = live.some((call) => call.phase === 'connected' || call.phase === 'answering' || call.phase === 'early-media');
  return { admitted: true, tone: talking ? 'call-waiting' : 'ring' };
}

/** Whether one more call may be dialled. */
export function mayDial(calls: readonly Call[]): boolean {
  return liveCalls(calls).length < callLimit;
}

/** Calls that must go on hold before `next` talks: a person has one mouth. */
export function callsToHold(calls: readonly Call[], next: CallId): readonly CallId[] {
  return calls
    .filter((call) => call.id !== next && call.phase === 'connected' && !(call.holdWish ?? call.hold.local))
    .map((call) => call.id);
}
