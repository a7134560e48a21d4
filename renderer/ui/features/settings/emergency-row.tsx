import { emergencyNumbers, emergencyOverlaps } from '#shared/calls/emergency.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import { TextList } from '../../components/text-list.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { faultOfEmergencyNumber, withEmergencyNumber, withoutEmergencyNumber } from './emergency-list.ts';
import { SettingRow } from './setting-row.tsx';

interface EmergencyRowProps {
  readonly dialling: DiallingSettings;
  readonly onChange: (changes: Partial<DiallingSettings>) => void;
}

/** Which numbers are dialled as an emergency call, and what to know about the place that help is sent to. */
export function EmergencyRow({ dialling, onChange }: EmergencyRowProps) {
  const { t } = useTexts();
  const { say } = useCommands();
  const people = useAppState((app) => app.people);
  const { emergency } = dialling;
  const numbers = emergencyNumbers(emergency);
  const known = people.flatMap((person) => person.numbers);
  const overlaps = emergencyOverlaps(dialling);
  const doubtful = numbers.filter((number) => overlaps.includes(number) || known.includes(number));

  function remove(number: string): void {
    onChange({ emergency: withoutEmergencyNumber(emergency, number) });
    say(t('settings.dialling.emergencyRemoved', { number }), () => onChange({ emergency }));
  }

  return (
    <SettingRow label={t('settings.dialling.emergency')} hint={t('settings.dialling.emergencyHint')} place="below">
      {(labels) => (
        <div className="setting-stack" role="group" {...labels}>
          <TextList
            items={numbers}
            fieldLabel={t('settings.dialling.newEmergency')}
            addLabel={t('actions.add')}
            removeLabelOf={(number) => t('settings.dialling.removeNumber', { number })}
            faultOf={(number) => {
              const fault = faultOfEmergencyNumber(numbers, number);
              return fault === null ? undefined : t(`settings.dialling.${fault}`);
            }}
            onAdd={(number) => onChange({ emergency: withEmergencyNumber(emergency, number) })}
            onRemove={remove}
            form="chips"
            empty={t('settings.dialling.emergencyNone')}
          />
          {doubtful.length > 0 && (
            <p className="setting-warning" role="status">
              {t('settings.dialling.emergencyOverlap', { numbers: doubtful.join(', ') })}
            </p>
          )}
          <p className="setting-hint">{t('settings.dialling.emergencyPlace')}</p>
        </div>
      )}
    </SettingRow>
  );
}
