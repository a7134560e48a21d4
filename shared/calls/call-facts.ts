import type { ErrorReport } from '../errors/app-error.ts';
import type { Party } from './call.ts';
import type { Call, CallEffect, CallFacts, DeadlineName, Step } from './call-state.ts';

/** How long a card says what a verb could not do, in ms. */
export const troubleMs = 15_000;

/** The facts alone, without what belongs to the phase that is left. */
export function factsOf(call: Call): CallFacts {
  const { id, direction, remote, redirectedBy, calledAs, dialled, errand, emergency, anonymous, autoAnswered, startedAt } = call;
  const { consultationFor, referredBy, handover, conference, muted, hold, holdWish, sentDigits, microphoneError } = call;
  const { trouble, mediaStood, reachable, repairs, tone } = call;
  return {
    ...{ id, direction, remote, redirectedBy, calledAs, dialled, errand, emergency, anonymous, autoAnswered, startedAt },
    ...{ consultationFor, referredBy, handover, conference, muted, hold, holdWish, sentDigits, microphoneError },
    ...{ trouble, mediaStood, reachable, repairs, tone },
  };
}

/** Nothing happens. */
export function same(call: Call): Step {
  return { call, effects: [] };
}

export function changed(call: Call, ...effects: readonly CallEffect[]): Step {
  return { call, effects };
}

/** The card says for a while what could not be done. */
export function troubled<C extends Call>(call: C, error: ErrorReport, ...effects: readonly CallEffect[]): Step {
  return { call: { ...call, trouble: error }, effects: [...effects, { type: 'set-deadline', name: 'trouble', afterMs: troubleMs }] };
}

export function isUnansweredOutgoing(call: Call): boolean {
  return call.phase === 'dialling' || call.phase === 'ringing-out' || call.phase === 'early-media';
}

/** On hold as the person wants it, also while that is still being negotiated. */
export function isHeld(call: Call): boolean {
  return call.holdWish ?? call.hold.local;
}

/** Whether the far end has been asked to go elsewhere and has not come back. */
export function isInTransfer(call: Call): boolean {
  return call.phase === 'connected' && call.transfer !== null && call.transfer.stage !== 'failed';
}

/** Whether the call waits for its media path for the first time. */
export function isWaitingForMedia(call: Call): boolean {
  return call.phase === 'connected' && !call.mediaStood && call.repair === null;
}

/** Whether a deadline runs for a call in this state. */
export function isRunning(name: DeadlineName, call: Call): boolean {
  switch (name) {
    case 'ending':
      return call.phase === 'ending';
    case 'repair':
      return call.phase === 'connected' && call.repair !== null && call.repair.step !== null;
    case 'not-answered':
      return isUnansweredOutgoing(call) && !call.emergency;
    case 'media':
      return isWaitingForMedia(call);
    case 'auto-answer':
      return call.phase === 'ringing-in' && call.plan.autoAnswer !== null;
    case 'no-answer':
      return call.phase === 'ringing-in' && call.plan.noAnswer !== null;
    case 'transfer':
      return isInTransfer(call);
    case 'handover':
      return call.handover?.done === true;
    case 'trouble':
      return call.trouble !== null;
    case 'referral':
      return call.phase === 'referred';
  }
}

export function nameOfParty({ displayName, number }: Party): string {
  return displayName === '' ? number : displayName;
}
