import { Phone, PhoneOff } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { Button } from '../../components/button.tsx';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { isMac } from '../../keyboard/platform.ts';
import { ariaShortcut, keyNames, shortcuts } from '../../keyboard/shortcuts.ts';
import { useCommands } from '../../store/ui-context.tsx';
import { CallParty } from './call-party.tsx';

/** A call that rings here: who, for whom, Answer, Decline. It never takes the focus. */
export function IncomingCard({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const { t } = texts;
  const { answer, end } = useCommands();
  const mac = isMac();
  return (
    <article className="call-card call-card-ringing" aria-label={t('call.incomingCard', { name: callName(texts, call) })}>
      <div className="call-card-top">
        <CallParty call={call} />
        <p className="call-card-status">{t('call.phase.ringing-in')}</p>
      </div>
      <div className="incoming-verbs">
        <Button
          kind="good"
          size="large"
          icon={Phone}
          aria-keyshortcuts={ariaShortcut(shortcuts.answer, mac)}
          title={keyNames(shortcuts.answer, mac, t).join('+')}
          onClick={() => answer(call)}
        >
          {t('call.answer')}
        </Button>
        <Button
          kind="danger-soft"
          size="large"
          icon={PhoneOff}
          aria-keyshortcuts={ariaShortcut(shortcuts.hangUp, mac)}
          title={keyNames(shortcuts.hangUp, mac, t).join('+')}
          onClick={() => end(call)}
        >
          {t('call.decline')}
        </Button>
      </div>
    </article>
  );
}
