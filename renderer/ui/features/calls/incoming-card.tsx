import { ArrowRightToLine, ChevronDown, MessageSquareReply, Phone, PhoneOff } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { Menu } from '../../components/menu.tsx';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { declineWays } from '../../store/call-commands.ts';
import { callInHand } from '../../store/call-verbs.ts';
import { useAppState, useCommands, useView } from '../../store/ui-context.tsx';
import type { CardPanelKind } from '../../store/view.ts';
import { CallNotes } from './call-notes.tsx';
import { CallParty } from './call-party.tsx';
import { CallSigns } from './call-signs.tsx';
import { CardPanel } from './card-panel.tsx';
import { useShortcutHint } from './verb-button.tsx';
import './card-frame.css';
import './incoming-card.css';

/** A call that rings here: who, for whom, and every way to deal with it. It never takes the focus. */
export function IncomingCard({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const { t } = texts;
  const { answer } = useCommands();
  const waiting = useAppState((app) => {
    const inHand = callInHand(app.calls);
    return inHand?.hold.local === false ? inHand : undefined;
  });
  const keys = useShortcutHint('answer');
  return (
    <article
      className={classNames('call-card', 'call-card-ringing', call.emergency && 'call-card-emergency')}
      aria-label={t('call.incomingCard', { name: callName(texts, call) })}
    >
      <div className="call-card-top">
        <CallParty call={call} />
        <p className="call-card-status">{t(waiting === undefined ? 'call.phase.ringing-in' : 'call.callWaiting')}</p>
      </div>
      <CallSigns call={call} />
      <CallNotes call={call} />
      <div className="incoming-verbs">
        <Button {...keys} kind="good" size="large" icon={Phone} onClick={() => answer(call)}>
          {t('call.answer')}
        </Button>
        <DeclineVerbs call={call} />
        <UnfoldingButton call={call} kind="deflect" icon={ArrowRightToLine} label={t('call.sendTo')} />
        <UnfoldingButton call={call} kind="reply" icon={MessageSquareReply} label={t('call.replyByMessage')} />
      </div>
      {waiting !== undefined && <p className="call-group-note">{t('call.answerHolds', { name: callName(texts, waiting) })}</p>}
      <CardPanel call={call} role="single" />
    </article>
  );
}

/** Decline, and a menu of what the caller is told. */
function DeclineVerbs({ call }: { readonly call: CallView }) {
  const { t } = useTexts();
  const { decline } = useCommands();
  const keys = useShortcutHint('hangUp');
  const items = declineWays.map((kind) => ({
    id: kind,
    icon: PhoneOff,
    label: t(`call.declineAs.${kind}`),
    onChoose: () => decline(call, kind),
  }));
  return (
    <div className="split-button">
      <Button {...keys} kind="danger-soft" size="large" icon={PhoneOff} onClick={() => decline(call, 'declined')}>
        {t('call.decline')}
      </Button>
      <Menu
        label={t('call.declineHow')}
        items={items}
        trigger={(props) => <IconButton {...props} icon={ChevronDown} label={t('call.declineHow')} />}
      />
    </div>
  );
}

interface UnfoldingButtonProps {
  readonly call: CallView;
  readonly kind: CardPanelKind;
  readonly icon: typeof Phone;
  readonly label: string;
}

function UnfoldingButton({ call, kind, icon, label }: UnfoldingButtonProps) {
  const { togglePanel } = useCommands();
  const open = useView(({ panel }) => panel?.call === call.id && panel.kind === kind);
  return (
    <Button icon={icon} aria-expanded={open} onClick={() => togglePanel({ call: call.id, kind })}>
      {label}
    </Button>
  );
}
