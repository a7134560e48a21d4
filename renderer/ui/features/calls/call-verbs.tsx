import { ArrowRightToLine, Grid3x3, Mic, MicOff, Pause, PhoneOff, Play, UserPlus, Users } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { verbsOf, type CallRole, type CallVerb } from '../../store/call-verbs.ts';
import { useAppState, useCommands, useView } from '../../store/ui-context.tsx';
import type { CardPanelKind } from '../../store/view.ts';
import { MoreVerbs } from './more-verbs.tsx';
import { VerbButton } from './verb-button.tsx';
import './call-verbs.css';

/** The verbs that work now, always in the same order. */
export function CallVerbs({ call, role }: { readonly call: CallView; readonly role: CallRole }) {
  const { t } = useTexts();
  const { toggleMute, toggleHold, togglePanel, join, end } = useCommands();
  const conferenceStands = useAppState((app) => app.calls.some(({ inConference }) => inConference));
  const open = useView(({ panel }) => (panel?.call === call.id ? panel.kind : null));
  const unfolding = (kind: CardPanelKind) => ({
    'aria-expanded': open === kind,
    onClick: () => togglePanel({ call: call.id, kind }),
  });

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
            shortcut="mute"
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
            shortcut="hold"
            onClick={() => toggleHold(call)}
          />
        );
      case 'keypad':
        return <VerbButton key={verb} icon={Grid3x3} label={t('call.keypad')} {...unfolding('keypad')} />;
      case 'transfer':
        return <VerbButton key={verb} icon={ArrowRightToLine} label={t('call.transfer')} shortcut="transfer" {...unfolding('transfer')} />;
      case 'add':
        if (conferenceStands) {
          return (
            <VerbButton key={verb} icon={Users} label={t('call.conference.joinIn')} shortcut="conference" onClick={() => join([call])} />
          );
        }
        return <VerbButton key={verb} icon={UserPlus} label={t('call.add')} shortcut="add" {...unfolding('add')} />;
      case 'more':
        return <MoreVerbs key={verb} call={call} role={role} look="verb" />;
      case 'end':
        return <VerbButton key={verb} icon={PhoneOff} label={t('call.end')} kind="end" shortcut="hangUp" onClick={() => end(call)} />;
      case 'answer':
      case 'decline':
        return null;
    }
  }

  const verbs = verbsOf(call, role);
  return verbs.length === 0 ? null : <div className="call-verbs">{verbs.map(button)}</div>;
}
