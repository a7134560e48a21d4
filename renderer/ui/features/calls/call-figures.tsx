import type { CallView } from '#shared/calls/call.ts';
import { callStatusText } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useNow } from '../../store/use-now.ts';

/** Duration, state, quality and codec. */
export function CallFigures({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const { t, formats } = texts;
  const now = useNow(500, call.phase === 'connected');
  const lasted = callDuration(call, now);
  const plain = call.phase === 'connected' && !call.hold.local && !call.hold.remote && call.repairingSince === null;
  return (
    <div className="call-card-figures">
      {lasted !== null && (
        <p className="call-card-time" role="timer" aria-label={t('call.duration', { time: formats.duration(lasted) })}>
          {formats.clock(lasted)}
        </p>
      )}
      {call.phase === 'connected' && call.repairingSince !== null ? null : plain && call.quality !== null ? (
        <Quality quality={call.quality} words={[t(`call.quality.${call.quality}`), call.codec].filter(Boolean).join(', ')} />
      ) : (
        <p className="call-card-status">{plain && call.codec !== null ? call.codec : callStatusText(texts, call, now)}</p>
      )}
    </div>
  );
}

/** A dot whose shape differs as well as its colour. Without `words` beside it they are its name. */
export function Quality({ quality, words }: { readonly quality: NonNullable<CallView['quality']>; readonly words?: string }) {
  const { t } = useTexts();
  return (
    <p className={`call-quality call-quality-${quality}`} title={words === undefined ? t(`call.quality.${quality}`) : undefined}>
      <span className="call-quality-dot" aria-hidden />
      {words ?? <span className="visually-hidden">{t(`call.quality.${quality}`)}</span>}
    </p>
  );
}

/** How long both sides have been connected, in ms; null before. */
export function callDuration(call: CallView, now: number): number | null {
  return call.connectedAt === null ? null : Math.max(0, (call.endedAt ?? now) - call.connectedAt);
}
