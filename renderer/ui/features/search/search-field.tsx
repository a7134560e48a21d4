import { Grip, RotateCcw, Search, X } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { readDial } from '#shared/calls/dial-plan.ts';
import type { DialOptions } from '#shared/ipc/ui-contract.ts';
import { IconButton } from '../../components/button.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { isMac } from '../../keyboard/platform.ts';
import { ariaShortcut, keyNames, shortcuts } from '../../keyboard/shortcuts.ts';
import { useAppState, useUi, useView } from '../../store/ui-context.tsx';
import { useRecentCalls } from '../../store/use-recent-calls.ts';
import { CallMenu } from './call-menu.tsx';
import { DialPad } from './dial-pad.tsx';
import { HitRow } from './hit-row.tsx';
import { findHits, type Hit } from './hits.ts';
import { useLastDialled } from './use-last-dialled.ts';
import './search-field.css';

/** The row of an empty field. */
const redialId = 'redial';

/** "Search or dial": a combobox (ARIA authoring practices) whose first hit Enter calls, with a dial pad below it. */
export function SearchField() {
  const { t, count } = useTexts();
  const { view, commands } = useUi();
  const query = useView((now) => now.query);
  const focusRequests = useView((now) => now.searchFocus);
  const people = useAppState((app) => app.people);
  const dialling = useAppState((app) => app.settings.dialling);
  const recent = useRecentCalls(query);
  const hits = useMemo(() => findHits(query, people, recent, dialling), [query, people, recent, dialling]);
  const [open, setOpen] = useState(false);
  const [pad, setPad] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const empty = query.trim() === '';
  const last = useLastDialled(open && empty);
  const lastRead = readDial(last, dialling);

  useEffect(() => {
    if (focusRequests === 0) return;
    input.current?.focus();
    input.current?.select();
  }, [focusRequests]);

  const redial = empty && last !== '';
  const redialChosen = redial && chosen === redialId;
  const active = hits.find((hit) => hit.id === chosen) ?? hits[0];
  const shown = open && (!empty || redial || pad);
  const activeId = active?.id ?? (redialChosen ? redialId : undefined);

  function setQuery(text: string): void {
    view.setState({ query: text });
    setChosen(null);
    setOpen(true);
  }

  function close(): void {
    setOpen(false);
    setPad(false);
  }

  function call(hit: Hit, options?: Partial<DialOptions>): void {
    setQuery('');
    close();
    input.current?.blur();
    commands.dial(hit.target, options);
  }

  function callAgain(): void {
    setQuery('');
    close();
    input.current?.blur();
    commands.redial();
  }

  function togglePad(): void {
    setPad(!pad);
    setOpen(!pad || !empty);
    // what the keyboard types belongs into the field
    input.current?.focus();
  }

  function onEnter(): void {
    if (active) call(active);
    else if (redialChosen) callAgain();
    else if (redial) setQuery(last);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ids = redial ? [redialId] : hits.map((hit) => hit.id);
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (shown) close();
      else if (query === '') input.current?.blur();
      else {
        setQuery('');
        setOpen(false);
      }
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onEnter();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && ids.length > 0) {
      event.preventDefault();
      setOpen(true);
      const at = ids.findIndex((row) => row === activeId);
      const to = event.key === 'ArrowDown' ? at + 1 : at - 1;
      setChosen(ids.at(to % ids.length) ?? null);
    }
  }

  return (
    <div
      className="search"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <div className="search-box">
        <Search size={15} aria-hidden />
        <input
          ref={input}
          type="text"
          role="combobox"
          className="search-input"
          placeholder={t('search.label')}
          aria-label={t('search.label')}
          aria-keyshortcuts={ariaShortcut(shortcuts.search, isMac())}
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={`${id}-hits`}
          aria-activedescendant={shown && activeId !== undefined ? `${id}-${activeId}` : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onFocus={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
        {query === '' ? (
          <kbd aria-hidden>{keyNames(shortcuts.search, isMac(), t).join(' ')}</kbd>
        ) : (
          <>
            {active !== undefined && isOrdinary(active) && <CallMenu onCall={(options) => call(active, options)} />}
            <IconButton
              icon={X}
              label={t('search.clear')}
              onClick={() => {
                setQuery('');
                input.current?.focus();
              }}
            />
          </>
        )}
        <IconButton icon={Grip} label={t('dialPad.title')} aria-pressed={pad} onClick={togglePad} />
      </div>
      <div
        className="search-popup"
        hidden={!shown}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          input.current?.focus();
          close();
        }}
      >
        {pad && <DialPad number={query} onNumber={setQuery} onCall={active && (() => call(active))} />}
        <div id={`${id}-hits`} role="listbox" aria-label={t('search.label')}>
          {redial && (
            <div
              id={`${id}-${redialId}`}
              role="option"
              aria-selected={redialChosen}
              className="search-hit"
              onPointerDown={(event) => event.preventDefault()}
              onClick={callAgain}
            >
              <RotateCcw size={18} aria-hidden />
              <span className="search-hit-name one-line">{t('search.redial', { number: lastRead.ok ? lastRead.shown : last })}</span>
              <span className="muted one-line">{t('search.redialHint')}</span>
            </div>
          )}
          {hits.map((hit) => (
            <div
              key={hit.id}
              id={`${id}-${hit.id}`}
              role="option"
              aria-selected={hit === active}
              className="search-hit"
              ref={(row) => {
                if (hit === active && chosen !== null) row?.scrollIntoView({ block: 'nearest' });
              }}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => call(hit)}
            >
              <HitRow hit={hit} hidden={dialling.hideNumber} />
            </div>
          ))}
        </div>
        {!empty && hits.length === 0 && <Nothing query={query} />}
      </div>
      <span className="visually-hidden" role="status">
        {shown && !empty ? count('search.results', hits.length) : ''}
      </span>
    </div>
  );
}

/** Why there is no hit: nobody of that name, or a number that cannot be dialled. */
function Nothing({ query }: { readonly query: string }) {
  const { t, error } = useTexts();
  const dialling = useAppState((app) => app.settings.dialling);
  const read = readDial(query.trim(), dialling);
  if (read.ok || /\p{L}/u.test(query)) return <p className="search-nothing">{t('search.nothing')}</p>;
  const { title, next } = error(read.error);
  return <p className="search-nothing">{`${title}. ${next}`}</p>;
}

/** Emergency services see every number, and a code or an address shows what the server wants. */
function isOrdinary({ read }: Hit): boolean {
  return read.kind === 'internal' || read.kind === 'external';
}
