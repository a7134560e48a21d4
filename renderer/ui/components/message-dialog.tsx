import { Send } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { failureReport } from '../bridge.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import { useUi } from '../store/ui-context.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorCard } from './error-card.tsx';
import { TextArea } from './field.tsx';

const longestMessage = 1024;

/** Writes a short text to somebody. What was written stays until it is delivered. */
export function MessageDialog({ name, target, onClose }: { readonly name: string; readonly target: string; readonly onClose: () => void }) {
  const { t } = useTexts();
  const { client, commands } = useUi();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ErrorReport | null>(null);

  // the platform gives the focus of a new dialog to its first control, which closes it
  useEffect(() => field.current?.focus(), []);

  async function send(): Promise<void> {
    setSending(true);
    setError(null);
    try {
      await client.request('message.send', { target, text: text.trim() });
      commands.say(t('message.sent', { name }));
      onClose();
    } catch (failure) {
      // the message line of the window lies behind the dialog
      setError(failureReport(failure));
      setSending(false);
    }
  }

  return (
    <Dialog
      title={t('message.to', { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('actions.cancel')}</Button>
          <Button kind="primary" icon={Send} disabled={sending || text.trim() === ''} onClick={() => void send()}>
            {t('message.send')}
          </Button>
        </>
      }
    >
      <TextArea label={t('message.text')} value={text} onValue={setText} maxLength={longestMessage} ref={field} />
      {error !== null && <ErrorCard report={error} />}
    </Dialog>
  );
}
