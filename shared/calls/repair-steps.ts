import { unreachable } from '../util/assert.ts';
import { mostRepairNotes, type RepairCause, type RepairNote } from './call.ts';
import { ended } from './call-endings.ts';
import { changed, same } from './call-facts.ts';
import type { CallEffect, ConnectedCall, LiveCall, Repair, RepairMeans, RepairStrategy, Step } from './call-state.ts';
import { beginsAnew, nextRepairStep, patienceMs, soundDueMs, worseOf } from './repair-plan.ts';

/*
 * The repair of a call that stands. Nothing but sound, the person, or the far end's word ends it.
 *
 *                    +---------------- sound is back, whatever brought it -----------------+
 *                    v                                                                     |
 *   no repair --lost, and the line reaches its server--> trying step 0 --not in time--> step 1 --> ... every 15 s
 *     |     ^                                               |     ^                        |
 *     |     +---- a silent far end: the plan is at its end -|-----|------------------------+
 *     |                                             cut off |     | reaches its server again: step 0
 *     |                                                     v     |
 *     +--lost, and the line is cut off----------------->  waiting, nothing is tried and nothing used up
 */

export function mediaLost(call: LiveCall, cause: RepairCause, means: RepairMeans, now: number): Step {
  switch (call.phase) {
    case 'ringing-in':
      // The answer that was made while it rang died with its window or its address: ringing again makes it anew.
      return cause === 'window-lost' || cause === 'network-changed' ? changed(call, { type: 'send-ringing' }) : same(call);
    case 'dialling':
    case 'ringing-out':
    case 'early-media':
    case 'answering':
      return cause === 'window-lost' ? abandoned(call, now) : same(call);
    case 'connected': {
      const { repair } = call;
      if (repair !== null && !beginsAnew(repair.cause, cause)) return same(call);
      const since = repair?.since ?? now;
      return begin(call, { since, cause: repair === null ? cause : worseOf(repair.cause, cause), means }, now);
    }
    default:
      return unreachable(call, 'call phase');
  }
}

/** A call that was still being set up when its media window died: nothing to repair yet, so it fails with the reason. */
function abandoned(call: LiveCall, now: number): Step {
  const step = ended(call, { kind: 'failed', error: { code: 'media-failed', details: {} } }, now);
  return { call: step.call, effects: [{ type: 'hang-up-sip' }, ...step.effects] };
}

/** Sound is proved. */
export function soundReturned(call: LiveCall): Step {
  if (call.phase === 'connected' && call.repair !== null) return changed({ ...closed(call, 'helped'), mediaStood: true, repair: null });
  return call.mediaStood ? same(call) : changed({ ...call, mediaStood: true });
}

/**
 * ICE and DTLS stand. Of a new peer connection that is proof; one that was there before may say so for seconds after its path
 * has died.
 */
export function mediaConnected(call: LiveCall): Step {
  const step = call.phase === 'connected' ? call.repair?.step : undefined;
  if (step === 'renegotiate' || step === 'replace') return soundReturned(call);
  return call.mediaStood ? same(call) : changed({ ...call, mediaStood: true });
}

/** The line was cut off from its server, or reaches it again. */
export function reachChanged(call: LiveCall, reachable: boolean, now: number): Step {
  if (call.reachable === reachable) return same(call);
  const next = { ...call, reachable };
  if (next.phase !== 'connected' || next.repair === null) return changed(next);
  return begin(next, next.repair, now);
}

/** The new descriptions are in force: media gets its time from now on. */
export function repairNegotiated(call: LiveCall, strategy: RepairStrategy): Step {
  if (call.phase !== 'connected' || call.repair?.step !== strategy) return same(call);
  const afterMs = soundDueMs(strategy, call.repair.attempt);
  const next = { ...call, repair: { ...call.repair, negotiated: true } };
  return afterMs === null ? changed(next) : changed(next, { type: 'set-deadline', name: 'repair', afterMs });
}

/** The next step follows at the deadline, so that a far end that refuses is not asked in a tight circle. */
export function repairFailed(call: LiveCall, strategy: RepairStrategy): Step {
  return call.phase === 'connected' && call.repair?.step === strategy ? changed(closed(call, 'refused')) : same(call);
}

/** A new peer connection serves the call. */
export function peerChanged(call: LiveCall): Step {
  if (call.phase !== 'connected') return same(call);
  const moved = call.recording === null ? [] : [{ type: 'move-recording' } as const];
  return changed(call, { type: 'start-audio' }, { type: 'apply-muted', muted: call.muted }, ...moved);
}

export function repairOverdue(call: ConnectedCall, now: number): Step {
  return call.repair === null ? same(call) : tryStep(closed(call, 'no-sound'), call.repair, call.repair.attempt + 1, now);
}

type Reason = Pick<Repair, 'since' | 'cause' | 'means'>;

/** From the first step on, or as soon as the line can carry it. */
function begin(call: ConnectedCall, reason: Reason, now: number): Step {
  const interrupted = closed(call, 'interrupted');
  if (call.reachable) return tryStep(interrupted, reason, 0, now);
  return changed({ ...interrupted, repair: { ...reasonOf(reason), step: null, attempt: 0, negotiated: false } });
}

function tryStep(call: ConnectedCall, reason: Reason, attempt: number, now: number): Step {
  const { cause, means } = reason;
  const step = nextRepairStep(cause, attempt, means);
  // what has an end are repairs of silence, on a path that stands
  if (step === null) return changed({ ...call, mediaStood: true, repair: null });
  const note: RepairNote = { at: now, step, because: cause, outcome: 'under-way' };
  const order: CallEffect = step === 'reopen-audio' ? { type: step } : { type: 'repair-sip', strategy: step };
  return changed(
    {
      ...call,
      repair: { ...reasonOf(reason), step, attempt, negotiated: false },
      repairs: [...call.repairs, note].slice(-mostRepairNotes),
    },
    order,
    { type: 'set-deadline', name: 'repair', afterMs: patienceMs(step, attempt) },
  );
}

function reasonOf({ since, cause, means }: Reason): Reason {
  return { since, cause, means };
}

/** Notes how the step went that was under way, if one was. */
function closed(call: ConnectedCall, outcome: RepairNote['outcome']): ConnectedCall {
  const last = call.repairs.at(-1);
  if (last?.outcome !== 'under-way') return call;
  return { ...call, repairs: [...call.repairs.slice(0, -1), { ...last, outcome }] };
}
