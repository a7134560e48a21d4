import { Phone, PhoneCall, X } from 'lucide-react';
import { displayText } from '#shared/people/display-text.ts';
import type { Callback } from '#shared/state/app-state.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useCommands } from '../../store/ui-context.tsx';

/** Somebody whom the person wants to reach is free. */
export function FreeNow({ callback }: { readonly callback: Callback }) {
  const { t } = useTexts();
  const { dial, cancelCallback } = useCommands();
  const name = nameOf(callback);
  return (
    <article className="note note-good" aria-label={t('notices.free', { name })}>
      <PhoneCall size={18} aria-hidden />
      <div className="note-body">
        <p className="note-title">{t('notices.free', { name })}</p>
        <div className="note-actions">
          <Button
            kind="good"
            icon={Phone}
            onClick={() => {
              dial(callback.number);
              cancelCallback(callback.id);
            }}
          >
            {t('notices.call')}
          </Button>
          <Button onClick={() => cancelCallback(callback.id)}>{t('notices.forget')}</Button>
        </div>
      </div>
    </article>
  );
}

/** Whom the person waits for, in one line. */
export function Waiting({ callbacks }: { readonly callbacks: readonly Callback[] }) {
  const { t } = useTexts();
  const { cancelCallback } = useCommands();
  if (callbacks.length === 0) return null;
  return (
    <div className="waiting">
      <p className="muted">{t('notices.waitingFor')}</p>
      <ul className="waiting-list">
        {callbacks.map((callback) => (
          <li key={callback.id} className="waiting-one">
            <span className="one-line">
              <bdi>{nameOf(callback)}</bdi>
            </span>
            <IconButton icon={X} label={t('notices.stopWaiting', { name: nameOf(callback) })} onClick={() => cancelCallback(callback.id)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function nameOf({ name, number }: Callback): string {
  return displayText(name) || displayText(number);
}
