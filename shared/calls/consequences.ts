import type { CallId } from './call.ts';
import { isInTransfer, nameOfParty } from './call-facts.ts';
import { callsToHold, callsToResume, conferenceMembers, isInHand, isLive, mayComeBack } from './call-policy.ts';
import type { Call, CallEvent } from './call-state.ts';

export interface Consequence {
  readonly call: CallId;
  readonly event: CallEvent;
}

/**
 * What a change of one call means for all calls: who goes on hold, who comes back, which consultation is none any more, when a conference
 * is over. Each is an event of a call and may have consequences of its own.
 * @param before the call as it was
 * @param after the same call as it is
 * @param calls all calls as they are now
 */
export function consequencesOf(before: Call, after: Call, calls: readonly Call[]): readonly Consequence[] {
  return [
    ...whenInHand(before, after, calls),
    ...whenTransferred(before, after, calls),
    ...whenOver(before, after, calls),
    ...whenLeaving(before, after, calls),
    ...whenNotHeld(before, after, calls),
  ];
}

/** Whoever talks last has the hand; the others go on hold. Only an emergency call gives way to nobody but another one. */
function whenInHand(before: Call, after: Call, calls: readonly Call[]): readonly Consequence[] {
  if (isInHand(before) || !isInHand(after) || wasNotHeld(before, after)) return [];
  const others = callsToHold(calls, after.id);
  const emergency = !after.emergency && others.some((id) => calls.find((call) => call.id === id)?.emergency === true);
  return (emergency ? [after.id] : others).map((call) => held(call, true));
}

function whenTransferred(before: Call, after: Call, calls: readonly Call[]): readonly Consequence[] {
  const wasAsked = before.phase === 'connected' && before.transfer !== null && isInTransfer(before);
  if (!wasAsked || before.transfer === null || (after.phase === 'connected' && isInTransfer(after))) return [];
  const target = before.transfer.target.kind === 'attended' ? before.transfer.target.call : null;
  const worked = !isLive(after) && after.reason.kind === 'transferred';
  if (worked) return target === null ? [] : [{ call: target, event: { type: 'handover-done' } }];
  const undone: readonly Consequence[] = target === null ? [] : [{ call: target, event: { type: 'handover-undone' } }];
  return after.phase === 'connected' ? [...undone, ...comeBack(after.id, calls, after.trouble)] : undone;
}

function whenOver(before: Call, after: Call, calls: readonly Call[]): readonly Consequence[] {
  if (!isLive(before) || isLive(after)) return [];
  const freed = calls
    .filter((call) => call.consultationFor === before.id && isLive(call))
    .map((call): Consequence => ({ call: call.id, event: { type: 'consultation-freed' } }));
  const waiting = before.consultationFor ?? (after.connectedAt === null ? before.referredBy : null);
  const original = calls.find((call) => call.id === waiting);
  if (original === undefined || !isLive(original) || isInTransfer(original)) return freed;
  const { kind } = after.reason;
  const byUs = kind === 'cancelled' || kind === 'transferred' || (kind === 'hung-up' && after.reason.by === 'local');
  const trouble = byUs ? null : ({ code: 'consultation-failed', details: { name: nameOfParty(before.remote) } } as const);
  return [...freed, ...comeBack(original.id, calls, trouble)];
}

/** A conference of one is a call; and whoever left it waits while the others talk. */
function whenLeaving(before: Call, after: Call, calls: readonly Call[]): readonly Consequence[] {
  if (before.conference === null || after.conference !== null) return [];
  const members = conferenceMembers(calls);
  const others = calls.some((call) => call.id !== after.id && isInHand(call));
  const leaver = isInHand(after) && others ? [held(after.id, true)] : [];
  const last = members.length === 1 ? members : [];
  return [...leaver, ...last.map(({ id }): Consequence => ({ call: id, event: { type: 'leave-conference' } }))];
}

/** A far end that does not go on hold must not hear what is said to another. */
function whenNotHeld(before: Call, after: Call, calls: readonly Call[]): readonly Consequence[] {
  if (!wasNotHeld(before, after) || after.muted || callsToHold(calls, after.id).length === 0) return [];
  return [{ call: after.id, event: { type: 'set-muted', muted: true } }, ...told(after.id, after.trouble)];
}

function wasNotHeld(before: Call, after: Call): boolean {
  return before.phase === 'connected' && before.holdWish === true && after.holdWish === null && isInHand(after);
}

/** Takes a call back where nobody else is in hand; the trouble is told behind it, because a verb takes older trouble away. */
function comeBack(id: CallId, calls: readonly Call[], trouble: Call['trouble']): readonly Consequence[] {
  const back = mayComeBack(calls, id) ? callsToResume(calls, id).map((call) => held(call, false)) : [];
  return [...back, ...told(id, trouble)];
}

function told(call: CallId, trouble: Call['trouble']): readonly Consequence[] {
  return trouble === null ? [] : [{ call, event: { type: 'troubled', error: trouble } }];
}

function held(call: CallId, on: boolean): Consequence {
  return { call, event: { type: 'set-held', held: on } };
}
