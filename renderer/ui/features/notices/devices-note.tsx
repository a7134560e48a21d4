import { MonitorSmartphone } from 'lucide-react';
import { DeviceChoice } from '../../components/device-choice.tsx';
import { alsoAtText, deviceFacts, deviceName } from '../../i18n/device-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState } from '../../store/ui-context.tsx';
import { useNow } from '../../store/use-now.ts';

/** The number is signed in elsewhere, too: asked once for each device, without getting in the way. */
export function DevicesNote() {
  const texts = useTexts();
  const devices = useAppState((app) => app.connectivity.undecided);
  const now = useNow(60_000);
  if (devices.length === 0) return null;
  const question = alsoAtText(texts, devices, now);
  return (
    <article className="note" aria-label={question}>
      <MonitorSmartphone size={18} aria-hidden />
      <div className="note-body">
        <div className="note-words">
          <p className="note-title">{question}</p>
          {devices.length > 1 && (
            <ul className="note-list" aria-label={texts.t('device.list')}>
              {devices.map((device) => (
                <li key={device.uri}>
                  <bdi>{deviceName(texts, device)}</bdi>
                  <span className="muted">, {deviceFacts(texts, device, now)}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
        <div className="note-actions" role="group" aria-label={texts.t('device.question')}>
          <DeviceChoice />
        </div>
      </div>
    </article>
  );
}
