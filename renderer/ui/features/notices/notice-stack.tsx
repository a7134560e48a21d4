import { ErrorCard } from '../../components/error-card.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { FreeNow, Waiting } from './callback-notes.tsx';
import { DevicesNote } from './devices-note.tsx';
import { MessageNote } from './message-note.tsx';
import './notice-stack.css';

/** What happened once and that the person should know, until it is dismissed: other devices, messages, who became free, faults. */
export function NoticeStack() {
  const { t } = useTexts();
  const { ask } = useCommands();
  const notices = useAppState((app) => app.notices);
  const messages = useAppState((app) => app.messages);
  const callbacks = useAppState((app) => app.callbacks);
  const undecided = useAppState((app) => app.connectivity.undecided);
  if (notices.length + messages.length + callbacks.length + undecided.length === 0) return null;
  return (
    <section className="notice-stack" data-region="notices" aria-label={t('regions.notices')} role="region">
      <DevicesNote />
      {callbacks
        .filter(({ state }) => state === 'free')
        .map((callback) => (
          <FreeNow key={callback.id} callback={callback} />
        ))}
      {messages.map((message) => (
        <MessageNote key={message.id} message={message} />
      ))}
      {notices.map((notice) => (
        <ErrorCard
          key={notice.id}
          report={notice.error}
          level={notice.level}
          onDismiss={() => void ask('notice.dismiss', { id: notice.id })}
        />
      ))}
      <Waiting callbacks={callbacks.filter(({ state }) => state === 'waiting')} />
    </section>
  );
}
