import { Mic, MicOff, PhoneOff, Play, UserMinus } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { IconButton } from '../../components/button.tsx';
import { callName, callStatusText } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useCommands } from '../../store/ui-context.tsx';
import { useNow } from '../../store/use-now.ts';
import { callDuration, Quality } from './call-figures.tsx';

/** One member of the conference: who, how long, how well, and what can be done with just this one. */
export function ConferenceMember({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const { t, formats } = texts;
  const { setSilenced, toggleMemberHold, takeOut, end } = useCommands();
  const now = useNow(500);
  const name = callName(texts, call);
  const number = displayText(call.remote.number);
  const lasted = callDuration(call, now);
  const well = call.phase === 'connected' && !call.hold.local && !call.hold.remote && call.repairingSince === null;
  const state = call.silenced ? t('call.conference.silenced') : well ? '' : callStatusText(texts, call, now);
  return (
    <li className="conference-member">
      <Avatar name={name} size="small" />
      <div className="conference-member-text">
        <h3 className="one-line" title={name}>
          <bdi>{name}</bdi>
        </h3>
        <p className="conference-member-sub">
          {call.quality !== null && well && <Quality quality={call.quality} />}
          {[state, lasted === null ? '' : formats.clock(lasted), number === name ? '' : number].filter(Boolean).join(', ')}
        </p>
      </div>
      <div className="conference-member-verbs">
        {call.hold.local ? (
          <IconButton icon={Play} label={t('call.conference.resume', { name })} onClick={() => toggleMemberHold(call)} />
        ) : (
          <IconButton
            icon={call.silenced ? MicOff : Mic}
            label={t(call.silenced ? 'call.conference.unsilence' : 'call.conference.silence', { name })}
            aria-pressed={call.silenced}
            onClick={() => setSilenced(call, !call.silenced)}
          />
        )}
        <IconButton icon={UserMinus} label={t('call.conference.takeOut', { name })} onClick={() => takeOut(call)} />
        <IconButton icon={PhoneOff} label={t('call.conference.endOne', { name })} onClick={() => end(call)} />
      </div>
    </li>
  );
}
