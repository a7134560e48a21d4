import type { DoctorLine, DoctorRun } from '#shared/network/doctor/run.ts';
import { StateSign } from '../../../components/state-sign.tsx';
import { lineText, stepTitle } from '../../../i18n/doctor-text.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { Fold } from './fold.tsx';

/** What the doctor looked at, line by line. Open while it runs and as long as something is broken; folded when all is well. */
export function DoctorSteps({ run }: { readonly run: DoctorRun }) {
  const { count } = useTexts();
  if (run.lines.length === 0) return null;
  const open = run.finishedAt === null || run.verdict?.level === 'broken' || run.verdict === null;
  return (
    <Fold key={`${run.startedAt} ${open}`} title={count('settings.doctor.steps', run.lines.length)} open={open}>
      <ol className="doctor-steps">
        {run.lines.map((line) => (
          <Step key={`${line.step} ${line.server ?? ''}`} line={line} />
        ))}
      </ol>
    </Fold>
  );
}

function Step({ line }: { readonly line: DoctorLine }) {
  const texts = useTexts();
  const { t, formats } = texts;
  const said = lineText(texts, line);
  return (
    <li className={`doctor-step doctor-step-${line.state}`} aria-current={line.state === 'running' ? 'step' : undefined}>
      <StateSign state={line.state} label={t(`settings.doctor.state.${line.state}`)} />
      <div className="doctor-step-words">
        <p>
          <span className="doctor-step-title">{stepTitle(texts, line.step)}</span>
          {line.server !== null && (
            <span className="muted">
              , <bdi>{line.server}</bdi>
            </span>
          )}
        </p>
        {said !== '' && <p className="doctor-step-said">{said}</p>}
      </div>
      {line.tookMs !== null && <span className="doctor-step-time muted">{formats.took(line.tookMs)}</span>}
    </li>
  );
}
