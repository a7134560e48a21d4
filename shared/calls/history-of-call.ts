import type { Call } from './call-state.ts';
import type { HistoryEntry } from './history-entry.ts';

/** The line in the call list for a call that has ended. */
export function historyOfCall(call: Extract<Call, { phase: 'ended' }>, accountId: string): HistoryEntry {
  const { reason } = call;
  const outcome = outcomeOf(call);
  return {
    id: call.id,
    accountId,
    direction: call.direction,
    outcome,
    name: call.remote.displayName.slice(0, 256),
    number: call.remote.number.slice(0, 256),
    via: call.redirectedBy === null ? '' : (call.redirectedBy.displayName || call.redirectedBy.number).slice(0, 256),
    startedAt: call.startedAt,
    ringMs: Math.max(0, (call.connectedAt ?? call.endedAt) - call.startedAt),
    talkMs: call.connectedAt === null ? 0 : Math.max(0, call.endedAt - call.connectedAt),
    endedBy: endedBy(call),
    errorCode: reason.kind === 'failed' ? reason.error.code : null,
    unseen: outcome === 'missed',
  };
}

function outcomeOf(call: Extract<Call, { phase: 'ended' }>): HistoryEntry['outcome'] {
  if (call.connectedAt !== null) return 'answered';
  switch (call.reason.kind) {
    case 'hung-up':
      return call.direction === 'incoming' ? 'missed' : 'cancelled';
    case 'failed':
      return call.direction === 'incoming' ? 'missed' : 'failed';
    default:
      return call.reason.kind;
  }
}

function endedBy(call: Extract<Call, { phase: 'ended' }>): HistoryEntry['endedBy'] {
  switch (call.reason.kind) {
    case 'hung-up':
    case 'declined':
      return call.reason.by;
    case 'cancelled':
      return 'local';
    case 'failed':
      return 'network';
    default:
      return 'remote';
  }
}
