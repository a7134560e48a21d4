import { Copy, Ellipsis, FileText, Grid3x3, Info, Mic, MicOff, Pause, PhoneOff, Play, type LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { classNames } from '../../components/class-names.ts';
import { Menu } from '../../components/menu.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { isMac } from '../../keyboard/platform.ts';
import { ariaShortcut, shortcuts } from '../../keyboard/shortcuts.ts';
import { verbsOf, type CallVerb } from '../../store/call-verbs.ts';
import { useCommands } from '../../store/ui-context.tsx';

interface CallVerbsProps {
  readonly call: CallView;
  readonly keypadOpen: boolean;
  readonly onKeypad: () => void;
  readonly onDetails: () => void;
}

/** The verbs that work now, always in the same order. */
export function CallVerbs({ call, keypadOpen, onKeypad, onDetails }: CallVerbsProps) {
  const { t } = useTexts();
  const { toggleMute, toggleHold, end } = useCommands();
  const mac = isMac();

  function button(verb: CallVerb) {
    switch (verb) {
      case 'mute':
        return (
          <VerbButton
            key={verb}
            icon={call.muted ? MicOff : Mic}
            label={t(call.muted ? 'call.muted' : 'call.mute')}
            on={call.muted}
            aria-pressed={call.muted}
            aria-keyshortcuts={ariaShortcut(shortcuts.mute, mac)}
            onClick={() => toggleMute(call)}
          />
        );
      case 'hold':
        return (
          <VerbButton
            key={verb}
            icon={call.hold.local ? Play : Pause}
            label={t(call.hold.local ? 'call.resume' : 'call.hold')}
            on={call.hold.local}
            aria-keyshortcuts={ariaShortcut(shortcuts.hold, mac)}
            onClick={() => toggleHold(call)}
          />
        );
      case 'keypad':
        return <VerbButton key={verb} icon={Grid3x3} label={t('call.keypad')} aria-expanded={keypadOpen} onClick={onKeypad} />;
      case 'more':
        return <MoreVerbs key={verb} call={call} onDetails={onDetails} />;
      case 'end':
        return (
          <VerbButton
            key={verb}
            icon={PhoneOff}
            label={t('call.end')}
            kind="end"
            aria-keyshortcuts={ariaShortcut(shortcuts.hangUp, mac)}
            onClick={() => end(call)}
          />
        );
      case 'answer':
      case 'decline':
        return null;
    }
  }

  return <div className="call-verbs">{verbsOf(call).map(button)}</div>;
}

function MoreVerbs({ call, onDetails }: { readonly call: CallView; readonly onDetails: () => void }) {
  const { t } = useTexts();
  const { ask, copy } = useCommands();
  const items = [
    {
      id: 'ladder',
      icon: FileText,
      label: t('call.copyLadder'),
      onChoose: () =>
        void ask('call.ladder', { call: call.id }).then((ladder) => {
          if (ladder) copy(ladder.text, t('call.ladderCopied'));
        }),
    },
    {
      id: 'number',
      icon: Copy,
      label: t('actions.copyNumber'),
      onChoose: () => copy(call.remote.number || call.remote.uri, t('actions.copied')),
    },
    { id: 'details', icon: Info, label: t('call.technical'), onChoose: onDetails },
  ];
  return (
    <Menu label={t('call.more')} items={items} trigger={(props) => <VerbButton {...props} icon={Ellipsis} label={t('call.more')} />} />
  );
}

interface VerbButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children' | 'type'> {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly on?: boolean;
  readonly kind?: 'end';
}

function VerbButton({ icon: Icon, label, on = false, kind, ...rest }: VerbButtonProps) {
  return (
    <button {...rest} type="button" className={classNames('call-verb', on && 'call-verb-on', kind === 'end' && 'call-verb-end')}>
      <Icon size={20} aria-hidden />
      <span>{label}</span>
    </button>
  );
}
