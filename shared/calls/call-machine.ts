import { unreachable } from '../util/assert.ts';
import type { EndReason, Party } from './call.ts';
import type { Call, CallEffect, CallEvent, CallFacts, CallTone, DeadlineName, RepairCause, Step } from './call-state.ts';
import { nextRepairStep, repairStepMs } from './repair-plan.ts';

/** Our good-bye needs an answer within this time; after it the call is over for us all the same. */
export const endingDeadlineMs = 5_000;

/** The far end's server should have given up long before (RFC 3261 timer C is three minutes). */
export const notAnsweredDeadlineMs = 200_000;

/** ICE and DTLS take well under a second; a path that is not there by now will not come by waiting. */
export const mediaDeadlineMs = 4_000;

/** A call that somebody dials here. */
export function dialledCall(id: string, remote: Party, startedAt: number): Step {
  const call: Call = { ...newFacts(id, 'outgoing', remote, null, startedAt), phase: 'dialling' };
  return { call, effects: [{ type: 'send-invite' }, { type: 'set-deadline', name: 'not-answered', afterMs: notAnsweredDeadlineMs }] };
}

/**
 * A call that rings here.
 * @param tone which sound announces it; `call-waiting` while another call is talking
 */
export function receivedCall(id: string, remote: Party, redirectedBy: Party | null, tone: CallTone, startedAt: number): Step {
  const call: Call = { ...newFacts(id, 'incoming', remote, redirectedBy, startedAt), phase: 'ringing-in', tone };
  return { call, effects: [{ type: 'send-ringing' }, { type: 'start-tone', tone }] };
}

/**
 * The whole life of one call as a function. Surprises from the network (a BYE crossing our 200) leave the state as it is
 * and return the same object without effects; so does a verb that is impossible now.
 * @param now wall time in ms
 */
export function transition(call: Call, event: CallEvent, now: number): Step {
  if (call.phase === 'ended') return same(call);
  switch (event.type) {
    case 'answer':
      if (call.phase !== 'ringing-in') return same(call);
      return silenced({ ...call, phase: 'answering' }, [{ type: 'accept' }, { type: 'start-audio' }]);
    case 'decline':
      if (call.phase !== 'ringing-in') return same(call);
      return ending(call, { kind: 'declined', by: 'local' }, { type: 'reject', status: 603 });
    case 'hang-up':
      return hangUp(call);
    case 'set-muted':
      if (call.phase === 'ending' || call.muted === event.muted) return same(call);
      return { call: { ...call, muted: event.muted }, effects: [{ type: 'apply-muted', muted: event.muted }] };
    case 'set-held':
      if (call.phase !== 'connected' || (call.holdWish ?? call.hold.local) === event.held) return same(call);
      return { call: { ...call, holdWish: event.held }, effects: [{ type: 'hold-sip', held: event.held }] };
    case 'send-dtmf':
      if (call.phase !== 'connected' && call.phase !== 'early-media') return same(call);
      return { call: { ...call, sentDigits: call.sentDigits + event.digits }, effects: [{ type: 'send-digits', digits: event.digits }] };
    case 'trying':
    case 'ringing':
    case 'early-media':
      return provisional(call, event.type);
    case 'established':
      return established(call, event.remote, now);
    case 'cancelled':
      if (call.phase === 'ending') return ended(call, call.reason, now);
      return ended(call, event.answeredElsewhere ? { kind: 'answered-elsewhere' } : { kind: 'missed' }, now);
    case 'rejected':
      if (call.phase === 'ending') return ended(call, call.reason, now);
      return ended(call, refusal(event), now);
    case 'terminated':
      if (call.phase === 'ending') return ended(call, call.reason, now);
      return ended(call, event.by === 'remote' ? { kind: 'hung-up', by: 'remote' } : lost, now);
    case 'failed':
      if (call.phase === 'ending') return ended(call, call.reason, now);
      return ended(call, { kind: 'failed', error: event.error }, now);
    case 'closed':
      return ended(call, call.phase === 'ending' ? call.reason : { kind: 'hung-up', by: 'local' }, now);
    case 'remote-hold-changed':
      if (call.hold.remote === event.held) return same(call);
      return { call: { ...call, hold: { ...call.hold, remote: event.held } }, effects: [] };
    case 'local-hold-changed':
      return { call: { ...call, hold: { ...call.hold, local: event.held }, holdWish: null }, effects: [] };
    case 'local-hold-failed':
      return { call: { ...call, holdWish: null }, effects: [] };
    case 'media-lost':
      return mediaLost(call, event.cause, event.farEndProduct, now);
    case 'media-connected':
      return mediaConnected(call);
    case 'repair-negotiated':
      if (call.phase !== 'connected' || call.repair === null) return same(call);
      return { call, effects: [{ type: 'set-deadline', name: 'repair', afterMs: repairStepMs }] };
    case 'peer-changed':
      if (call.phase !== 'connected') return same(call);
      return { call, effects: [{ type: 'start-audio' }, { type: 'apply-muted', muted: call.muted }] };
    case 'repair-failed':
      // The next step follows at the deadline, so that a far end that refuses is not asked in a tight circle.
      return same(call);
    case 'microphone-failed':
      return { call: { ...call, microphoneError: event.error }, effects: [] };
    case 'microphone-recovered':
      if (call.microphoneError === null) return same(call);
      return { call: { ...call, microphoneError: null }, effects: [] };
    case 'deadline':
      return deadline(call, event.name, event.farEndProduct, now);
    default:
      return unreachable(event, 'call event');
  }
}

const lost: EndReason = { kind: 'failed', error: { code: 'call-lost', details: {} } };

function newFacts(id: string, direction: 'incoming' | 'outgoing', remote: Party, redirectedBy: Party | null, startedAt: number): CallFacts {
  return {
    id,
    direction,
    remote,
    redirectedBy,
    startedAt,
    muted: false,
    hold: { local: false, remote: false },
    holdWish: null,
    sentDigits: '',
    microphoneError: null,
    mediaStood: false,
    tone: null,
  };
}

function same(call: Call): Step {
  return { call, effects: [] };
}

/** Ends the call's tone, if one plays, behind the first of the other effects: what the far end waits for goes first. */
function silenced(call: Call, effects: readonly CallEffect[]): Step {
  if (call.tone === null) return { call, effects };
  return { call: { ...call, tone: null }, effects: [...effects.slice(0, 1), { type: 'stop-tone' }, ...effects.slice(1)] };
}

function hangUp(call: Exclude<Call, { phase: 'ended' }>): Step {
  switch (call.phase) {
    case 'ending':
      return same(call);
    case 'ringing-in':
      return ending(call, { kind: 'declined', by: 'local' }, { type: 'reject', status: 603 });
    case 'dialling':
    case 'ringing-out':
    case 'early-media':
      return ending(call, { kind: 'cancelled' }, { type: 'hang-up-sip' });
    case 'answering':
    case 'connected':
      return ending(call, { kind: 'hung-up', by: 'local' }, { type: 'hang-up-sip' });
    default:
      return unreachable(call, 'call phase');
  }
}

function ending(call: Exclude<Call, { phase: 'ended' | 'ending' }>, reason: EndReason, goodBye: CallEffect): Step {
  const effects: CallEffect[] = [goodBye];
  if (isWaitingForMedia(call)) effects.push({ type: 'clear-deadline', name: 'media' });
  if (call.phase === 'connected' && call.repair !== null) effects.push({ type: 'clear-deadline', name: 'repair' });
  if (isUnansweredOutgoing(call)) effects.push({ type: 'clear-deadline', name: 'not-answered' });
  effects.push({ type: 'set-deadline', name: 'ending', afterMs: endingDeadlineMs });
  return silenced({ ...facts(call), phase: 'ending', reason, connectedAt: call.phase === 'connected' ? call.connectedAt : null }, effects);
}

function ended(call: Exclude<Call, { phase: 'ended' }>, reason: EndReason, now: number): Step {
  const effects: CallEffect[] = [];
  if (isWaitingForMedia(call)) effects.push({ type: 'clear-deadline', name: 'media' });
  if (call.phase === 'ending') effects.push({ type: 'clear-deadline', name: 'ending' });
  if (call.phase === 'connected' && call.repair !== null) effects.push({ type: 'clear-deadline', name: 'repair' });
  if (isUnansweredOutgoing(call)) effects.push({ type: 'clear-deadline', name: 'not-answered' });
  effects.push({ type: 'write-history' });
  const connectedAt = call.phase === 'connected' || call.phase === 'ending' ? call.connectedAt : null;
  return silenced({ ...facts(call), phase: 'ended', reason, connectedAt, endedAt: now }, effects);
}

function isUnansweredOutgoing(call: Call): boolean {
  return call.phase === 'dialling' || call.phase === 'ringing-out' || call.phase === 'early-media';
}

function provisional(call: Exclude<Call, { phase: 'ended' }>, news: 'trying' | 'ringing' | 'early-media'): Step {
  if (news === 'trying') return same(call);
  if (news === 'early-media') {
    if (call.phase !== 'dialling' && call.phase !== 'ringing-out') return same(call);
    return silenced({ ...call, phase: 'early-media' }, [{ type: 'start-audio' }]);
  }
  // Once the far end itself can be heard, a later 180 must not lay our ringback over it.
  if (call.phase !== 'dialling') return same(call);
  return { call: { ...call, phase: 'ringing-out', tone: 'ringback' }, effects: [{ type: 'start-tone', tone: 'ringback' }] };
}

function established(call: Exclude<Call, { phase: 'ended' }>, remote: Party | null, now: number): Step {
  const known = remote === null ? {} : { remote };
  switch (call.phase) {
    case 'dialling':
    case 'ringing-out':
    case 'early-media': {
      const audio: CallEffect[] = call.phase === 'early-media' ? [] : [{ type: 'start-audio' }];
      return silenced({ ...call, ...known, phase: 'connected', connectedAt: now, repair: null }, [
        { type: 'clear-deadline', name: 'not-answered' },
        ...audio,
        ...(call.muted ? [{ type: 'apply-muted', muted: true } as const] : []),
        ...mediaDeadline(call),
      ]);
    }
    case 'answering':
      return {
        call: { ...call, ...known, phase: 'connected', connectedAt: now, repair: null },
        effects: [...(call.muted ? [{ type: 'apply-muted', muted: true } as const] : []), ...mediaDeadline(call)],
      };
    case 'connected':
      return remote === null ? same(call) : { call: { ...call, remote }, effects: [] };
    case 'ringing-in':
    case 'ending':
      return same(call);
    default:
      return unreachable(call, 'call phase');
  }
}

function mediaDeadline({ mediaStood }: CallFacts): readonly CallEffect[] {
  return mediaStood ? [] : [{ type: 'set-deadline', name: 'media', afterMs: mediaDeadlineMs }];
}

function refusal(event: { readonly status: number; readonly error: EndReasonError | null }): EndReason {
  if (event.error !== null) return { kind: 'failed', error: event.error };
  if (event.status === 486 || event.status === 600) return { kind: 'busy' };
  if (event.status === 603) return { kind: 'declined', by: 'remote' };
  return { kind: 'not-answered' };
}
type EndReasonError = Extract<EndReason, { kind: 'failed' }>['error'];

function mediaLost(call: Exclude<Call, { phase: 'ended' }>, cause: RepairCause, farEndProduct: string, now: number): Step {
  switch (call.phase) {
    case 'ending':
      return same(call);
    case 'ringing-in':
      // The answer that was made while it rang died with its window: ringing again makes it anew.
      return cause === 'window-lost' ? { call, effects: [{ type: 'send-ringing' }] } : same(call);
    case 'dialling':
    case 'ringing-out':
    case 'early-media':
    case 'answering':
      if (cause === 'path-lost') return same(call);
      return abandoned(call, now);
    case 'connected': {
      if (call.repair !== null && call.repair.cause !== 'path-lost' && cause === 'path-lost') return same(call);
      const strategy = nextRepairStep(cause, 0, farEndProduct);
      if (strategy === null) return same(call);
      return {
        call: { ...call, repair: { since: call.repair?.since ?? now, cause, strategy, attempt: 0 } },
        effects: [
          { type: 'repair-sip', strategy },
          ...(isWaitingForMedia(call) ? [{ type: 'clear-deadline', name: 'media' } as const] : []),
          { type: 'set-deadline', name: 'repair', afterMs: repairStepMs * 2 },
        ],
      };
    }
    default:
      return unreachable(call, 'call phase');
  }
}

/** A call that was still being set up when its media window died: nothing to repair yet, so it fails with the reason. */
function abandoned(call: Exclude<Call, { phase: 'ended' | 'ending' }>, now: number): Step {
  const step = ended(call, { kind: 'failed', error: { code: 'media-failed', details: {} } }, now);
  return { call: step.call, effects: [{ type: 'hang-up-sip' }, ...step.effects] };
}

function mediaConnected(call: Exclude<Call, { phase: 'ended' }>): Step {
  const effects: CallEffect[] = [];
  if (isWaitingForMedia(call)) effects.push({ type: 'clear-deadline', name: 'media' });
  if (call.phase !== 'connected' || call.repair === null)
    return call.mediaStood ? same(call) : { call: { ...call, mediaStood: true }, effects };
  return { call: { ...call, mediaStood: true, repair: null }, effects: [...effects, { type: 'clear-deadline', name: 'repair' }] };
}

/** Whether the `media` deadline runs. */
function isWaitingForMedia(call: Call): boolean {
  return call.phase === 'connected' && !call.mediaStood && call.repair === null;
}

function deadline(call: Exclude<Call, { phase: 'ended' }>, name: DeadlineName, farEndProduct: string, now: number): Step {
  switch (name) {
    case 'ending':
      return call.phase === 'ending' ? ended(call, call.reason, now) : same(call);
    case 'not-answered':
      if (call.phase !== 'dialling' && call.phase !== 'ringing-out' && call.phase !== 'early-media') return same(call);
      return ending(call, { kind: 'not-answered' }, { type: 'hang-up-sip' });
    case 'media':
      return isWaitingForMedia(call) ? mediaLost(call, 'path-missing', farEndProduct, now) : same(call);
    case 'repair': {
      if (call.phase !== 'connected' || call.repair === null) return same(call);
      const attempt = call.repair.attempt + 1;
      const strategy = nextRepairStep(call.repair.cause, attempt, farEndProduct);
      if (strategy === null) return same(call);
      return {
        call: { ...call, repair: { ...call.repair, strategy, attempt } },
        effects: [
          { type: 'repair-sip', strategy },
          { type: 'set-deadline', name: 'repair', afterMs: repairStepMs * 2 },
        ],
      };
    }
    default:
      return unreachable(name, 'deadline');
  }
}

/** The facts alone, without what belongs to the phase that is left. */
function facts(call: Call): CallFacts {
  const { id, direction, remote, redirectedBy, startedAt, muted, hold, holdWish, sentDigits, microphoneError, mediaStood, tone } = call;
  return { id, direction, remote, redirectedBy, startedAt, muted, hold, holdWish, sentDigits, microphoneError, mediaStood, tone };
}
