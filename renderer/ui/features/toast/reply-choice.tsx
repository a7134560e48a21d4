import { ArrowLeft } from 'lucide-react';
import { displayText } from '#shared/people/display-text.ts';
import { IconButton } from '../../components/button.tsx';
import { replyTexts } from '../../i18n/call-text.ts';
import type { Texts } from '../../i18n/text.ts';

interface ReplyChoiceProps {
  readonly name: string;
  readonly replies: readonly string[];
  readonly texts: Texts;
  readonly onReply: (text: string) => void;
  readonly onBack: () => void;
}

/** The prepared texts, in place of the card: one click declines and sends. */
export function ReplyChoice({ name, replies, texts, onReply, onBack }: ReplyChoiceProps) {
  const { t } = texts;
  return (
    <main className="toast-card toast-replies" role="dialog" aria-label={t('call.replyTo', { name })}>
      <header className="toast-replies-head">
        <IconButton icon={ArrowLeft} label={t('actions.back')} onClick={onBack} />
        <strong className="one-line">{t('call.replyTo', { name })}</strong>
      </header>
      <ul className="toast-replies-list">
        {replyTexts(texts, replies).map((text) => (
          <li key={text}>
            <button type="button" className="toast-reply one-line" title={displayText(text)} onClick={() => onReply(text)}>
              {displayText(text)}
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
