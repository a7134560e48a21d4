import type { HistoryEntry } from '#shared/calls/history-entry.ts';

export interface DayGroup {
  readonly key: string;
  /** The newest entry's time stands for the day. */
  readonly at: number;
  readonly entries: readonly HistoryEntry[];
}

/** Neighbours of the same local day together, in the given order. */
export function groupByDay(entries: readonly HistoryEntry[], dayKey: (wallMs: number) => string): DayGroup[] {
  const groups: { key: string; at: number; entries: HistoryEntry[] }[] = [];
  for (const entry of entries) {
    const key = dayKey(entry.startedAt);
    const last = groups.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else groups.push({ key, at: entry.startedAt, entries: [entry] });
  }
  return groups;
}
