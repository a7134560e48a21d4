import { Switch } from '../../components/field.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { SettingRow } from './setting-row.tsx';

/** How incoming calls make themselves known. */
export function NotificationsSection() {
  const { t } = useTexts();
  const { changeSettings } = useCommands();
  const toast = useAppState((app) => app.settings.notifications.incomingToast);
  return (
    <SettingRow label={t('settings.notifications.toast')} hint={t('settings.notifications.toastHint')}>
      {(labels) => <Switch on={toast} onValue={(incomingToast) => changeSettings({ notifications: { incomingToast } })} {...labels} />}
    </SettingRow>
  );
}
