import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { serverUrl } from '#shared/profiles/server-address.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmSheet } from '../../components/dialog.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { SettingRow } from './setting-row.tsx';

/** The line of this computer. */
export function AccountSection() {
  const { t } = useTexts();
  const { ask } = useCommands();
  const account = useAppState((app) => app.session.account);
  const inCall = useAppState((app) => app.calls.some((call) => call.phase !== 'ended'));
  const [asking, setAsking] = useState(false);
  if (account === null) return null;
  return (
    <>
      <SettingRow label={t('settings.account.name')} hint={t('settings.account.nameHint')}>
        {() => (
          <span className="setting-value">
            <StrangerText text={account.displayName || account.user} />
          </span>
        )}
      </SettingRow>
      <SettingRow label={t('settings.account.number')} hint={t('settings.account.numberHint')}>
        {() => <span className="setting-value">{account.user}</span>}
      </SettingRow>
      <SettingRow label={t('settings.account.kind')} hint={t('settings.account.kindHint')}>
        {() => <span>{t(account.kind === 'practice-office' ? 'settings.account.practiceOffice' : 'settings.account.ownServer')}</span>}
      </SettingRow>
      <SettingRow label={t('settings.account.addresses')} hint={t('settings.account.addressesHint')} place="below">
        {(labels) => (
          <ol className="server-list setting-stack" {...labels}>
            {account.servers.map((server) => (
              <li key={serverUrl(server)}>
                <bdi className="setting-value">{serverUrl(server)}</bdi>
                <span className="muted">
                  {[
                    t(server.transport === 'wss' ? 'settings.account.encrypted' : 'settings.account.plain'),
                    server.trust.kind === 'pinned' ? t('settings.account.pinned') : '',
                  ]
                    .filter(Boolean)
                    .join(', ')}
                </span>
              </li>
            ))}
          </ol>
        )}
      </SettingRow>
      <SettingRow label={t('settings.account.signOut')} hint={t('settings.account.signOutHint')}>
        {() => (
          <Button icon={LogOut} onClick={() => setAsking(true)}>
            {t('settings.account.signOut')}
          </Button>
        )}
      </SettingRow>
      {asking && (
        <ConfirmSheet
          title={t('settings.account.signOutTitle')}
          text={t(inCall ? 'settings.account.signOutInCallText' : 'settings.account.signOutText')}
          confirm={t('settings.account.signOut')}
          onCancel={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void ask('session.sign-out', {});
          }}
        />
      )}
    </>
  );
}
