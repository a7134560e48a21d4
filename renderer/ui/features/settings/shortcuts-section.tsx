import { useTexts } from '../../i18n/texts-context.tsx';
import { isMac } from '../../keyboard/platform.ts';
import { keyNames, shortcutNames, shortcuts } from '../../keyboard/shortcuts.ts';
import { SettingRow } from './setting-row.tsx';

/** The keyboard map. */
export function ShortcutsSection() {
  const { t } = useTexts();
  return shortcutNames.map((name) => (
    <SettingRow key={name} label={t(`shortcuts.${name}`)} hint="">
      {(labels) => (
        <span className="keys" {...labels} role="group">
          {keyNames(shortcuts[name], isMac(), t).map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      )}
    </SettingRow>
  ));
}
