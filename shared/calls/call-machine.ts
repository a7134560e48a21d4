import { unreachable } from '../util/assert.ts';
import type { Party } from './call.ts';
import { decline, ended, ending, hangUp, isTerminal, sendOn, terminated, whileReferred } from './call-endings.ts';
import { changed, factsOf, isHeld, isRunning, isUnansweredOutgoing, same, troubled } from './call-facts.ts';
import type { Call, CallEffect, CallEvent, CallTone, CallVerb, DeadlineName, LiveCall, RepairMeans, Step } from './call-state.ts';
import { deadlineNames } from './call-state.ts';
import {
  mediaConnected,
  mediaLost,
  peerChanged,
  reachChanged,
  repairFailed,
  repairNegotiated,
  repairOverdue,
  soundReturned,
} from './repair-steps.ts';
import { isSideEvent, sideStep } from './side-steps.ts';
import { askWhenQuiet, beginTransfer, transferNews, transferOverdue } from './transfer-steps.ts';

/** ICE and DTLS take well under a second; a path that is not there by now will not come by waiting. */
export const mediaDeadlineMs = 4_000;

/**
 * The whole life of one call as a function. Surprises from the network (a BYE crossing our 200) leave the state as it is
 * and return the same object without effects; so does a verb that is impossible now.
 * @param now wall time in ms
 */
export function transition(call: Call, event: CallEvent, now: number): Step {
  if (call.phase === 'ended') return same(call);
  const step = unsettled(call, event, now);
  if (step.call === call) return step;
  return settled(call, forgetTrouble(call, event, step), event);
}

function unsettled(call: Exclude<Call, { phase: 'ended' }>, event: CallEvent, now: number): Step {
  switch (call.phase) {
    case 'ending':
      return whileEnding(call, event, now);
    case 'referred':
      return whileReferred(call, event);
    default:
      return live(call, event, now);
  }
}

/** The good-bye is on its way: whatever the far end says now ends the call for the reason that was given. */
function whileEnding(call: Extract<Call, { phase: 'ending' }>, event: CallEvent, now: number): Step {
  const isOver = isTerminal(event) || (event.type === 'deadline' && event.name === 'ending');
  return isOver ? ended(call, call.reason, now) : same(call);
}

function live(call: LiveCall, event: CallEvent, now: number): Step {
  if (isTerminal(event)) return terminated(call, event, now);
  if (isSideEvent(event)) return sideStep(call, event, now);
  switch (event.type) {
    case 'answer':
      return answer(call);
    case 'decline':
      return decline(call, event.as);
    case 'deflect':
      return sendOn(call, event.target, 'by-hand');
    case 'hang-up':
      return hangUp(call);
    case 'set-muted':
      if (call.muted === event.muted) return same(call);
      return changed({ ...call, muted: event.muted }, { type: 'apply-muted', muted: event.muted });
    case 'set-held':
      return setHeld(call, event.held);
    case 'transfer':
      return beginTransfer(call, event);
    case 'trying':
    case 'ringing':
    case 'early-media':
      return provisional(call, event.type);
    case 'established':
      return established(call, event.remote, now);
    case 'redirected':
      return isUnansweredOutgoing(call) ? changed({ ...call, remote: event.to, redirectedBy: call.remote }) : same(call);
    case 'remote-changed':
      return changed({ ...call, remote: event.remote });
    case 'transfer-accepted':
    case 'transfer-ringing':
    case 'transfer-succeeded':
    case 'transfer-failed':
      return transferNews(call, event);
    case 'remote-hold-changed':
      if (call.hold.remote === event.held) return same(call);
      return changed({ ...call, hold: { ...call.hold, remote: event.held } });
    case 'local-hold-changed':
      return holdChanged(call, event.held);
    case 'local-hold-failed':
      return holdFailed(call, event);
    case 'auto-answer-dropped':
      return dropAutoAnswer(call, event.tone);
    case 'media-lost':
      return mediaLost(call, event.cause, event.means, now);
    case 'media-connected':
      return mediaConnected(call);
    case 'sound-returned':
      return soundReturned(call);
    case 'reach-changed':
      return reachChanged(call, event.reachable, now);
    case 'repair-negotiated':
      return repairNegotiated(call, event.strategy);
    case 'peer-changed':
      return peerChanged(call);
    case 'repair-failed':
      return repairFailed(call, event.strategy);
    case 'deadline':
      return deadline(call, event.name, event.means, now);
    default:
      return unreachable(event, 'call event');
  }
}

function answer(call: LiveCall): Step {
  if (call.phase !== 'ringing-in') return same(call);
  return changed({ ...factsOf(call), phase: 'answering', tone: null }, { type: 'accept' }, { type: 'start-audio' });
}

/** The tone sounds before the microphone opens, and the far end hears only what the person has allowed. */
function answerByItself(call: LiveCall): Step {
  if (call.phase !== 'ringing-in' || call.plan.autoAnswer === null) return same(call);
  const muted = call.muted || call.plan.autoAnswer.muted;
  return changed(
    { ...factsOf(call), phase: 'answering', tone: null, autoAnswered: true, muted },
    { type: 'play-tone', tone: 'auto-answer' },
    { type: 'accept' },
    ...(muted ? [{ type: 'apply-muted', muted } as const] : []),
    { type: 'start-audio' },
  );
}

function dropAutoAnswer(call: LiveCall, tone: CallTone): Step {
  if (call.phase !== 'ringing-in' || call.plan.autoAnswer === null) return same(call);
  return changed({ ...call, plan: { ...call.plan, autoAnswer: null }, tone: call.tone ?? tone });
}

function setHeld(call: LiveCall, held: boolean): Step {
  if (!(call.phase === 'connected' || call.phase === 'answering') || isHeld(call) === held) return same(call);
  // A call that is just being answered is put on hold as soon as it stands.
  if (call.phase !== 'connected') return changed({ ...call, holdWish: held ? true : null });
  const transfer = !held && call.transfer?.stage === 'holding' ? null : call.transfer;
  return changed({ ...call, transfer, holdWish: held }, { type: 'hold-sip', held });
}

function holdChanged(call: LiveCall, held: boolean): Step {
  const news = { hold: { ...call.hold, local: held }, holdWish: call.holdWish === held ? null : call.holdWish };
  if (call.phase !== 'connected') return changed({ ...call, ...news });
  if (held && call.transfer?.stage === 'holding') return askWhenQuiet({ ...call, ...news });
  const isBack = !held && call.transfer?.stage === 'failed';
  return changed({ ...call, ...news, transfer: isBack ? null : call.transfer });
}

function holdFailed(call: LiveCall, { held, error }: Extract<CallEvent, { type: 'local-hold-failed' }>): Step {
  const news = { holdWish: call.holdWish === held ? null : call.holdWish };
  if (call.phase === 'connected' && held && call.transfer?.stage === 'holding') return askWhenQuiet({ ...call, ...news });
  return troubled({ ...call, ...news }, { code: 'call-verb-impossible', details: { ...error.details, reason: error.code } });
}

function provisional(call: LiveCall, news: 'trying' | 'ringing' | 'early-media'): Step {
  if (news === 'trying') return same(call);
  if (news === 'early-media') {
    if (call.phase !== 'dialling' && call.phase !== 'ringing-out') return same(call);
    return changed({ ...call, phase: 'early-media', tone: null }, { type: 'start-audio' });
  }
  // Once the far end itself can be heard, a later 180 must not lay our ringback over it.
  return call.phase === 'dialling' ? changed({ ...call, phase: 'ringing-out', tone: 'ringback' }) : same(call);
}

function established(call: LiveCall, remote: Party | null, now: number): Step {
  const known = remote === null ? {} : { remote };
  switch (call.phase) {
    case 'dialling':
    case 'ringing-out':
    case 'early-media':
    case 'answering': {
      const needsAudio = call.phase === 'dialling' || call.phase === 'ringing-out';
      const talk = { connectedAt: now, repair: null, transfer: null, referral: null, recording: null };
      return changed(
        { ...factsOf(call), ...known, ...talk, phase: 'connected', tone: null },
        ...(needsAudio ? [{ type: 'start-audio' } as const] : []),
        ...(call.muted ? [{ type: 'apply-muted', muted: true } as const] : []),
        ...(call.holdWish === true ? [{ type: 'hold-sip', held: true } as const] : []),
        ...(call.mediaStood ? [] : [{ type: 'set-deadline', name: 'media', afterMs: mediaDeadlineMs } as const]),
        { type: 'write-draft' },
      );
    }
    case 'connected':
      return remote === null ? same(call) : changed({ ...call, remote });
    case 'ringing-in':
      return same(call);
    default:
      return unreachable(call, 'call phase');
  }
}

function deadline(call: LiveCall, name: DeadlineName, means: RepairMeans, now: number): Step {
  if (!isRunning(name, call)) return same(call);
  switch (name) {
    case 'ending':
    case 'referral':
      return same(call);
    case 'not-answered':
      return ending(call, { kind: 'not-answered' }, { type: 'hang-up-sip' });
    case 'media':
      return mediaLost(call, 'path-missing', means, now);
    case 'repair':
      return call.phase === 'connected' ? repairOverdue(call, now) : same(call);
    case 'auto-answer':
      return answerByItself(call);
    case 'no-answer':
      return call.phase === 'ringing-in' && call.plan.noAnswer !== null ? sendOn(call, call.plan.noAnswer.target, 'no-answer') : same(call);
    case 'transfer':
      return call.phase === 'connected' ? transferOverdue(call) : same(call);
    case 'handover':
      return hangUp(call);
    case 'trouble': {
      const quiet = { ...call, trouble: null };
      return changed(quiet.phase === 'connected' && quiet.transfer?.stage === 'failed' ? { ...quiet, transfer: null } : quiet);
    }
    default:
      return unreachable(name, 'deadline');
  }
}

const verbs: ReadonlySet<CallEvent['type']> = new Set<CallVerb['type']>([
  ...(['answer', 'decline', 'deflect', 'hang-up', 'set-muted', 'set-held', 'send-dtmf', 'transfer', 'answer-referral'] as const),
  ...(['set-recording', 'join-conference', 'leave-conference', 'set-silenced'] as const),
]);

/** A verb that does something says by that that the trouble of the one before was read. */
function forgetTrouble(before: Call, event: CallEvent, step: Step): Step {
  if (before.trouble === null || step.call.trouble !== before.trouble || !verbs.has(event.type)) return step;
  return { call: { ...step.call, trouble: null }, effects: step.effects };
}

/**
 * Adds what follows from the state alone: what ran before and does not any more is stopped, exactly once. What the far end waits
 * for goes first; the call list comes last.
 */
function settled(before: Call, { call, effects }: Step, event: CallEvent): Step {
  const fired = event.type === 'deadline' ? event.name : null;
  const follow: CallEffect[] = [];
  if (before.tone !== null && before.tone !== call.tone) follow.push({ type: 'stop-tone' });
  if (call.tone !== null && before.tone !== call.tone) follow.push({ type: 'start-tone', tone: call.tone });
  for (const name of deadlineNames) {
    if (name !== fired && isRunning(name, before) && !isRunning(name, call)) follow.push({ type: 'clear-deadline', name });
  }
  if (isRecorded(before) && !isRecorded(call)) follow.push({ type: 'stop-recording' });
  const urgent = effects[0]?.type === 'write-history' ? 0 : 1;
  return { call, effects: [...effects.slice(0, urgent), ...follow, ...effects.slice(urgent)] };
}

function isRecorded(call: Call): boolean {
  return call.phase === 'connected' && call.recording !== null;
}
