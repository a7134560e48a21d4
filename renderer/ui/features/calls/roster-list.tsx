import { MicOff } from 'lucide-react';
import type { Participant, Roster } from '#shared/calls/call.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import './conference-card.css';

/** Who is in the conference of the server, as the server tells it. */
export function RosterList({ roster }: { readonly roster: Roster }) {
  const { t } = useTexts();
  const here = roster.participants.filter(({ status }) => status !== 'left');
  if (here.length === 0) return null;
  return (
    <section className="roster" aria-label={t('call.roster.title')}>
      <h3 className="roster-title">{displayText(roster.subject) || t('call.roster.title')}</h3>
      <ul className="roster-list" tabIndex={0} aria-label={t('call.roster.title')}>
        {here.map((participant) => (
          <Row key={participant.id} participant={participant} />
        ))}
      </ul>
    </section>
  );
}

function Row({ participant }: { readonly participant: Participant }) {
  const { t } = useTexts();
  const name = displayText(participant.displayName) || displayText(participant.number) || displayText(participant.id);
  return (
    <li className="roster-row">
      <Avatar name={name} size="small" />
      <span className="one-line">
        <bdi>{name}</bdi>
        {participant.isSelf && <span className="muted"> ({t('call.roster.self')})</span>}
      </span>
      <span className="roster-status">
        {participant.muted === true && (
          <>
            <MicOff size={14} aria-hidden />
            {t('call.roster.muted')}
          </>
        )}
        {participant.status !== 'connected' && t(`call.roster.status.${participant.status}`)}
      </span>
    </li>
  );
}
