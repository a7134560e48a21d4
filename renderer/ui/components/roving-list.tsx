import type { KeyboardEvent, ReactNode } from 'react';

const rowSelector = '[data-row]';

/**
 * Long lists with one tab stop: arrows, Home and End move among the elements marked with `data-row`. The row that
 * `rowTabIndex` names is the stop.
 */
export function RovingList({ label, id, children }: { readonly label: string; readonly id?: string; readonly children: ReactNode }) {
  function move(event: KeyboardEvent<HTMLDivElement>): void {
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(rowSelector)];
    const at = rows.findIndex((row) => row === document.activeElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    rows[Math.min(rows.length - 1, Math.max(0, to))]?.focus();
  }
  return (
    <div className="roving-list" id={id} role="group" aria-label={label} onKeyDown={move}>
      {children}
    </div>
  );
}

/** 0 for the chosen row, or for the first when none in the list is chosen. */
export function rowTabIndex(id: string, chosen: string | null, ids: readonly string[]): 0 | -1 {
  const stop = chosen !== null && ids.includes(chosen) ? chosen : ids[0];
  return id === stop ? 0 : -1;
}
