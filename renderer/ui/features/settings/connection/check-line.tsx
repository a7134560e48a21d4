import { Square, type LucideIcon } from 'lucide-react';
import type { DoctorLine } from '#shared/network/doctor/run.ts';
import { Button } from '../../../components/button.tsx';
import { StateSign } from '../../../components/state-sign.tsx';
import { Progress } from '../../../components/meter.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useCommands } from '../../../store/ui-context.tsx';
import { useNow } from '../../../store/use-now.ts';

export interface CheckLineProps {
  readonly running: boolean;
  readonly state: DoctorLine['state'];
  /** What came of the last check, in the fewest words. */
  readonly outcome: string;
  /** What that means for calls. */
  readonly meaning: string;
  /** Wall time in ms of the last check; null before the first. */
  readonly at: number | null;
  readonly startIcon: LucideIcon;
  readonly startLabel: string;
  readonly onStart: () => void;
}

/** One check in a line: what came of it, when, and the button that runs or stops it. */
export function CheckLine({ running, state, outcome, meaning, at, startIcon, startLabel, onStart }: CheckLineProps) {
  const { t, formats } = useTexts();
  const { ask } = useCommands();
  const now = useNow(60_000);
  return (
    <div className="check-line">
      <div className="check-words" role="status">
        {running ? (
          <Progress text={t('check.running')} />
        ) : (
          <>
            <p className="check-outcome">
              <StateSign state={state} />
              <strong>{outcome}</strong>
              {at !== null && <span className="muted">{t('check.at', { time: formats.moment(at, now) })}</span>}
            </p>
            {meaning !== '' && <p>{meaning}</p>}
          </>
        )}
      </div>
      <Button icon={running ? Square : startIcon} onClick={() => (running ? void ask('network.stop-checks', {}) : onStart())}>
        {running ? t('actions.stop') : startLabel}
      </Button>
    </div>
  );
}
