import { FolderOpen } from 'lucide-react';
import { displayText } from '#shared/people/display-text.ts';
import { Button } from '../../components/button.tsx';
import { Switch } from '../../components/field.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { SettingRow } from './setting-row.tsx';

/** Whether calls can be recorded, where to, and what the others hear of it. */
export function RecordingSection() {
  const { t } = useTexts();
  const { ask, changeSettings } = useCommands();
  const { offered, folder, tone } = useAppState((app) => app.settings.recording);
  const forbidden = useAppState((app) => app.policy.recording === 'forbidden');
  const locked = forbidden ? t('settings.locked') : undefined;

  async function chooseFolder(): Promise<void> {
    const answer = await ask('recording.choose-folder', {});
    if (answer !== undefined && answer.path !== null) changeSettings({ recording: { folder: answer.path } });
  }

  return (
    <>
      <SettingRow label={t('settings.recording.offered')} hint={t('settings.recording.offeredHint')} locked={locked}>
        {(labels) => (
          <Switch
            on={offered && !forbidden}
            disabled={forbidden}
            onValue={(on) => changeSettings({ recording: { offered: on } })}
            {...labels}
          />
        )}
      </SettingRow>
      <SettingRow label={t('settings.recording.folder')} hint={t('settings.recording.folderHint')} locked={locked}>
        {(labels) => (
          <span className="setting-folder" role="group" {...labels}>
            <bdi className={folder === null ? 'muted' : 'setting-value'}>
              {folder === null ? t('settings.recording.folderNone') : displayText(folder, 1024)}
            </bdi>
            <Button icon={FolderOpen} disabled={forbidden} onClick={() => void chooseFolder()}>
              {t('settings.recording.choose')}
            </Button>
          </span>
        )}
      </SettingRow>
      {offered && folder === null && !forbidden && (
        <p className="setting-warning" role="status">
          {t('settings.recording.folderMissing')}
        </p>
      )}
      <SettingRow label={t('settings.recording.tone')} hint={t('settings.recording.toneHint')} locked={locked}>
        {(labels) => <Switch on={tone} disabled={forbidden} onValue={(on) => changeSettings({ recording: { tone: on } })} {...labels} />}
      </SettingRow>
    </>
  );
}
