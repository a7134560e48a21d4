import type { HistoryEntry, HistoryQuery } from '#shared/calls/history-entry.ts';

/** An answered incoming call of Anna Weber, but for what is given. */
export function historyEntry(part: Partial<HistoryEntry> & Pick<HistoryEntry, 'id'>): HistoryEntry {
  return {
    accountId: 'account',
    direction: 'incoming',
    outcome: 'answered',
    name: 'Anna Weber',
    number: '+49 30 123456',
    via: '',
    startedAt: 1000,
    ringMs: 4000,
    talkMs: 60_000,
    endedBy: 'remote',
    errorCode: null,
    dialled: '',
    party: '',
    emergency: false,
    quality: null,
    recording: null,
    ring: null,
    unseen: false,
    ...part,
  };
}

/** Everything, newest first, but for what is given. */
export function historyQuery(part: Partial<HistoryQuery> = {}): HistoryQuery {
  return { filter: 'all', search: '', before: null, limit: 50, ...part };
}
