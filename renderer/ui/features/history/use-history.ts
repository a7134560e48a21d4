import { useCallback, useEffect, useState } from 'react';
import type { HistoryEntry, HistoryPage, HistoryQuery } from '#shared/calls/history-entry.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { failureReport } from '../../bridge.ts';
import { useAppState, useUi, useView } from '../../store/ui-context.tsx';

const pageSize = 100;
const largestPage = 200;

export interface HistoryView {
  readonly entries: readonly HistoryEntry[];
  readonly more: boolean;
  readonly loaded: boolean;
  readonly error: ErrorReport | null;
  /** Adds the next older page. */
  showOlder(): void;
  /** Reads again after an error. */
  retry(): void;
}

interface Loaded extends HistoryPage {
  /** Filter and search that the entries belong to. */
  readonly of: string;
}

const nothing: Loaded = { of: '', entries: [], more: false };

/** The call list for the chosen filter and search; reads again whenever main says that the list changed. */
export function useHistory(): HistoryView {
  const { client } = useUi();
  const filter = useView((view) => view.historyFilter);
  const search = useView((view) => view.historySearch.trim());
  const version = useAppState((app) => app.history.version);
  const [list, setList] = useState<Loaded>(nothing);
  const [error, setError] = useState<ErrorReport | null>(null);
  const [attempt, setAttempt] = useState(0);
  const of = `${filter} ${search}`;

  useEffect(() => {
    let current = true;
    const read = async (): Promise<void> => {
      try {
        const page = await client.request('history.list', { filter, search, before: null, limit: pageSize });
        if (!current) return;
        setError(null);
        setList((old) => ({ of, ...merge(old.of === of ? old : nothing, page) }));
      } catch (failure) {
        if (current) setError(failureReport(failure));
      }
    };
    void read();
    return () => {
      current = false;
    };
  }, [client, filter, search, of, version, attempt]);

  const showOlder = useCallback(() => {
    const last = list.entries.at(-1);
    if (last === undefined) return;
    const query: HistoryQuery = { filter, search, before: { startedAt: last.startedAt, id: last.id }, limit: largestPage };
    client.request('history.list', query).then(
      (page) =>
        setList((old) =>
          old.of === of && old.entries.at(-1) === last ? { of, entries: [...old.entries, ...page.entries], more: page.more } : old,
        ),
      (failure: unknown) => setError(failureReport(failure)),
    );
  }, [client, filter, search, of, list]);

  return { entries: list.entries, more: list.more, loaded: list.of === of, error, showOlder, retry: () => setAttempt((old) => old + 1) };
}

/** The newest page again, with the older entries that were already open behind it. */
function merge(old: HistoryPage, page: HistoryPage): HistoryPage {
  const last = page.entries.at(-1);
  if (last === undefined || !page.more) return page;
  const older = old.entries.filter(
    (entry) => entry.startedAt < last.startedAt || (entry.startedAt === last.startedAt && entry.id < last.id),
  );
  return older.length === 0 ? page : { entries: [...page.entries, ...older], more: old.more };
}
