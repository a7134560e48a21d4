import { Switch } from '../../../components/field.tsx';
import { ProxyForm } from '../../../components/proxy-form.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../../store/ui-context.tsx';
import { SettingRow } from '../setting-row.tsx';
import { isRelay } from './ice-uri.ts';
import { ServerList } from './server-list.tsx';
import './network.css';

/** The servers that help the sound find its way, and the proxy between this computer and everything. */
export function NetworkSection() {
  const { t } = useTexts();
  const { changeSettings } = useCommands();
  const proxyUser = useAppState((app) => app.settings.network.proxyUser);
  const { servers, relayOnly } = useAppState((app) => app.settings.ice);
  return (
    <>
      <SettingRow label={t('settings.network.servers')} hint={t('settings.network.serversHint')} place="below">
        {(labels) => (
          <div className="setting-stack" role="group" {...labels}>
            <ServerList servers={servers} />
          </div>
        )}
      </SettingRow>
      <SettingRow label={t('settings.network.relayOnly')} hint={t('settings.network.relayOnlyHint')}>
        {(labels) => <Switch on={relayOnly} onValue={(on) => changeSettings({ ice: { relayOnly: on } })} {...labels} />}
      </SettingRow>
      {relayOnly && !servers.some(({ uri }) => isRelay(uri)) && (
        <p className="setting-warning" role="status">
          {t('settings.network.relayOnlyWithout')}
        </p>
      )}
      <SettingRow label={t('proxy.title')} hint={t('proxy.hint')} place="below">
        {(labels) => (
          <div className="setting-stack" role="group" {...labels}>
            <ProxyForm known={proxyUser} />
          </div>
        )}
      </SettingRow>
    </>
  );
}
