import { Clock3, Phone, Search, X } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { IconButton } from '../../components/button.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { isMac } from '../../keyboard/platform.ts';
import { ariaShortcut, keyNames, shortcuts } from '../../keyboard/shortcuts.ts';
import { useAppState, useUi, useView } from '../../store/ui-context.tsx';
import { findHits, type Hit } from './hits.ts';
import { useRecentMatches } from './use-recent-matches.ts';
import './search-field.css';

/** "Search or dial": a combobox (ARIA authoring practices) whose first hit Enter calls. */
export function SearchField() {
  const texts = useTexts();
  const { t, count } = texts;
  const { view, commands } = useUi();
  const query = useView((now) => now.query);
  const focusRequests = useView((now) => now.searchFocus);
  const people = useAppState((app) => app.people);
  const recent = useRecentMatches(query);
  const hits = useMemo(() => findHits(query, people, recent), [query, people, recent]);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  useEffect(() => {
    if (focusRequests === 0) return;
    input.current?.focus();
    input.current?.select();
  }, [focusRequests]);

  const active = hits.find((hit) => hit.id === chosen) ?? hits[0];
  const shown = open && query.trim() !== '';

  function setQuery(text: string): void {
    view.setState({ query: text });
    setChosen(null);
    setOpen(true);
  }

  function call(hit: Hit): void {
    setQuery('');
    setOpen(false);
    input.current?.blur();
    commands.dial(hit.target);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (shown) setOpen(false);
      else if (query !== '') setQuery('');
      else input.current?.blur();
    } else if (event.key === 'Enter' && active) {
      event.preventDefault();
      call(active);
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && hits.length > 0) {
      event.preventDefault();
      setOpen(true);
      const at = hits.findIndex((hit) => hit === active);
      setChosen(hits[(at + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % hits.length]?.id ?? null);
    }
  }

  return (
    <div className="search" onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}>
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
          aria-activedescendant={shown && active ? `${id}-${active.id}` : undefined}
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
          <IconButton
            icon={X}
            label={t('search.clear')}
            onClick={() => {
              setQuery('');
              input.current?.focus();
            }}
          />
        )}
      </div>
      <div className="search-popup" hidden={!shown}>
        <div id={`${id}-hits`} role="listbox" aria-label={t('search.label')}>
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
              <HitRow hit={hit} />
            </div>
          ))}
        </div>
        {hits.length === 0 && <p className="search-nothing">{t(/\p{L}/u.test(query) ? 'search.nothing' : 'search.notDialable')}</p>}
      </div>
      <span className="visually-hidden" role="status">
        {shown ? count('search.results', hits.length) : ''}
      </span>
    </div>
  );
}

function HitRow({ hit }: { readonly hit: Hit }) {
  const { t, formats } = useTexts();
  switch (hit.kind) {
    case 'person':
      return (
        <>
          <Avatar name={hit.person.name} size="small" />
          <span className="search-hit-name one-line">
            <StrangerText text={hit.person.name} />
          </span>
          <span className="muted one-line">{[hit.target, displayText(hit.person.note)].filter(Boolean).join(', ')}</span>
        </>
      );
    case 'recent':
      return (
        <>
          <Clock3 size={18} aria-hidden />
          <span className="search-hit-name one-line">
            <StrangerText text={hit.entry.name || hit.entry.number} />
          </span>
          <span className="muted one-line">{`${displayText(hit.entry.number)}, ${formats.dateTime(hit.entry.startedAt)}`}</span>
        </>
      );
    case 'dial':
      return (
        <>
          <Phone size={18} aria-hidden />
          <span className="search-hit-name one-line">{t('search.callNumber', { number: hit.typed })}</span>
          <span className="muted one-line">
            {hit.target.startsWith('sip')
              ? t('search.dialledAsAddress', { address: hit.target })
              : t('search.dialledAs', { number: hit.target })}
          </span>
        </>
      );
  }
}
