import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emergencyNumbers } from '#shared/calls/emergency.ts';
import { numberingCountries } from '#shared/calls/numbering.ts';
import { featureCodeSchema, serverFeatureSettingsSchema } from '#shared/settings/feature-codes.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import { serverFeatures } from '#shared/settings/server-features.ts';
import { featureCodeForm, hasForm, slotListForm } from '#shared/settings/text-forms.ts';
import { countryChoices } from '#renderer/ui/features/settings/country-choices.ts';
import { faultOfEmergencyNumber, withEmergencyNumber, withoutEmergencyNumber } from '#renderer/ui/features/settings/emergency-list.ts';
import { codeRows, placeMissingIn } from '#renderer/ui/features/settings/feature-code.ts';

describe('codes of the server', () => {
  it('are judged as the settings judge them', () => {
    const part = fc.constantFrom('*72', '#', '+', '{number}', '{slot}', '{', '}', '{nummer}', ' ', 'a', '0'.repeat(30));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        const text = parts.join('').trim();
        expect(hasForm(text, featureCodeForm)).toBe(featureCodeSchema.safeParse(text).success);
      }),
    );
  });

  it('and lists of parking places too', () => {
    const part = fc.constantFrom('701', '-', ',', ' ', '720', 'x', '1'.repeat(9));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const text = parts.join('').trim();
        expect(hasForm(text, slotListForm)).toBe(serverFeatureSettingsSchema.shape.parkSlots.safeParse(text).success);
      }),
    );
  });

  it('all have a row, and none has two', () => {
    expect(codeRows.flatMap(({ codes }) => codes.map(({ feature }) => feature)).sort()).toEqual([...serverFeatures].sort());
  });

  it('of the sets lack nothing', () => {
    for (const { codes } of Object.values(featureCodePresets)) {
      for (const feature of serverFeatures) expect(placeMissingIn(feature, codes[feature]), feature).toBeNull();
    }
    expect(placeMissingIn('forward-busy-on', '*90')).toBe('number');
    expect(placeMissingIn('retrieve', '*85')).toBe('slot');
    expect(placeMissingIn('forward-busy-off', '*91')).toBeNull();
  });
});

describe('emergency numbers', () => {
  const number = fc.constantFrom('112', '110', '999', '201', '8112');

  it('are in the list exactly when they were added last, and out of it when they were removed last', () => {
    const step = fc.record({ add: fc.boolean(), number });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let changes = { added: [] as string[], removed: [] as string[] };
        for (const one of steps) {
          const has = emergencyNumbers(changes).includes(one.number);
          if (one.add && !has) changes = withEmergencyNumber(changes, one.number);
          if (!one.add && has) changes = withoutEmergencyNumber(changes, one.number);
          expect(emergencyNumbers(changes).includes(one.number)).toBe(one.add);
          expect(changes.added.filter((added) => changes.removed.includes(added))).toEqual([]);
        }
      }),
    );
  });

  it('are digits, each once', () => {
    expect(faultOfEmergencyNumber(['112'], '112')).toBe('emergencyDuplicate');
    expect(faultOfEmergencyNumber(['112'], '+112')).toBe('emergencyInvalid');
    expect(faultOfEmergencyNumber(['112'], '110')).toBeNull();
  });
});

describe('countries', () => {
  const compare = new Intl.Collator('de').compare;

  it('begin with those of the languages of this computer, and each stands there once', () => {
    const { common, others } = countryChoices(numberingCountries(), ['pt-BR', 'de', 'en-GB'], 'de', compare);
    expect(common.slice(0, 3)).toEqual([
      { value: 'BR', label: 'Brasilien' },
      { value: 'GB', label: 'Vereinigtes Königreich' },
      { value: 'DE', label: 'Deutschland' },
    ]);
    const all = [...common, ...others].map(({ value }) => value);
    expect(all.sort()).toEqual([...numberingCountries()].sort());
    expect(others.slice(0, 2).map(({ label }) => label)).toEqual(['Afghanistan', 'Ägypten']);
  });
});
