import { ErrorCard } from '../../components/error-card.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import './notice-stack.css';

/** What happened once and that the person should know, until it is dismissed. */
export function NoticeStack() {
  const { t } = useTexts();
  const { ask } = useCommands();
  const notices = useAppState((app) => app.notices);
  if (notices.length === 0) return null;
  return (
    <section className="notice-stack" data-region="notices" aria-label={t('regions.notices')} role="region">
      {notices.map((notice) => (
        <ErrorCard
          key={notice.id}
          report={notice.error}
          level={notice.level}
          onDismiss={() => void ask('notice.dismiss', { id: notice.id })}
        />
      ))}
    </section>
  );
}
