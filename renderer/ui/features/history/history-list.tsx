import { Disc, Phone, PhoneMissed, Search, Siren } from 'lucide-react';
import { useMemo } from 'react';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorCard } from '../../components/error-card.tsx';
import { ListSearch } from '../../components/list-search.tsx';
import { Progress } from '../../components/meter.tsx';
import { RovingList, rowTabIndex } from '../../components/roving-list.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { entryName, entryOutcome } from '../../i18n/history-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands, useUi, useView } from '../../store/ui-context.tsx';
import { groupByDay } from './day-groups.ts';
import { OutcomeSign } from './outcome-sign.tsx';
import { useHistory } from './use-history.ts';
import '../../components/list.css';
import './history.css';

const filters = ['all', 'missed', 'incoming', 'outgoing'] as const;
const panelId = 'history-panel';

/** The call list: filters, search, and the calls by day. */
export function HistoryList() {
  const { t } = useTexts();
  const { view } = useUi();
  const filter = useView((now) => now.historyFilter);
  const search = useView((now) => now.historySearch);
  const unseen = useAppState((app) => app.history.unseenMissed);
  const markSeen = useMarkSeen();
  return (
    <div className="list-column" onPointerDown={markSeen} onKeyDown={markSeen}>
      <div className="list-head">
        <h1 className="visually-hidden">{t('history.title')}</h1>
        <Tabs
          label={t('history.filters')}
          panel={panelId}
          value={filter}
          onValue={(historyFilter) => view.setState({ historyFilter })}
          tabs={filters.map((value) => ({ value, label: t(`history.${value}`), ...(value === 'missed' ? { badge: unseen } : {}) }))}
        />
        <ListSearch label={t('history.search')} value={search} onValue={(historySearch) => view.setState({ historySearch })} />
      </div>
      <div className="list-body" id={panelId} role="tabpanel" aria-label={t(`history.${filter}`)}>
        <Entries />
      </div>
    </div>
  );
}

/** Missed calls count as seen once the person did something with the list that shows them. */
function useMarkSeen(): () => void {
  const { client } = useUi();
  const unseen = useAppState((app) => app.history.unseenMissed);
  return () => {
    // when it fails the badge stays, and the next touch tries again
    if (unseen > 0) client.request('history.mark-seen', {}).catch(() => undefined);
  };
}

function Entries() {
  const { t, formats } = useTexts();
  const { now } = useUi();
  const { entries, more, loaded, error, showOlder, retry } = useHistory();
  const chosen = useView((view) => view.entry?.id ?? null);
  const groups = useMemo(() => groupByDay(entries, formats.dayKey), [entries, formats]);
  const ids = useMemo(() => entries.map((entry) => entry.id), [entries]);

  if (error !== null) return <ErrorCard report={error} fix={<Button onClick={retry}>{t('signIn.tryAgain')}</Button>} />;
  if (!loaded) return <Progress text={t('history.loading')} />;
  if (entries.length === 0) return <NoEntries />;

  const today = formats.dayKey(now());
  const yesterday = formats.dayKey(now() - 86_400_000);
  const dayName = (key: string, at: number): string =>
    key === today ? t('history.today') : key === yesterday ? t('history.yesterday') : formats.day(at);
  return (
    <RovingList label={t('history.title')}>
      {groups.map((group) => (
        <section key={group.key} aria-label={dayName(group.key, group.at)}>
          <h2 className="list-group">{dayName(group.key, group.at)}</h2>
          <ul>
            {group.entries.map((entry) => (
              <li key={entry.id}>
                <Row entry={entry} chosen={entry.id === chosen} tabIndex={rowTabIndex(entry.id, chosen, ids)} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {more && (
        <div className="list-more">
          <Button onClick={showOlder}>{t('history.older')}</Button>
        </div>
      )}
    </RovingList>
  );
}

function Row({ entry, chosen, tabIndex }: { readonly entry: HistoryEntry; readonly chosen: boolean; readonly tabIndex: 0 | -1 }) {
  const texts = useTexts();
  const { view, commands } = useUi();
  const name = entryName(texts, entry);
  const missed = entry.outcome === 'missed';
  const number = displayText(entry.number);
  const via = displayText(entry.via);
  const parts = [
    number === name || missed ? '' : number,
    entryOutcome(texts, entry),
    missed && via !== '' ? texts.t('call.for', { name: via }) : '',
  ].filter(Boolean);
  return (
    <button
      type="button"
      data-row
      tabIndex={tabIndex}
      aria-current={chosen || undefined}
      className={classNames('list-row', missed && 'list-row-missed', entry.unseen && 'list-row-unseen')}
      onClick={() => view.setState({ entry })}
      onDoubleClick={() => commands.dial(entry.number)}
    >
      <Avatar name={name} />
      <span className="list-row-name one-line">
        <bdi>{name}</bdi>
      </span>
      <span className="list-row-sub">
        <OutcomeSign entry={entry} />
        {entry.emergency && <Siren size={13} className="history-emergency" aria-label={texts.t('history.emergency')} />}
        <span className="one-line">{parts.join(', ')}</span>
        {entry.recording !== null && <Disc size={13} aria-label={texts.t('history.recorded')} />}
      </span>
      <time className="list-row-time" dateTime={new Date(entry.startedAt).toISOString()}>
        {texts.formats.time(entry.startedAt)}
      </time>
    </button>
  );
}

function NoEntries() {
  const { t } = useTexts();
  const { view } = useUi();
  const { focusSearch } = useCommands();
  const filter = useView((now) => now.historyFilter);
  const query = useView((now) => now.historySearch.trim());
  const showAll = <Button onClick={() => view.setState({ historyFilter: 'all', historySearch: '' })}>{t('history.showAll')}</Button>;
  if (query !== '') {
    return (
      <EmptyState icon={Search} title={t('history.nothingFoundTitle')} text={t('history.nothingFoundText', { query })} action={showAll} />
    );
  }
  if (filter === 'missed') {
    return <EmptyState icon={PhoneMissed} title={t('history.emptyMissedTitle')} text={t('history.emptyMissedText')} action={showAll} />;
  }
  const dial = (
    <Button kind="primary" onClick={() => focusSearch()}>
      {t('history.emptyAction')}
    </Button>
  );
  return <EmptyState icon={Phone} title={t('history.emptyTitle')} text={t('history.emptyText')} action={dial} />;
}
