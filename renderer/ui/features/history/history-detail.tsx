import { Copy, Phone, PhoneCall, Trash2 } from 'lucide-react';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { entryName, entryStory } from '../../i18n/history-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands, useUi, useView } from '../../store/ui-context.tsx';
import '../../components/facts.css';
import '../../components/list.css';

/** What happened in one call, and what to do about it. */
export function HistoryDetail() {
  const { t } = useTexts();
  const entry = useView((view) => view.entry);
  const inCall = useAppState((app) => app.calls.length > 0);
  if (entry !== null) return <Detail entry={entry} />;
  return inCall ? null : <EmptyState icon={PhoneCall} title={t('history.pickTitle')} text={t('history.pickText')} />;
}

function Detail({ entry }: { readonly entry: HistoryEntry }) {
  const texts = useTexts();
  const { t, count, formats } = texts;
  const { view } = useUi();
  const { ask, copy, dial, say } = useCommands();
  const name = entryName(texts, entry);
  const number = displayText(entry.number);

  async function remove(): Promise<void> {
    const answer = await ask('history.remove', { ids: [entry.id] });
    if (answer === undefined) return;
    view.setState({ entry: null });
    say(count('history.deleted', answer.removed.length), () => void ask('history.restore', { entries: answer.removed }));
  }

  return (
    <article className="detail-page" aria-label={name}>
      <div className="detail-head">
        <Avatar name={name} size="huge" />
        <div>
          <h1 className="detail-title">
            <bdi>{name}</bdi>
          </h1>
          {number !== name && (
            <p className="muted">
              <StrangerText text={number} />
            </p>
          )}
        </div>
      </div>
      <div className="detail-actions">
        {entry.number !== '' && (
          <>
            <Button kind="primary" icon={Phone} onClick={() => dial(entry.number)}>
              {t('actions.callAgain')}
            </Button>
            <Button icon={Copy} onClick={() => copy(entry.number, t('actions.copied'))}>
              {t('actions.copyNumber')}
            </Button>
          </>
        )}
        <Button icon={Trash2} onClick={() => void remove()}>
          {t('actions.delete')}
        </Button>
      </div>
      <p className="detail-story">{entryStory(texts, entry)}</p>
      <dl className="facts">
        <div>
          <dt>{t('history.when')}</dt>
          <dd>{formats.dateTime(entry.startedAt)}</dd>
        </div>
        <div>
          <dt>{t('history.rang')}</dt>
          <dd>{formats.duration(entry.ringMs)}</dd>
        </div>
        {entry.outcome === 'answered' && (
          <div>
            <dt>{t('history.talked')}</dt>
            <dd>{formats.duration(entry.talkMs)}</dd>
          </div>
        )}
      </dl>
    </article>
  );
}
