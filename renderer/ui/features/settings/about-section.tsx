import { FileText, FolderOpen } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { SettingRow } from './setting-row.tsx';

/** Version, logs and the report for support. */
export function AboutSection() {
  const { t } = useTexts();
  const { ask, say } = useCommands();
  const { version, profile } = useAppState((state) => state.app);

  async function exportReport(): Promise<void> {
    const report = await ask('app.export-report', {});
    if (report) say(t('settings.about.reportWritten', { path: report.path }));
  }

  return (
    <>
      <SettingRow label={t('settings.about.version')} hint={t('settings.about.versionHint')}>
        {() => <span className="setting-value">{version}</span>}
      </SettingRow>
      {profile !== '' && (
        <SettingRow label={t('settings.about.profile')} hint={t('settings.about.profileHint')}>
          {() => <span className="setting-value">{profile}</span>}
        </SettingRow>
      )}
      <SettingRow label={t('settings.about.logs')} hint={t('settings.about.logsHint')}>
        {() => (
          <Button icon={FolderOpen} onClick={() => void ask('app.show-logs', {})}>
            {t('settings.about.showLogs')}
          </Button>
        )}
      </SettingRow>
      <SettingRow label={t('settings.about.report')} hint={t('settings.about.reportHint')}>
        {() => (
          <Button icon={FileText} onClick={() => void exportReport()}>
            {t('settings.about.exportReport')}
          </Button>
        )}
      </SettingRow>
    </>
  );
}
