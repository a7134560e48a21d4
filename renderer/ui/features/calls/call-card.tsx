import type { CallView } from '#shared/calls/call.ts';
import { classNames } from '../../components/class-names.ts';
import { callName, callStatusText } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import type { CallRole } from '../../store/call-verbs.ts';
import { useNow } from '../../store/use-now.ts';
import { CallFigures, callDuration } from './call-figures.tsx';
import { CallNotes } from './call-notes.tsx';
import { CallParty } from './call-party.tsx';
import { CallSigns } from './call-signs.tsx';
import { CallVerbs } from './call-verbs.tsx';
import { CardFrame } from './card-frame.tsx';
import { CardPanel } from './card-panel.tsx';
import { RosterList } from './roster-list.tsx';
import { SlimVerbs } from './slim-verbs.tsx';

interface CallCardProps {
  readonly call: CallView;
  /** One line only, for a call on hold beside another one. */
  readonly slim?: boolean;
  readonly role?: CallRole;
}

/** A call that is being made, is connected, or has just ended. */
export function CallCard({ call, slim = false, role = 'single' }: CallCardProps) {
  const texts = useTexts();
  const live = call.phase === 'connected' && !call.hold.local;
  return (
    <CardFrame
      call={call}
      label={texts.t('call.card', { name: callName(texts, call) })}
      className={classNames(
        live && 'call-card-live',
        slim && 'call-card-slim',
        call.emergency && 'call-card-emergency',
        call.phase === 'ended' && 'call-card-ended',
      )}
    >
      {slim ? (
        <>
          <SlimParty call={call} />
          <SlimVerbs call={call} role={role} />
        </>
      ) : (
        <div className="call-card-top">
          <CallParty call={call} />
          <CallFigures call={call} />
        </div>
      )}
      <CallSigns call={call} withMute={slim} />
      <CallNotes call={call} />
      {call.roster !== null && call.phase === 'connected' && <RosterList roster={call.roster} />}
      {!slim && <CallVerbs call={call} role={role} />}
      <CardPanel call={call} role={role} />
    </CardFrame>
  );
}

function SlimParty({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const now = useNow(1000);
  const lasted = callDuration(call, now);
  // a repair is told in the note below
  const status = callStatusText(texts, { ...call, repairingSince: null }, now);
  return (
    <CallParty call={call} size="normal" status={[status, lasted === null ? '' : texts.formats.clock(lasted)].filter(Boolean).join(', ')} />
  );
}
