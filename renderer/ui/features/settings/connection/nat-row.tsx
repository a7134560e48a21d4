import { Radar, Timer } from 'lucide-react';
import type { NatReport, TransportAddress } from '#shared/network/nat/report.ts';
import { bracketed } from '#shared/profiles/sip-address.ts';
import { Button } from '../../../components/button.tsx';
import { ErrorCard } from '../../../components/error-card.tsx';
import { Facts } from '../../../components/facts.tsx';
import type { Texts } from '../../../i18n/text.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../../store/ui-context.tsx';
import { SettingRow } from '../setting-row.tsx';
import { CheckLine, type CheckLineProps } from './check-line.tsx';
import { Fold } from './fold.tsx';
import './checks.css';

/** What the router does with sound: the vendor's word and the name that people know; all of it one click away. */
export function NatRow() {
  const { t } = useTexts();
  const { ask } = useCommands();
  const report = useAppState((app) => app.connectivity.nat);
  const running = useAppState((app) => app.connectivity.checking.includes('nat'));
  const known = report !== null && report.error === null;
  return (
    <SettingRow label={t('settings.connection.nat')} hint={t('settings.connection.natHint')} place="below">
      {(labels) => (
        <div className="check" role="group" {...labels}>
          <CheckLine
            running={running}
            {...natWords(t, report)}
            at={report?.at ?? null}
            startIcon={Radar}
            startLabel={t('check.nat.start')}
            onStart={() => void ask('network.check-nat', { lifetime: false })}
          />
          {!running && report?.error && <ErrorCard level="warning" report={report.error} />}
          {known && (
            <Fold title={t('check.details')}>
              <NatFacts report={report} running={running} />
            </Fold>
          )}
        </div>
      )}
    </SettingRow>
  );
}

function natWords(t: Texts['t'], report: NatReport | null): Pick<CheckLineProps, 'state' | 'outcome' | 'meaning'> {
  if (report === null) return { state: 'waiting', outcome: t('check.notYet'), meaning: '' };
  if (report.error !== null) return { state: 'broken', outcome: t('check.nat.failed'), meaning: '' };
  if (report.type === 'unknown') return { state: 'skipped', outcome: t('check.nat.notKnown'), meaning: t('check.nat.notKnownText') };
  const word = t(report.simple ? 'check.nat.simple' : 'check.nat.notSimple');
  return {
    state: report.simple ? 'fine' : 'warning',
    outcome: `${word} (${t(`check.nat.types.${report.type}`)})`,
    meaning: t(report.simple ? 'check.nat.simpleText' : 'check.nat.notSimpleText'),
  };
}

function NatFacts({ report, running }: { readonly report: NatReport; readonly running: boolean }) {
  const { t, formats } = useTexts();
  const { ask } = useCommands();
  const { filteringUnknownBecause: because, hairpin, lifetimeSeconds } = report;
  const facts: (readonly [string, string])[] = [
    [t('check.nat.type'), t(`check.nat.types.${report.type}`)],
    [t('check.nat.mapping'), t(`check.nat.behaviours.${report.mapping}`)],
    [t('check.nat.filtering'), because === null ? t(`check.nat.behaviours.${report.filtering}`) : t(`check.nat.unknownBecause.${because}`)],
    [t('check.nat.local'), shown(report.local)],
    [t('check.nat.mapped'), shown(report.mapped)],
    [t('check.nat.hairpin'), t(hairpin === null ? 'check.notTried' : hairpin ? 'check.yes' : 'check.no')],
    [
      t('check.nat.lifetime'),
      lifetimeSeconds === null
        ? t('check.nat.lifetimeUnknown')
        : t('check.nat.lifetimeAtLeast', { time: formats.duration(lifetimeSeconds * 1000) }),
    ],
    [t('check.nat.server'), report.server === '' ? '–' : report.server],
    [t('check.took'), formats.took(report.tookMs)],
  ];
  return (
    <>
      <Facts facts={facts} />
      <div className="check-extra">
        <Button icon={Timer} disabled={running} onClick={() => void ask('network.check-nat', { lifetime: true })}>
          {t('check.nat.measure')}
        </Button>
        <p className="muted">{t('check.nat.measureHint')}</p>
      </div>
    </>
  );
}

function shown(address: TransportAddress | null): string {
  return address === null ? '–' : `${bracketed(address.address)}:${address.port}`;
}
