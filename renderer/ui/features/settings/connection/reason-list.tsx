import type { ReachabilityReason } from '#shared/state/reachability.ts';
import { FixVerb } from '../../../components/fix-button.tsx';
import { StateSign } from '../../../components/state-sign.tsx';
import { reasonText } from '../../../i18n/reachability-text.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { fixesOfReasons } from '../../../store/fixes.ts';
import { useNow } from '../../../store/use-now.ts';

/** The reasons of the lamp after the first, which the headline tells, and the ways to where they are put right. */
export function ReasonList({ reasons }: { readonly reasons: readonly ReachabilityReason[] }) {
  const texts = useTexts();
  const now = useNow(30_000);
  const further = reasons.slice(1);
  const fixes = fixesOfReasons(reasons);
  return (
    <>
      {further.length > 0 && (
        <ul className="connection-reasons" aria-label={texts.t('reachability.further')}>
          {further.map((reason) => (
            <li key={reason.kind}>
              <StateSign state="warning" />
              <span>{reasonText(texts, reason, now)}</span>
            </li>
          ))}
        </ul>
      )}
      {fixes.length > 0 && (
        <div className="connection-actions">
          {fixes.map((fix) => (
            <FixVerb key={fix} fix={fix} />
          ))}
        </div>
      )}
    </>
  );
}
