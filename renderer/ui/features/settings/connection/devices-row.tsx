import type { OtherContact } from '#shared/registration/other-contact.ts';
import { DeviceChoice } from '../../../components/device-choice.tsx';
import { deviceFacts, deviceName } from '../../../i18n/device-text.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useAppState } from '../../../store/ui-context.tsx';
import { useNow } from '../../../store/use-now.ts';
import { SettingRow } from '../setting-row.tsx';

const nobody: readonly OtherContact[] = [];

/** What else is signed in with the number, and the ways to decide where calls ring. */
export function DevicesRow() {
  const texts = useTexts();
  const { t } = texts;
  const others = useAppState(({ registration }) => ('others' in registration ? registration.others : nobody));
  const registered = useAppState(({ registration }) => registration.phase === 'registered');
  const undecided = useAppState((app) => app.connectivity.undecided.length > 0);
  return (
    <SettingRow label={t('settings.connection.devices')} hint={t('settings.connection.devicesHint')} place="below">
      {(labels) => (
        <div className="setting-stack" role="group" {...labels}>
          {others.length === 0 ? <p className="muted">{t('settings.connection.devicesNone')}</p> : <DeviceList devices={others} />}
          {registered && others.length > 0 && (
            <div className="connection-actions">
              <DeviceChoice mayKeep={undecided} />
            </div>
          )}
        </div>
      )}
    </SettingRow>
  );
}

function DeviceList({ devices }: { readonly devices: readonly OtherContact[] }) {
  const texts = useTexts();
  const kept = useAppState((app) => app.settings.network.keptDevices);
  const now = useNow(60_000);
  return (
    <ul className="server-list">
      {devices.map((device) => (
        <li key={device.uri}>
          <bdi className="setting-value">{deviceName(texts, device)}</bdi>
          <span className="muted connection-address">
            {[deviceFacts(texts, device, now), kept.includes(device.key) ? texts.t('device.kept') : ''].filter(Boolean).join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
