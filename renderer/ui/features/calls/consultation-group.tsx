import { ArrowLeftRight, Undo2, Users } from 'lucide-react';
import { useId } from 'react';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import type { Consultation } from '../../store/call-arrangement.ts';
import { useCommands } from '../../store/ui-context.tsx';
import { CallCard } from './call-card.tsx';
import { GroupVerb } from './group-verb.tsx';
import './call-group.css';

/**
 * The one who is asked and the caller who waits, with the three ways on, which are there at every moment, also while it rings:
 * connect both, go back, talk together.
 */
export function ConsultationGroup({ caller, consultation }: Consultation) {
  const texts = useTexts();
  const { t } = texts;
  const { completeTransfer, backToCaller, join } = useCommands();
  const reasonId = useId();
  const names = { name: callName(texts, consultation), caller: callName(texts, caller) };
  const passing = caller.transfer !== null || consultation.transfer !== null;
  const rings = consultation.phase !== 'connected';
  return (
    <section className="call-group" aria-label={t('call.consultation.title', names)}>
      <CallCard call={consultation} role="consultation" slim={consultation.hold.local && !caller.hold.local} />
      <CallCard call={caller} role="waiting" slim={caller.hold.local} />
      <div className="call-group-verbs">
        <GroupVerb
          icon={ArrowLeftRight}
          kind="primary"
          shortcut="completeTransfer"
          hint={t('call.consultation.completeHint', names)}
          disabled={passing}
          onClick={() => completeTransfer(consultation)}
        >
          {t('call.consultation.complete')}
        </GroupVerb>
        <GroupVerb
          icon={Undo2}
          shortcut="backToCaller"
          hint={t('call.consultation.backHint', names)}
          disabled={passing}
          onClick={() => backToCaller(consultation)}
        >
          {t('call.consultation.back')}
        </GroupVerb>
        <GroupVerb
          icon={Users}
          shortcut="conference"
          hint={t('call.consultation.conferenceHint', names)}
          disabled={passing || rings}
          reasonId={rings ? reasonId : undefined}
          onClick={() => join([caller, consultation])}
        >
          {t('call.consultation.conference')}
        </GroupVerb>
      </div>
      {rings && (
        <p id={reasonId} className="call-group-note">
          {t('call.consultation.conferenceLater', names)}
        </p>
      )}
    </section>
  );
}
