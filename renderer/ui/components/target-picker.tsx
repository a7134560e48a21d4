import type { LucideIcon } from 'lucide-react';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts-context.tsx';
import { isMac } from '../keyboard/platform.ts';
import { ariaShortcut, keyNames, type KeyCombination } from '../keyboard/shortcuts.ts';
import { Button } from './button.tsx';
import './target-picker.css';

/** One row of the list. */
export interface PickerRow<T> {
  readonly id: string;
  readonly target: T;
  /** Heading above the first row of a group. */
  readonly group: string;
  readonly content: ReactNode;
}

/** What can be done with the chosen row. The first one is what Enter does, the second one is what Ctrl+Enter does. */
export interface PickerVerb {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onChoose: () => void;
}

interface TargetPickerProps<T> {
  /** Name of field and list. */
  readonly label: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly rows: readonly PickerRow<T>[];
  /** For a row, or, when none is chosen yet, for showing what will be possible. */
  readonly verbsOf: (target: T | null) => readonly PickerVerb[];
  /** What stands in place of a list without rows. */
  readonly nothing: string;
}

const verbKeys: readonly KeyCombination[] = [{ key: 'Enter' }, { key: 'Enter', primary: true }];

/**
 * Choose somebody, then say what shall happen (combobox with a list that is always open): typing narrows the list and chooses its
 * first row, arrows move, a click chooses.
 */
export function TargetPicker<T>({ label, query, onQuery, rows, verbsOf, nothing }: TargetPickerProps<T>) {
  const id = useId();
  const [chosen, setChosen] = useState<string | null>(null);
  const active = rows.find((row) => row.id === chosen) ?? (query.trim() === '' ? undefined : rows[0]);
  const verbs = verbsOf(active?.target ?? null);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const at = rows.findIndex((row) => row === active);
      const to = event.key === 'ArrowDown' ? at + 1 : at < 0 ? -1 : at - 1;
      setChosen(rows.at(to % rows.length)?.id ?? null);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // Ctrl+Enter answers what rings elsewhere in the window
      event.stopPropagation();
      if (active !== undefined) verbs[event.ctrlKey || event.metaKey ? 1 : 0]?.onChoose();
    }
  }

  return (
    <div className="target-picker">
      <input
        type="text"
        role="combobox"
        className="field-input"
        placeholder={label}
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={rows.length > 0}
        aria-controls={`${id}-rows`}
        aria-activedescendant={active === undefined ? undefined : `${id}-${active.id}`}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={256}
        value={query}
        onChange={(event) => {
          setChosen(null);
          onQuery(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-rows`} className="target-rows" role="listbox" aria-label={label} tabIndex={-1}>
        {groupsOf(rows).map(({ group, rows: grouped }) => (
          <div key={group} role="group" aria-label={group}>
            <p className="target-group" aria-hidden>
              {group}
            </p>
            {grouped.map((row) => (
              <div
                key={row.id}
                id={`${id}-${row.id}`}
                role="option"
                aria-selected={row === active}
                className="target-row"
                ref={(element) => {
                  if (row === active && chosen !== null) element?.scrollIntoView({ block: 'nearest' });
                }}
                // the field keeps the focus, and with it the arrows
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => setChosen(row.id)}
                onDoubleClick={() => verbsOf(row.target)[0]?.onChoose()}
              >
                {row.content}
              </div>
            ))}
          </div>
        ))}
      </div>
      {rows.length === 0 && <p className="target-nothing">{nothing}</p>}
      <div className="panel-actions">
        {verbs.map((verb, index) => (
          <VerbButton key={verb.id} verb={verb} first={index === 0} keys={verbKeys[index]} disabled={active === undefined} />
        ))}
      </div>
    </div>
  );
}

interface VerbButtonProps {
  readonly verb: PickerVerb;
  readonly first: boolean;
  readonly keys: KeyCombination | undefined;
  readonly disabled: boolean;
}

function VerbButton({ verb, first, keys, disabled }: VerbButtonProps) {
  const { t } = useTexts();
  const mac = isMac();
  return (
    <Button
      kind={first ? 'primary' : 'plain'}
      icon={verb.icon}
      disabled={disabled}
      title={keys && keyNames(keys, mac, t).join('+')}
      aria-keyshortcuts={keys && ariaShortcut(keys, mac)}
      onClick={verb.onChoose}
    >
      {verb.label}
    </Button>
  );
}

function groupsOf<T>(rows: readonly PickerRow<T>[]): { group: string; rows: PickerRow<T>[] }[] {
  const groups: { group: string; rows: PickerRow<T>[] }[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.group === row.group) last.rows.push(row);
    else groups.push({ group: row.group, rows: [row] });
  }
  return groups;
}
