import { unreachable } from '../util/assert.ts';
import { ended } from './call-endings.ts';
import { changed, same } from './call-facts.ts';
import type { ConnectedCall, LiveCall, RepairCause, Step } from './call-state.ts';
import { nextRepairStep, repairStepMs } from './repair-plan.ts';

export function mediaLost(call: LiveCall, cause: RepairCause, farEndProduct: string, now: number): Step {
  switch (call.phase) {
    case 'ringing-in':
      // The answer that was made while it rang died with its window: ringing again makes it anew.
      return cause === 'window-lost' ? changed(call, { type: 'send-ringing' }) : same(call);
    case 'dialling':
    case 'ringing-out':
    case 'early-media':
    case 'answering':
      return cause === 'path-lost' ? same(call) : abandoned(call, now);
    case 'connected': {
      if (call.repair !== null && call.repair.cause !== 'path-lost' && cause === 'path-lost') return same(call);
      const strategy = nextRepairStep(cause, 0, farEndProduct);
      if (strategy === null) return same(call);
      return changed(
        { ...call, repair: { since: call.repair?.since ?? now, cause, strategy, attempt: 0 } },
        { type: 'repair-sip', strategy },
        { type: 'set-deadline', name: 'repair', afterMs: repairStepMs * 2 },
      );
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

export function mediaConnected(call: LiveCall): Step {
  if (call.phase === 'connected' && call.repair !== null) return changed({ ...call, mediaStood: true, repair: null });
  return call.mediaStood ? same(call) : changed({ ...call, mediaStood: true });
}

/** The new descriptions are in force: media gets its time from now on. */
export function repairNegotiated(call: LiveCall): Step {
  if (call.phase !== 'connected' || call.repair === null) return same(call);
  return changed(call, { type: 'set-deadline', name: 'repair', afterMs: repairStepMs });
}

/** A new peer connection serves the call. */
export function peerChanged(call: LiveCall): Step {
  if (call.phase !== 'connected') return same(call);
  const moved = call.recording === null ? [] : [{ type: 'move-recording' } as const];
  return changed(call, { type: 'start-audio' }, { type: 'apply-muted', muted: call.muted }, ...moved);
}

export function repairOverdue(call: ConnectedCall, farEndProduct: string): Step {
  if (call.repair === null) return same(call);
  const attempt = call.repair.attempt + 1;
  const strategy = nextRepairStep(call.repair.cause, attempt, farEndProduct);
  if (strategy === null) return same(call);
  return changed(
    { ...call, repair: { ...call.repair, strategy, attempt } },
    { type: 'repair-sip', strategy },
    { type: 'set-deadline', name: 'repair', afterMs: repairStepMs * 2 },
  );
}
