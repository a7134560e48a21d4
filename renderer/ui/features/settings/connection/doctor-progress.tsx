import type { DoctorLine, DoctorRun } from '#shared/network/doctor/run.ts';
import { lineText, stepTitle } from '../../../i18n/doctor-text.ts';
import type { Texts } from '../../../i18n/text.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';

/** How far a run has come: a bar and the step under way for the eye, what was found last for the ear. */
export function DoctorProgress({ run }: { readonly run: DoctorRun }) {
  const texts = useTexts();
  const done = run.lines.filter(isDone);
  const current = run.lines.find(({ state }) => state === 'running');
  const last = done.at(-1);
  const step = current === undefined ? '' : nameOf(texts, current);
  return (
    <div className="doctor-progress">
      <progress className="doctor-bar" max={Math.max(1, run.lines.length)} value={done.length} aria-label={texts.t('check.running')} />
      <p>{texts.t('settings.doctor.running', { done: Math.min(done.length + 1, run.lines.length), total: run.lines.length, step })}</p>
      <p className="visually-hidden" aria-live="polite">
        {last === undefined
          ? ''
          : [`${nameOf(texts, last)}: ${texts.t(`settings.doctor.state.${last.state}`)}`, lineText(texts, last)].filter(Boolean).join('. ')}
      </p>
    </div>
  );
}

function isDone({ state }: DoctorLine): boolean {
  return state !== 'waiting' && state !== 'running';
}

function nameOf(texts: Texts, line: DoctorLine): string {
  return [stepTitle(texts, line.step), line.server ?? ''].filter(Boolean).join(', ');
}
