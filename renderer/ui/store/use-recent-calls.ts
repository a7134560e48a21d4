import { useEffect, useState } from 'react';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { useUi } from './ui-context.tsx';

const pauseMs = 80;
const limit = 24;
const noEntries: readonly HistoryEntry[] = [];

/**
 * Entries of the call list that match what was typed, newest first, as soon as the typing pauses.
 * @param whenEmpty what an empty query finds
 */
export function useRecentCalls(query: string, whenEmpty: 'nothing' | 'newest' = 'nothing'): readonly HistoryEntry[] {
  const { client } = useUi();
  const [found, setFound] = useState<{ query: string; entries: readonly HistoryEntry[] }>({ query: '', entries: noEntries });
  const search = query.trim();
  const nothing = search === '' && whenEmpty === 'nothing';
  useEffect(() => {
    if (nothing) return undefined;
    let current = true;
    const ask = (): void => {
      client.request('history.list', { filter: 'all', search, before: null, limit }).then(
        ({ entries }) => {
          if (current) setFound({ query: search, entries });
        },
        // people and dialling still work without the call list, which reports its own fault on its page
        () => undefined,
      );
    };
    const timer = setTimeout(ask, search === '' ? 0 : pauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, search, nothing]);
  return !nothing && found.query === search ? found.entries : noEntries;
}
