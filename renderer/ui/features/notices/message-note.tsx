import { MessageSquareText, Phone, Reply, X } from 'lucide-react';
import { useState } from 'react';
import { displayText } from '#shared/people/display-text.ts';
import type { ReceivedMessage } from '#shared/state/app-state.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { MessageDialog } from '../../components/message-dialog.tsx';
import { partyLabel } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useCommands } from '../../store/ui-context.tsx';

const longestShown = 1024;

/** A text that came in, and the ways to answer it. */
export function MessageNote({ message }: { readonly message: ReceivedMessage }) {
  const texts = useTexts();
  const { t, formats } = texts;
  const { dial, dismissMessage } = useCommands();
  const [replying, setReplying] = useState(false);
  const name = partyLabel(texts, message.from);
  const target = message.from.number || message.from.uri;
  return (
    <article className="note" aria-label={t('notices.messageFrom', { name })}>
      <MessageSquareText size={18} aria-hidden />
      <div className="note-body">
        <p className="note-title">
          {t('notices.messageFrom', { name })}
          <span className="muted">, {formats.time(message.at)}</span>
        </p>
        <p className="note-text">
          <bdi>{displayText(message.text, longestShown)}</bdi>
        </p>
        {target !== '' && (
          <div className="note-actions">
            <Button icon={Reply} onClick={() => setReplying(true)}>
              {t('notices.reply')}
            </Button>
            <Button icon={Phone} onClick={() => dial(target)}>
              {t('notices.callBack')}
            </Button>
          </div>
        )}
      </div>
      <IconButton icon={X} label={t('actions.dismiss')} onClick={() => dismissMessage(message.id)} />
      {replying && <MessageDialog name={name} target={target} onClose={() => setReplying(false)} />}
    </article>
  );
}
