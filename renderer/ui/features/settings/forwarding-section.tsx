import { AvailabilityForm } from '../../components/availability-form.tsx';
import { forwardFault } from '../../i18n/dial-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { SettingRow } from './setting-row.tsx';

/** Do not disturb and where calls are sent on. */
export function ForwardingSection() {
  const texts = useTexts();
  const { changeAvailability } = useCommands();
  const settings = useAppState((app) => app.settings.availability);
  const outcome = useAppState((app) => app.availability);
  const codes = useAppState((app) => app.settings.serverFeatures.codes);
  const dialling = useAppState((app) => app.settings.dialling);
  return (
    <SettingRow label={texts.t('settings.forwarding.rules')} hint={texts.t('settings.forwarding.rulesHint')} place="below">
      {(labels) => (
        <div className="setting-stack setting-box" role="group" {...labels}>
          <AvailabilityForm
            settings={settings}
            outcome={outcome}
            codes={codes}
            faultOf={(number) => forwardFault(texts, number, dialling)}
            onChange={changeAvailability}
          />
        </div>
      )}
    </SettingRow>
  );
}
