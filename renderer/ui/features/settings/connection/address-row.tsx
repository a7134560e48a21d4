import { serverName } from '#shared/profiles/server-address.ts';
import type { Server } from '#shared/profiles/account.ts';
import { StateSign } from '../../../components/state-sign.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { addressState } from '../../../store/own-line.ts';
import { useAppState } from '../../../store/ui-context.tsx';
import { useNow } from '../../../store/use-now.ts';
import { SettingRow } from '../setting-row.tsx';

const none: readonly Server[] = [];

/** The account's addresses in their order, and what becomes of each. */
export function AddressRow() {
  const texts = useTexts();
  const { t, formats } = texts;
  const servers = useAppState((app) => app.session.account?.servers ?? none);
  const registration = useAppState((app) => app.registration);
  const doctor = useAppState((app) => app.connectivity.doctor);
  const now = useNow(60_000);
  return (
    <SettingRow label={t('settings.connection.addresses')} hint={t('settings.connection.addressesHint')} place="below">
      {(labels) => (
        <ol className="server-list" {...labels}>
          {servers.map((server) => {
            const name = serverName(server);
            const state = addressState(name, registration, doctor);
            return (
              <li key={name}>
                <bdi className="setting-value">{name}</bdi>
                <span className="connection-address">
                  <StateSign state={signs[state.kind]} />
                  {state.kind === 'failed' && state.at !== null
                    ? t('address.failedAt', { time: formats.moment(state.at, now) })
                    : t(`address.${state.kind}`)}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </SettingRow>
  );
}

const signs = { 'in-use': 'fine', trying: 'running', ready: 'waiting', failed: 'broken' } as const;
