import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from '../components/button.tsx';
import { ErrorCard } from '../components/error-card.tsx';
import { useTexts } from '../i18n/texts-context.tsx';
import { useUi, useView } from '../store/ui-context.tsx';
import './snackbar.css';

/** How long something done stays readable and can be undone. A failure stays until it is dismissed. */
const stayMs = 8000;

/** The last thing done, with its undo, or the last failure. */
export function Snackbar() {
  const { t } = useTexts();
  const { view } = useUi();
  const snack = useView((now) => now.snack);
  const [held, setHeld] = useState(false);
  const dismiss = (): void => view.setState({ snack: null });

  useEffect(() => {
    if (snack === null || snack.kind === 'failed' || held) return undefined;
    const timer = setTimeout(() => view.setState((now) => (now.snack === snack ? { snack: null } : {})), stayMs);
    return () => clearTimeout(timer);
  }, [snack, held, view]);

  return (
    <div
      className="snackbar-place"
      role={snack?.kind === 'failed' ? 'alert' : 'status'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {snack?.kind === 'failed' && (
        <div className="snackbar-failed" key={snack.id}>
          <ErrorCard report={snack.report} onDismiss={dismiss} />
        </div>
      )}
      {snack?.kind === 'done' && (
        <div className="snackbar" key={snack.id}>
          <span>{snack.text}</span>
          {snack.undo !== null && (
            <Button
              kind="quiet"
              onClick={() => {
                snack.undo?.();
                dismiss();
              }}
            >
              {t('actions.undo')}
            </Button>
          )}
          <IconButton icon={X} label={t('actions.dismiss')} onClick={dismiss} />
        </div>
      )}
    </div>
  );
}
