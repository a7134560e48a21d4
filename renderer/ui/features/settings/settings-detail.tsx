import { Search } from 'lucide-react';
import type { ComponentType } from 'react';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { settingsSections, type SettingsSectionId } from '../../store/settings-sections.ts';
import { useUi, useView } from '../../store/ui-context.tsx';
import { AboutSection } from './about-section.tsx';
import { AccountSection } from './account-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { AudioSection } from './audio-section.tsx';
import { CallsSection } from './calls-section.tsx';
import { ConnectionSection } from './connection/connection-section.tsx';
import { DiallingSection } from './dialling-section.tsx';
import { ForwardingSection } from './forwarding-section.tsx';
import { NetworkSection } from './network/network-section.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import { RecordingSection } from './recording-section.tsx';
import { ServerSection } from './server-section.tsx';
import { SettingsSection } from './setting-row.tsx';
import { ShortcutsSection } from './shortcuts-section.tsx';
import './settings.css';

const contents: Readonly<Record<SettingsSectionId, ComponentType>> = {
  account: AccountSection,
  connection: ConnectionSection,
  audio: AudioSection,
  dialling: DiallingSection,
  calls: CallsSection,
  forwarding: ForwardingSection,
  server: ServerSection,
  recording: RecordingSection,
  notifications: NotificationsSection,
  shortcuts: ShortcutsSection,
  appearance: AppearanceSection,
  network: NetworkSection,
  about: AboutSection,
};

/** One section, or while searching the matching rows of all. In a wide window the first section is open by itself. */
export function SettingsDetail() {
  const { t } = useTexts();
  const { view } = useUi();
  const chosen = useView((now) => now.section);
  const query = useView((now) => now.settingsSearch.trim());
  const shown: readonly SettingsSectionId[] = query === '' ? [chosen ?? settingsSections[0]] : settingsSections;
  return (
    <div className="settings-page">
      {shown.map((id) => {
        const Content = contents[id];
        return (
          <SettingsSection key={id} id={id} query={query}>
            <Content />
          </SettingsSection>
        );
      })}
      {query !== '' && (
        <div className="settings-none">
          <EmptyState
            icon={Search}
            title={t('settings.nothingFoundTitle')}
            text={t('settings.nothingFoundText', { query })}
            action={<Button onClick={() => view.setState({ settingsSearch: '' })}>{t('settings.showAll')}</Button>}
          />
        </div>
      )}
    </div>
  );
}
