import { Select } from '../../components/field.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { SettingRow } from './setting-row.tsx';

/** Theme and language. */
export function AppearanceSection() {
  const { t } = useTexts();
  const { changeSettings } = useCommands();
  const { theme, language } = useAppState((app) => app.settings.appearance);
  const themes = (['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`settings.appearance.${value}`) }));
  // every language is named in itself, so that somebody lost in a foreign one finds the way back
  const languages = [
    { value: 'system' as const, label: t('settings.appearance.system') },
    { value: 'en' as const, label: 'English' },
    { value: 'de' as const, label: 'Deutsch' },
  ];
  return (
    <>
      <SettingRow label={t('settings.appearance.theme')} hint={t('settings.appearance.themeHint')}>
        {(labels) => (
          <Select options={themes} value={theme} onValue={(chosen) => changeSettings({ appearance: { theme: chosen } })} {...labels} />
        )}
      </SettingRow>
      <SettingRow label={t('settings.appearance.language')} hint={t('settings.appearance.languageHint')}>
        {(labels) => (
          <Select
            options={languages}
            value={language}
            onValue={(chosen) => changeSettings({ appearance: { language: chosen } })}
            {...labels}
          />
        )}
      </SettingRow>
    </>
  );
}
