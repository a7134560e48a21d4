import type { EndReason, Party } from './call.ts';
import { nameOfParty } from './call-facts.ts';
import type { Call, OverCall } from './call-state.ts';
import type { HistoryEntry } from './history-entry.ts';
import type { RingRecord } from './ring-record.ts';

/** What the machine does not know of a call. */
export interface CallRecord {
  readonly accountId: string;
  /** Sound as heard over the whole call; null when it was not measured. */
  readonly quality: HistoryEntry['quality'];
  /** Absolute path of its recording; null when there is none. */
  readonly recording: string | null;
  /** What was done to make it ring; null for calls of our own. */
  readonly ring: RingRecord | null;
}

/** The line in the call list for a call that is over. */
export function historyOfCall(call: OverCall, { accountId, quality, recording, ring }: CallRecord): HistoryEntry {
  const { reason } = call;
  const outcome = outcomeOf(call);
  return {
    id: call.id,
    accountId,
    direction: call.direction,
    outcome,
    name: shortened(call.remote.displayName),
    number: shortened(call.remote.number),
    via: nameOf(call.redirectedBy ?? call.calledAs),
    startedAt: call.startedAt,
    ringMs: Math.max(0, (call.connectedAt ?? call.endedAt) - call.startedAt),
    talkMs: call.connectedAt === null ? 0 : Math.max(0, call.endedAt - call.connectedAt),
    endedBy: endedBy(reason),
    errorCode: reason.kind === 'failed' ? reason.error.code : null,
    dialled: call.dialled,
    party: partyOf(reason),
    emergency: call.emergency,
    quality: call.connectedAt === null ? null : quality,
    recording,
    ring,
    unseen: outcome === 'missed',
  };
}

/** The line that stands in the call list if this process dies now. */
export function draftOfCall(
  call: Exclude<Call, OverCall>,
  { accountId, ring }: Pick<CallRecord, 'accountId' | 'ring'>,
  now: number,
): HistoryEntry {
  const connectedAt = call.phase === 'connected' || call.phase === 'ending' ? call.connectedAt : null;
  const reason: EndReason = { kind: 'failed', error: { code: 'call-lost', details: {} } };
  return historyOfCall({ ...call, phase: 'ended', reason, connectedAt, endedAt: now }, { accountId, ring, quality: null, recording: null });
}

function outcomeOf(call: OverCall): HistoryEntry['outcome'] {
  const { kind } = call.reason;
  if (kind === 'transferred' || kind === 'parked') return kind;
  if (call.connectedAt !== null) return 'answered';
  const isIncoming = call.direction === 'incoming';
  switch (kind) {
    case 'hung-up':
      return isIncoming ? 'missed' : 'cancelled';
    case 'failed':
      return isIncoming ? 'missed' : 'failed';
    case 'busy':
      // They heard busy, and nobody here has heard of them.
      return isIncoming ? 'missed' : 'busy';
    default:
      return kind;
  }
}

function endedBy(reason: EndReason): HistoryEntry['endedBy'] {
  switch (reason.kind) {
    case 'hung-up':
    case 'declined':
      return reason.by;
    case 'cancelled':
    case 'transferred':
    case 'forwarded':
    case 'parked':
    case 'not-disturbed':
      return 'local';
    case 'failed':
      return 'network';
    default:
      return 'remote';
  }
}

function partyOf(reason: EndReason): string {
  switch (reason.kind) {
    case 'transferred':
      return nameOf(reason.to);
    case 'forwarded':
      return shortened(reason.to);
    case 'parked':
      return shortened(reason.slot);
    case 'answered-elsewhere':
    case 'declined':
    case 'busy':
      return nameOf(reason.who);
    default:
      return '';
  }
}

function nameOf(party: Party | null): string {
  return party === null ? '' : shortened(nameOfParty(party));
}

/** The longest text that a line of the call list takes. */
function shortened(text: string): string {
  return text.slice(0, 256);
}
