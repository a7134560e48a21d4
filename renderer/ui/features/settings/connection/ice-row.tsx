import { Waypoints } from 'lucide-react';
import type { IceReport } from '#shared/network/ice/report.ts';
import { Facts } from '../../../components/facts.tsx';
import { ProofText } from '../../../components/proof-text.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../../store/ui-context.tsx';
import { SettingRow } from '../setting-row.tsx';
import { CandidateTable } from './candidate-table.tsx';
import { CheckLine } from './check-line.tsx';
import { Fold } from './fold.tsx';
import './checks.css';

const signs = { available: 'fine', 'relay-only': 'warning', 'not-available': 'broken' } as const;

/** Which ways sound can take from here, and why. */
export function IceRow() {
  const { t } = useTexts();
  const { ask } = useCommands();
  const report = useAppState((app) => app.connectivity.ice);
  const running = useAppState((app) => app.connectivity.checking.includes('ice'));
  return (
    <SettingRow label={t('settings.connection.ice')} hint={t('settings.connection.iceHint')} place="below">
      {(labels) => (
        <div className="check" role="group" {...labels}>
          <CheckLine
            running={running}
            state={report === null ? 'waiting' : signs[report.status]}
            outcome={report === null ? t('check.notYet') : t(`check.ice.status.${report.status}`)}
            meaning={report === null ? '' : t(`check.ice.reasons.${report.reason}`)}
            at={report?.at ?? null}
            startIcon={Waypoints}
            startLabel={t('check.ice.start')}
            onStart={() => void ask('network.check-ice', {})}
          />
          {report !== null && (
            <Fold title={t('check.details')}>
              <IceDetails report={report} />
            </Fold>
          )}
        </div>
      )}
    </SettingRow>
  );
}

function IceDetails({ report }: { readonly report: IceReport }) {
  const { t, formats } = useTexts();
  const { loopBack } = report;
  const facts: (readonly [string, string])[] = [
    [
      t('check.ice.loopBack'),
      loopBack.connected ? t('check.ice.loopBackWorks', { time: formats.took(loopBack.tookMs) }) : t('check.ice.loopBackFailed'),
    ],
    [t('check.ice.gathered'), formats.took(report.gatheredMs)],
    [t('check.took'), formats.took(report.tookMs)],
  ];
  return (
    <>
      <CandidateTable candidates={report.candidates} />
      <section aria-label={t('check.ice.servers')}>
        <h2 className="check-heading">{t('check.ice.servers')}</h2>
        {report.servers.length === 0 ? (
          <p className="muted">{t('check.ice.noServers')}</p>
        ) : (
          <ul className="check-servers">
            {report.servers.map((proof) => (
              <li key={proof.id}>
                <bdi>{proof.uri}</bdi>
                <ProofText proof={proof} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <Facts facts={facts} />
    </>
  );
}
