import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import type { ServerFeatureSettings } from '#shared/settings/feature-codes.ts';
import { featurePresets, type FeaturePreset, type ServerFeature } from '#shared/settings/server-features.ts';
import { featureCodeForm, hasForm, slotListForm } from '#shared/settings/text-forms.ts';
import { DraftField } from '../../components/draft-field.tsx';
import { Select } from '../../components/field.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { codeRows, placeMissingIn } from './feature-code.ts';
import { SettingRow } from './setting-row.tsx';
import { SettingText } from './setting-text.tsx';

/** The places in a code, as they are written and therefore shown. */
const places = { number: '{number}', slot: '{slot}' };

/** What the telephone system does when a code is dialled. */
export function ServerSection() {
  const { t } = useTexts();
  const { changeSettings, say } = useCommands();
  const features = useAppState((app) => app.settings.serverFeatures);
  const { preset, codes, parkSlots } = features;
  const change = (serverFeatures: Partial<ServerFeatureSettings>): void => changeSettings({ serverFeatures });
  const custom = { value: 'custom' as const, label: t('settings.server.presets.custom') };
  const presets = featurePresets.map((value) => ({ value, label: t(`settings.server.presets.${value}`) }));

  function take(chosen: FeaturePreset): void {
    change({ preset: chosen, ...featureCodePresets[chosen] });
    say(t('settings.server.presetTaken', { system: t(`settings.server.presets.${chosen}`) }), () => change(features));
  }

  return (
    <>
      <SettingRow label={t('settings.server.preset')} hint={t('settings.server.presetHint')}>
        {(labels) => (
          <Select
            options={preset === 'custom' ? [...presets, custom] : presets}
            value={preset}
            onValue={(chosen) => chosen !== 'custom' && take(chosen)}
            {...labels}
          />
        )}
      </SettingRow>
      {codeRows.map((row) => (
        <SettingRow
          key={row.id}
          label={t(`settings.server.rows.${row.id}`)}
          hint={t(`settings.server.rowHints.${row.id}`, places)}
          place={row.codes.length === 1 ? 'beside' : 'below'}
        >
          {(labels) => (
            <Codes
              row={row}
              describedBy={labels['aria-describedby']}
              codes={codes}
              onCode={(feature, code) => change({ preset: 'custom', codes: { ...codes, [feature]: code } })}
            />
          )}
        </SettingRow>
      ))}
      <SettingText
        label={t('settings.server.slots')}
        hint={t('settings.server.slotsHint')}
        value={parkSlots}
        faultOf={(text) => (hasForm(text, slotListForm) ? undefined : t('settings.server.slotsFault'))}
        onCommit={(text) => change({ preset: 'custom', parkSlots: text })}
      />
    </>
  );
}

interface CodesProps {
  readonly describedBy: string;
  readonly row: (typeof codeRows)[number];
  readonly codes: ServerFeatureSettings['codes'];
  readonly onCode: (feature: ServerFeature, code: string) => void;
}

function Codes({ row, describedBy, codes, onCode }: CodesProps) {
  const { t } = useTexts();
  const label = t(`settings.server.rows.${row.id}`);
  return (
    <div className="code-pair">
      {row.codes.map(({ part, feature }) => {
        const missing = placeMissingIn(feature, codes[feature]);
        return (
          <div key={feature} className="code-field">
            {part !== 'only' && (
              <span className="muted" aria-hidden>
                {t(`settings.server.parts.${part}`)}
              </span>
            )}
            <DraftField
              value={codes[feature]}
              maxLength={48}
              placeholder={t('settings.server.noCode')}
              aria-describedby={describedBy}
              aria-label={part === 'only' ? label : `${label}: ${t(`settings.server.parts.${part}`)}`}
              faultOf={(text) => (hasForm(text, featureCodeForm) ? undefined : t('settings.server.codeFault', places))}
              onCommit={(code) => onCode(feature, code)}
            />
            {missing !== null && <p className="setting-warning code-warning">{t(`settings.server.placeMissing.${missing}`, places)}</p>}
          </div>
        );
      })}
    </div>
  );
}
