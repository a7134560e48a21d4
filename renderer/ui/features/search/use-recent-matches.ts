import { useEffect, useState } from 'react';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { useUi } from '../../store/ui-context.tsx';

const pauseMs = 80;
const noEntries: readonly HistoryEntry[] = [];

/** Entries of the call list that match what was typed, as soon as the typing pauses. */
export function useRecentMatches(query: string): readonly HistoryEntry[] {
  const { client } = useUi();
  const [found, setFound] = useState<{ query: string; entries: readonly HistoryEntry[] }>({ query: '', entries: noEntries });
  const search = query.trim();
  useEffect(() => {
    if (search === '') return undefined;
    let current = true;
    const timer = setTimeout(() => {
      client.request('history.list', { filter: 'all', search, before: null, limit: 24 }).then(
        ({ entries }) => {
          if (current) setFound({ query: search, entries });
        },
        // people and dialling still work without the call list, which reports its own fault on its page
        () => undefined,
      );
    }, pauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, search]);
  return found.query === search ? found.entries : noEntries;
}
