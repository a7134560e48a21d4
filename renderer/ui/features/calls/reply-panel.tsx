import { Send } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Panel } from '../../components/panel.tsx';
import { callName, replyTexts } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import './reply-panel.css';

const longestReply = 1024;

/** Declines a ringing call with a text: one click for those that are prepared, or an own one. */
export function ReplyPanel({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  const { reply } = useCommands();
  const configured = useAppState((app) => app.settings.calls.replies);
  const [own, setOwn] = useState('');
  const send = (text: string): void => {
    if (text.trim() === '') return;
    reply(call, text.trim());
    onClose();
  };
  return (
    <Panel title={t('call.replyTo', { name: callName(texts, call) })} onClose={onClose}>
      <p className="muted">{t('call.replyHint')}</p>
      <div className="reply-texts">
        {replyTexts(texts, configured).map((text, index) => (
          <button key={text} type="button" className="reply-text" autoFocus={index === 0} onClick={() => send(text)}>
            {text}
          </button>
        ))}
      </div>
      <form
        className="reply-own"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          send(own);
        }}
      >
        <TextField label={t('call.replyOwn')} value={own} onValue={setOwn} maxLength={longestReply} autoComplete="off" />
        <Button icon={Send} type="submit" disabled={own.trim() === ''}>
          {t('call.replySend')}
        </Button>
      </form>
    </Panel>
  );
}
