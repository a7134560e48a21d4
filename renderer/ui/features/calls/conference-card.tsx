import { LogOut, Mic, MicOff, Pause, PhoneOff, Play, UserPlus, Users } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useCommands, useView } from '../../store/ui-context.tsx';
import { CallNotes, RepairNote } from './call-notes.tsx';
import { CallSigns } from './call-signs.tsx';
import { CardFrame } from './card-frame.tsx';
import { CardPanel } from './card-panel.tsx';
import { ConferenceMember } from './conference-member.tsx';
import { VerbButton } from './verb-button.tsx';
import './conference-card.css';

/** The calls that are mixed on this computer: one card, a row for each member, and the verbs for all of them. */
export function ConferenceCard({ members }: { readonly members: readonly CallView[] }) {
  const texts = useTexts();
  const { t } = texts;
  const [first] = members;
  if (first === undefined) return null;
  const names = members.map((member) => callName(texts, member)).join(', ');
  const recorded = members.find(({ recordingSince }) => recordingSince !== null);
  return (
    <CardFrame
      call={first}
      label={t('call.conference.card', { names })}
      className={members.every(({ hold }) => hold.local) ? 'conference-card' : 'conference-card call-card-live'}
    >
      <div className="conference-head">
        <Users size={20} aria-hidden />
        <h2 className="call-party-name">{t('call.conference.title')}</h2>
      </div>
      {recorded !== undefined && <CallSigns call={{ ...recorded, emergency: false, autoAnswered: false, anonymous: false }} />}
      <ul className="conference-members">
        {members.map((member) => (
          <ConferenceMember key={member.id} call={member} />
        ))}
      </ul>
      <MembersRepair members={members} />
      {members.map((member) => (
        <CallNotes key={member.id} call={member} withRepair={false} />
      ))}
      <ConferenceVerbs first={first} members={members} />
      {members.map((member) => (
        <CardPanel key={member.id} call={member} role="single" />
      ))}
    </CardFrame>
  );
}

/** The repair that has lasted longest; each member's row says how its own stands. */
function MembersRepair({ members }: { readonly members: readonly CallView[] }) {
  const repaired = members.filter(({ phase, repairingSince }) => phase === 'connected' && repairingSince !== null);
  const [longest] = repaired.toSorted((a, b) => (a.repairingSince ?? 0) - (b.repairingSince ?? 0));
  return longest === undefined ? null : <RepairNote call={longest} named={repaired.length < members.length} />;
}

interface ConferenceVerbsProps {
  readonly first: CallView;
  readonly members: readonly CallView[];
}

/** Leaving connects the others with each other, which a server can do for two of them (REFER with Replaces). */
const canStayWithoutUs = 2;

function ConferenceVerbs({ first, members }: ConferenceVerbsProps) {
  const { t } = useTexts();
  const { muteConference, holdConference, togglePanel, leaveConference, endConference } = useCommands();
  const adding = useView(({ panel }) => panel?.call === first.id && panel.kind === 'add');
  const muted = members.every((member) => member.muted);
  const held = members.every((member) => member.hold.local);
  return (
    <div className="call-verbs">
      {!held && (
        <VerbButton
          icon={muted ? MicOff : Mic}
          label={t(muted ? 'call.muted' : 'call.mute')}
          on={muted}
          aria-pressed={muted}
          shortcut="mute"
          onClick={() => muteConference(!muted)}
        />
      )}
      <VerbButton
        icon={held ? Play : Pause}
        label={t(held ? 'call.resume' : 'call.conference.holdAll')}
        on={held}
        shortcut="hold"
        onClick={() => holdConference(!held)}
      />
      <VerbButton
        icon={UserPlus}
        label={t('call.add')}
        shortcut="add"
        aria-expanded={adding}
        onClick={() => togglePanel({ call: first.id, kind: 'add' })}
      />
      {members.length === canStayWithoutUs && (
        <VerbButton
          icon={LogOut}
          label={t('call.conference.leave')}
          title={t('call.conference.leaveHint')}
          aria-description={t('call.conference.leaveHint')}
          onClick={leaveConference}
        />
      )}
      <VerbButton icon={PhoneOff} label={t('call.conference.endAll')} kind="end" onClick={endConference} />
    </div>
  );
}
