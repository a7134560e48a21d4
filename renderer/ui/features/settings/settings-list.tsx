import {
  Bell,
  CircleUserRound,
  Disc,
  Grip,
  Info,
  Keyboard,
  Network,
  Palette,
  Phone,
  PhoneForwarded,
  Server,
  Volume2,
  Wifi,
  type LucideIcon,
} from 'lucide-react';
import { ListSearch } from '../../components/list-search.tsx';
import { RovingList, rowTabIndex } from '../../components/roving-list.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { settingsSections, type SettingsSectionId } from '../../store/settings-sections.ts';
import { useUi, useView } from '../../store/ui-context.tsx';
import '../../components/list.css';
import './settings.css';

const icons: Readonly<Record<SettingsSectionId, LucideIcon>> = {
  account: CircleUserRound,
  connection: Wifi,
  audio: Volume2,
  dialling: Grip,
  calls: Phone,
  forwarding: PhoneForwarded,
  server: Server,
  recording: Disc,
  notifications: Bell,
  shortcuts: Keyboard,
  appearance: Palette,
  network: Network,
  about: Info,
};

/** The sections of the settings and the search through all of them. */
export function SettingsList() {
  const { t } = useTexts();
  const { view } = useUi();
  const chosen = useView((now) => now.section);
  const search = useView((now) => now.settingsSearch);
  return (
    <div className="list-column">
      <div className="list-head">
        <h1 className="settings-title">{t('settings.title')}</h1>
        <ListSearch label={t('settings.search')} value={search} onValue={(settingsSearch) => view.setState({ settingsSearch })} />
      </div>
      <div className="list-body">
        <RovingList label={t('settings.sections')}>
          <ul>
            {settingsSections.map((id) => {
              const Icon = icons[id];
              return (
                <li key={id}>
                  <button
                    type="button"
                    data-row
                    tabIndex={rowTabIndex(id, chosen, settingsSections)}
                    aria-current={(id === chosen && search.trim() === '') || undefined}
                    className="settings-link"
                    onClick={() => view.setState({ section: id, settingsSearch: '' })}
                  >
                    <Icon size={18} aria-hidden />
                    {t(`settings.${id}.title`)}
                  </button>
                </li>
              );
            })}
          </ul>
        </RovingList>
      </div>
    </div>
  );
}
