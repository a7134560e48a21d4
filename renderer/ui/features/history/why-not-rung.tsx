import { whyNotRung } from '#shared/calls/why-not-rung.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { whyAdvice, whyText } from '../../i18n/why-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';

/** Why a call that came was not taken here, and what can be done about it, one click away. */
export function WhyNotRung({ entry }: { readonly entry: HistoryEntry }) {
  const texts = useTexts();
  const reasons = whyNotRung(entry);
  if (reasons.length === 0) return null;
  const rang = reasons.some(({ kind }) => kind === 'rang');
  return (
    <details className="history-why">
      <summary>{texts.t(rang ? 'history.didItRing' : 'history.whyNotRung')}</summary>
      <ul className="history-reasons">
        {reasons.map((reason) => {
          const advice = whyAdvice(texts, reason);
          return (
            <li key={reason.kind}>
              <p>{whyText(texts, reason)}</p>
              {advice !== '' && <p className="muted">{advice}</p>}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
