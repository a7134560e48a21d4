import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { classNames } from '../../components/class-names.ts';
import { ErrorCard } from '../../components/error-card.tsx';
import { callName, callStatusText } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { verbsOf } from '../../store/call-verbs.ts';
import { useNow } from '../../store/use-now.ts';
import { useUi, useView } from '../../store/ui-context.tsx';
import { CallDetails } from './call-details.tsx';
import { CallParty } from './call-party.tsx';
import { CallVerbs } from './call-verbs.tsx';
import { Keypad } from './keypad.tsx';

interface CallCardProps {
  readonly call: CallView;
  /** One line only, for a call on hold beside another one. */
  readonly slim: boolean;
}

/** A call that is being made, is connected, or has just ended. */
export function CallCard({ call, slim }: CallCardProps) {
  const texts = useTexts();
  const { t } = texts;
  const { view } = useUi();
  const keypadOpen = useView((now) => now.keypad === call.id);
  const [detailsOpen, setDetailsOpen] = useState(false);
  const keypadPossible = verbsOf(call).includes('keypad');
  const live = call.phase === 'connected' && !call.hold.local;
  return (
    <article
      className={classNames('call-card', live && 'call-card-live', slim && 'call-card-slim', call.phase === 'ended' && 'call-card-ended')}
      aria-label={t('call.card', { name: callName(texts, call) })}
    >
      <div className="call-card-top">
        <CallParty call={call} />
        <CallFigures call={call} />
      </div>
      {call.phase === 'connected' && call.repairingSince !== null && <RepairNote call={call} />}
      {call.phase === 'ended' && call.endReason?.kind === 'failed' && <ErrorCard report={call.endReason.error} />}
      {call.phase !== 'ended' && call.microphoneError !== null && <ErrorCard level="warning" report={call.microphoneError} />}
      {call.phase !== 'ended' && call.phase !== 'ending' && (
        <CallVerbs
          call={call}
          keypadOpen={keypadOpen}
          onKeypad={() => view.setState({ keypad: keypadOpen ? null : call.id })}
          onDetails={() => setDetailsOpen(true)}
        />
      )}
      {keypadOpen && keypadPossible && <Keypad call={call} onClose={() => view.setState({ keypad: null })} />}
      {detailsOpen && <CallDetails call={call} onClose={() => setDetailsOpen(false)} />}
    </article>
  );
}

/** Duration, state, quality and codec. */
function CallFigures({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const { t, formats } = texts;
  const now = useNow(500, call.phase === 'connected');
  const connected = call.connectedAt !== null;
  const lasted = connected ? Math.max(0, (call.endedAt ?? now) - (call.connectedAt ?? now)) : 0;
  const state = callStatusText(texts, call, now);
  const plain = call.phase === 'connected' && !call.hold.local && !call.hold.remote && call.repairingSince === null;
  return (
    <div className="call-card-figures">
      {connected && (
        <p className="call-card-time" role="timer" aria-label={t('call.duration', { time: formats.duration(lasted) })}>
          {formats.clock(lasted)}
        </p>
      )}
      {call.phase === 'connected' && call.repairingSince !== null ? null : plain && call.quality !== null ? (
        <p className={`call-quality call-quality-${call.quality}`}>
          <span className="call-quality-dot" aria-hidden />
          {[t(`call.quality.${call.quality}`), call.codec].filter(Boolean).join(', ')}
        </p>
      ) : (
        <p className="call-card-status">{plain && call.codec !== null ? call.codec : state}</p>
      )}
    </div>
  );
}

function RepairNote({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const now = useNow(500);
  return (
    <p className="call-note">
      <TriangleAlert size={16} aria-hidden />
      {callStatusText(texts, call, now)}
    </p>
  );
}
