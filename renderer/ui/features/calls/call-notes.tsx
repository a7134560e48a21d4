import { ArrowRightToLine, Phone, PhoneForwarded, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { Button } from '../../components/button.tsx';
import { ErrorCard } from '../../components/error-card.tsx';
import { callName, callStatusText, isLongRepair, partyLabel, referralText, transferText } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useCommands } from '../../store/ui-context.tsx';
import { useNow } from '../../store/use-now.ts';
import './call-notes.css';

interface CallNotesProps {
  readonly call: CallView;
  /** Whether a repair is told here; a conference tells it once for all members. */
  readonly withRepair?: boolean;
}

/** What went wrong in a call, what is under way in it, and what it asks of the person. */
export function CallNotes({ call, withRepair = true }: CallNotesProps) {
  if (call.phase === 'ended') return call.endReason?.kind === 'failed' ? <Failure call={call} error={call.endReason.error} /> : null;
  return (
    <>
      {withRepair && call.phase === 'connected' && call.repairingSince !== null && <RepairNote call={call} />}
      {call.transfer !== null && <TransferNote call={call} />}
      {call.referral !== null && <ReferralNote call={call} referral={call.referral} />}
      {call.trouble !== null && <Trouble key={JSON.stringify(call.trouble)} report={call.trouble} />}
      {call.microphoneError !== null && <ErrorCard level="warning" report={call.microphoneError} />}
    </>
  );
}

/** Why a call broke off. Somebody who was talking is called back with one click. */
function Failure({ call, error }: { readonly call: CallView; readonly error: ErrorReport }) {
  const { t } = useTexts();
  const { dial } = useCommands();
  const address = call.remote.number || call.remote.uri;
  if (call.connectedAt === null || address === '') return <ErrorCard report={error} />;
  const callBack = (
    <Button icon={Phone} onClick={() => dial(address)}>
      {t('actions.callBack')}
    </Button>
  );
  return <ErrorCard report={error} fix={callBack} />;
}

interface RepairNoteProps {
  readonly call: CallView;
  /** Whether it has to be said whose call it is. */
  readonly named?: boolean;
}

/** How the repair of a call stands, and after a while that the person may hang up. */
export function RepairNote({ call, named = false }: RepairNoteProps) {
  const texts = useTexts();
  const now = useNow(500);
  const text = callStatusText(texts, call, now);
  return (
    <div className="call-note call-note-warn">
      <TriangleAlert size={16} aria-hidden />
      <div>
        <p>{named ? texts.t('call.memberRepair', { name: callName(texts, call), text }) : text}</p>
        {isLongRepair(call, now) && <p>{texts.t('call.repairLong')}</p>}
      </div>
    </div>
  );
}

function TransferNote({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  return (
    <p className="call-note">
      <ArrowRightToLine size={16} aria-hidden />
      {transferText(texts, call)}
    </p>
  );
}

interface ReferralNoteProps {
  readonly call: CallView;
  readonly referral: NonNullable<CallView['referral']>;
}

/** Nothing is dialled before the person agrees. */
function ReferralNote({ call, referral }: ReferralNoteProps) {
  const texts = useTexts();
  const { t } = texts;
  const { answerReferral } = useCommands();
  const name = partyLabel(texts, referral.to);
  return (
    <div className="call-note call-note-question">
      <PhoneForwarded size={16} aria-hidden />
      <p>{referralText(texts, call, referral)}</p>
      <div className="call-note-actions">
        <Button kind="primary" onClick={() => answerReferral(call, true)}>
          {t('call.referralAccept', { name })}
        </Button>
        <Button onClick={() => answerReferral(call, false)}>{t('call.referralDecline')}</Button>
      </div>
    </div>
  );
}

/** What a verb could not do. Main takes it back after a while; a person may dismiss it before. */
function Trouble({ report }: { readonly report: ErrorReport }) {
  const [dismissed, setDismissed] = useState(false);
  return dismissed ? null : <ErrorCard level="warning" report={report} onDismiss={() => setDismissed(true)} />;
}
