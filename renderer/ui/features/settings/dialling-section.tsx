import { numberingCountries } from '#shared/calls/numbering.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import { areaCodeForm, hasForm, outsidePrefixForm } from '#shared/settings/text-forms.ts';
import { Select, Switch } from '../../components/field.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { countryChoices } from './country-choices.ts';
import { EmergencyRow } from './emergency-row.tsx';
import { SettingRow } from './setting-row.tsx';
import { SettingText } from './setting-text.tsx';
import { ShownNumbersRow } from './shown-numbers-row.tsx';

/** How numbers become what is dialled, and what the far end sees of us. */
export function DiallingSection() {
  const { t } = useTexts();
  const { changeSettings } = useCommands();
  const dialling = useAppState((app) => app.settings.dialling);
  const change = (changes: Partial<DiallingSettings>): void => changeSettings({ dialling: changes });
  return (
    <>
      <CountryRow country={dialling.country} onCountry={(country) => change({ country })} />
      <SettingText
        label={t('settings.dialling.areaCode')}
        hint={t('settings.dialling.areaCodeHint')}
        value={dialling.areaCode}
        faultOf={(text) => (hasForm(withoutTrunkZero(text), areaCodeForm) ? undefined : t('settings.dialling.areaCodeFault'))}
        tidied={withoutTrunkZero}
        onCommit={(areaCode) => change({ areaCode })}
      />
      <SettingText
        label={t('settings.dialling.outsidePrefix')}
        hint={t('settings.dialling.outsidePrefixHint')}
        value={dialling.outsidePrefix}
        faultOf={(text) => (hasForm(text, outsidePrefixForm) ? undefined : t('settings.dialling.outsidePrefixFault'))}
        onCommit={(outsidePrefix) => change({ outsidePrefix })}
      />
      <SettingText
        label={t('settings.dialling.internalLength')}
        hint={t('settings.dialling.internalLengthHint')}
        value={dialling.internalLength === 0 ? '' : String(dialling.internalLength)}
        faultOf={(text) => (/^[0-8]?$/.test(text) ? undefined : t('settings.dialling.internalLengthFault'))}
        onCommit={(text) => change({ internalLength: Number(text) })}
      />
      <SettingRow label={t('settings.dialling.dtmf')} hint={t('settings.dialling.dtmfHint')}>
        {(labels) => (
          <Select
            options={(['rtp', 'info'] as const).map((value) => ({ value, label: t(`settings.dialling.dtmfWays.${value}`) }))}
            value={dialling.dtmf}
            onValue={(dtmf) => change({ dtmf })}
            {...labels}
          />
        )}
      </SettingRow>
      <SettingRow label={t('settings.dialling.hideNumber')} hint={t('settings.dialling.hideNumberHint')}>
        {(labels) => <Switch on={dialling.hideNumber} onValue={(hideNumber) => change({ hideNumber })} {...labels} />}
      </SettingRow>
      <ShownNumbersRow dialling={dialling} onChange={change} />
      <EmergencyRow dialling={dialling} onChange={change} />
    </>
  );
}

function CountryRow({ country, onCountry }: { readonly country: string; readonly onCountry: (country: string) => void }) {
  const { t, language, formats } = useTexts();
  const { common, others } = countryChoices(numberingCountries(), navigator.languages, language, formats.compare);
  return (
    <SettingRow label={t('settings.dialling.country')} hint={t('settings.dialling.countryHint')}>
      {(labels) => (
        <Select
          options={[{ value: '', label: t('settings.dialling.countryNone') }]}
          groups={[
            { label: t('settings.dialling.countriesCommon'), options: common },
            { label: t('settings.dialling.countriesAll'), options: others },
          ]}
          value={country}
          onValue={onCountry}
          {...labels}
        />
      )}
    </SettingRow>
  );
}

/** People write an area code with the zero in front, which belongs to the long-distance call and not to the code. */
function withoutTrunkZero(text: string): string {
  return text.replace(/^0+/, '');
}
