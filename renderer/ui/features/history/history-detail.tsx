import { Copy, FolderOpen, MessageSquareText, Phone, PhoneCall, Siren, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Facts } from '../../components/facts.tsx';
import { MessageDialog } from '../../components/message-dialog.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { entryName, entryStory } from '../../i18n/history-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands, useUi, useView } from '../../store/ui-context.tsx';
import { WhyNotRung } from './why-not-rung.tsx';
import '../../components/list.css';
import './history.css';

/** What happened in one call, and what to do about it. */
export function HistoryDetail() {
  const { t } = useTexts();
  const entry = useView((view) => view.entry);
  const inCall = useAppState((app) => app.calls.length > 0);
  if (entry !== null) return <Detail key={entry.id} entry={entry} />;
  return inCall ? null : <EmptyState icon={PhoneCall} title={t('history.pickTitle')} text={t('history.pickText')} />;
}

function Detail({ entry }: { readonly entry: HistoryEntry }) {
  const texts = useTexts();
  const { t, count } = texts;
  const { view } = useUi();
  const { ask, copy, dial, say } = useCommands();
  const [writing, setWriting] = useState(false);
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
              {t(entry.direction === 'incoming' ? 'actions.callBack' : 'actions.callAgain')}
            </Button>
            <Button icon={MessageSquareText} onClick={() => setWriting(true)}>
              {t('history.message')}
            </Button>
            <Button icon={Copy} onClick={() => copy(entry.number, t('actions.copied'))}>
              {t('actions.copyNumber')}
            </Button>
          </>
        )}
        {entry.recording !== null && (
          <Button icon={FolderOpen} onClick={() => void ask('recording.show', { id: entry.id })}>
            {t('history.showRecording')}
          </Button>
        )}
        <Button icon={Trash2} onClick={() => void remove()}>
          {t('actions.delete')}
        </Button>
      </div>
      {entry.emergency && (
        <p className="history-emergency">
          <Siren size={16} aria-hidden />
          <span>
            {entry.direction === 'incoming' ? t('call.sign.emergencyCallBack') : t('history.emergencyText', { number: entry.dialled })}
          </span>
        </p>
      )}
      <p className="detail-story">{entryStory(texts, entry)}</p>
      <WhyNotRung entry={entry} />
      <EntryFacts entry={entry} />
      {writing && <MessageDialog name={name} target={entry.number} onClose={() => setWriting(false)} />}
    </article>
  );
}

function EntryFacts({ entry }: { readonly entry: HistoryEntry }) {
  const { t, formats } = useTexts();
  const account = useAppState((app) => app.session.account);
  const facts: (readonly [string, string])[] = [
    [t('history.when'), formats.dateTime(entry.startedAt)],
    [t('history.rang'), formats.duration(entry.ringMs)],
  ];
  if (entry.talkMs > 0) facts.push([t('history.talked'), formats.duration(entry.talkMs)]);
  if (entry.dialled !== '') facts.push([t('history.dialled'), displayText(entry.dialled)]);
  if (account?.id === entry.accountId) facts.push([t('history.line'), displayText(account.displayName) || account.user]);
  if (entry.quality !== null) facts.push([t('history.sound'), t(`call.quality.${entry.quality}`)]);
  if (entry.recording !== null) facts.push([t('history.recording'), displayText(entry.recording, 1024)]);
  return <Facts facts={facts} />;
}
