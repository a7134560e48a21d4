import { ClipboardCopy, Save, Square, Stethoscope } from 'lucide-react';
import { useId, useState } from 'react';
import type { DoctorRun } from '#shared/network/doctor/run.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Button } from '../../../components/button.tsx';
import { ErrorCard } from '../../../components/error-card.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { errorToMend } from '../../../store/own-line.ts';
import { useAppState, useCommands } from '../../../store/ui-context.tsx';
import { SettingRow } from '../setting-row.tsx';
import { DoctorProgress } from './doctor-progress.tsx';
import { DoctorSteps } from './doctor-steps.tsx';
import { DoctorVerdictCard } from './doctor-verdict.tsx';
import { useDoctorReport } from './use-doctor-report.ts';
import './doctor.css';

/** Finds the broken hop: started here, told step by step, and at its end one sentence. */
export function DoctorRow() {
  const { t } = useTexts();
  const run = useAppState((app) => app.connectivity.doctor);
  const runs = run !== null && run.finishedAt === null;
  return (
    <SettingRow label={t('settings.connection.doctor')} hint={t('settings.connection.doctorHint')} place="below">
      {(labels) => (
        <div className="doctor" role="group" {...labels}>
          {run === null && <p className="muted">{t('settings.doctor.empty')}</p>}
          {run !== null && !runs && <Outcome run={run} />}
          {runs && <DoctorProgress run={run} />}
          <DoctorVerbs run={run} />
          {run !== null && <DoctorSteps run={run} />}
        </div>
      )}
    </SettingRow>
  );
}

function Outcome({ run }: { readonly run: DoctorRun }) {
  const { t } = useTexts();
  if (run.verdict !== null) return <DoctorVerdictCard verdict={run.verdict} finishedAt={run.finishedAt} />;
  return run.error === null ? <p role="status">{t('settings.doctor.stopped')}</p> : <ErrorCard report={run.error} />;
}

/** One button starts, stops and starts again, so that the focus stays where it is. */
function DoctorVerbs({ run }: { readonly run: DoctorRun | null }) {
  const { t } = useTexts();
  const report = useDoctorReport();
  const { ask, copy, say } = useCommands();
  const echoNumber = useAppState((app) => app.settings.network.echoNumber);
  const broken = useAppState((app) => errorToMend(app.registration) !== null);
  const [withEcho, setWithEcho] = useState(false);
  const id = useId();
  const runs = run !== null && run.finishedAt === null;
  const echo = echoNumber !== '' && withEcho;

  async function saveReport(): Promise<void> {
    const saved = await ask('doctor.save-report', { text: report() });
    if (saved !== undefined && saved.path !== null) say(t('settings.doctor.reportSaved', { path: saved.path }));
  }

  return (
    <div className="connection-actions">
      <Button
        kind={broken && run === null ? 'primary' : 'plain'}
        icon={runs ? Square : Stethoscope}
        onClick={() => void (runs ? ask('doctor.stop', {}) : ask('doctor.start', { echo }))}
      >
        {t(runs ? 'settings.doctor.stop' : run === null ? 'settings.doctor.start' : 'settings.doctor.again')}
      </Button>
      {run !== null && !runs && (
        <>
          <Button icon={ClipboardCopy} onClick={() => copy(report(), t('settings.doctor.reportCopied'))}>
            {t('settings.doctor.copyReport')}
          </Button>
          <Button icon={Save} onClick={() => void saveReport()}>
            {t('settings.doctor.saveReport')}
          </Button>
        </>
      )}
      {echoNumber !== '' && !runs && (
        <span className="doctor-echo">
          <input id={id} type="checkbox" checked={withEcho} onChange={(event) => setWithEcho(event.target.checked)} />
          <label htmlFor={id}>{t('settings.doctor.withEcho', { number: displayText(echoNumber) })}</label>
        </span>
      )}
    </div>
  );
}
