import { useEffect, useState } from 'react';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { useAppState, useUi } from '../../store/ui-context.tsx';
import { lastDialled } from './hits.ts';

/** The number that redial means; empty when nothing was dialled from here yet. Read while `wanted`, and again when the list changed. */
export function useLastDialled(wanted: boolean): string {
  const { client } = useUi();
  const calls = useAppState((app) => app.calls);
  const version = useAppState((app) => app.history.version);
  const [newest, setNewest] = useState<HistoryEntry | undefined>(undefined);
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    client.request('history.list', { filter: 'outgoing', search: '', before: null, limit: 1 }).then(
      ({ entries }) => {
        if (current) setNewest(entries[0]);
      },
      // without the list there is no redial row, and everything else works
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client, version, wanted]);
  return lastDialled(calls, newest);
}
