import { Phone, Settings, Users, type LucideIcon } from 'lucide-react';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands, useView } from '../../store/ui-context.tsx';
import type { Page } from '../../store/view.ts';
import './rail.css';

const pages: readonly { readonly page: Page; readonly icon: LucideIcon }[] = [
  { page: 'calls', icon: Phone },
  { page: 'people', icon: Users },
  { page: 'settings', icon: Settings },
];

/** The pages: at the side, or at the foot of a narrow window. */
export function Rail() {
  const { t, count } = useTexts();
  const { openPage } = useCommands();
  const current = useView((view) => view.page);
  const missed = useAppState((app) => app.history.unseenMissed);
  return (
    <nav className="rail" data-region="pages" aria-label={t('regions.pages')}>
      {pages.map(({ page, icon: Icon }) => {
        const badge = page === 'calls' ? missed : 0;
        return (
          <button
            key={page}
            type="button"
            className={`rail-item rail-${page}`}
            aria-current={page === current ? 'page' : undefined}
            onClick={() => openPage(page)}
          >
            <Icon size={20} aria-hidden />
            <span>{t(`pages.${page}`)}</span>
            {badge > 0 && (
              <span className="rail-badge">
                <span aria-hidden>{badge > 99 ? '99+' : badge}</span>
                <span className="visually-hidden">{count('history.unseenMissed', badge)}</span>
              </span>
            )}
          </button>
        );
      })}
    </nav>
  );
}
