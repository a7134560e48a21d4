import { CircleAlert, Copy, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { displayText } from '#shared/people/display-text.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import { useCommands } from '../store/ui-context.tsx';
import { Button, IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { FixButton } from './fix-button.tsx';
import './error-card.css';

interface ErrorCardProps {
  readonly report: ErrorReport;
  readonly level?: 'info' | 'warning' | 'error';
  /** What stands in place of the button that Commute would offer for the next step. */
  readonly fix?: ReactNode;
  readonly onDismiss?: () => void;
}

const icons = { info: Info, warning: TriangleAlert, error: CircleAlert } as const;

/** What happened, what it means, what to do next; the technical detail is one click away and can be copied. */
export function ErrorCard({ report, level = 'error', fix, onDismiss }: ErrorCardProps) {
  const { t, error } = useTexts();
  const { title, meaning, next } = error(report);
  const Icon = icons[level];
  return (
    <div className={classNames('error-card', `error-card-${level}`)}>
      <Icon size={18} aria-hidden />
      <div className="error-card-body">
        <p className="error-card-title">{title}</p>
        <p>
          {meaning} {next}
        </p>
        <div className="error-card-fix">{fix === undefined ? <FixButton report={report} /> : fix}</div>
        <ErrorDetails report={report} />
      </div>
      {onDismiss && <IconButton icon={X} label={t('actions.dismiss')} onClick={onDismiss} />}
    </div>
  );
}

function ErrorDetails({ report }: { readonly report: ErrorReport }) {
  const { t } = useTexts();
  const { copy } = useCommands();
  const lines = Object.entries(report.details).map(([name, value]) => `${displayText(name)}: ${displayText(String(value), 1024)}`);
  const text = [`${t('failure.code')}: ${report.code}`, ...lines].join('\n');
  return (
    <details className="error-details">
      <summary>{t('actions.details')}</summary>
      <pre>{text}</pre>
      <Button icon={Copy} onClick={() => copy(text, t('actions.copied'))}>
        {t('failure.copyDetails')}
      </Button>
    </details>
  );
}
