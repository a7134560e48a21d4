import type { Account } from '../profiles/account.ts';
import type { FeatureCodes, ServerFeatureSettings } from './feature-codes.ts';
import { serverFeatures, type FeaturePreset } from './server-features.ts';

/** A server that has none of the features. */
export const noFeatureCodes: FeatureCodes = fill({});

/**
 * Codes that servers of a kind come with; an administrator may have changed them, so each can be edited.
 * `asterisk`: the usual dial plan, and the practice office. `freepbx`: its feature code module. `openscape`: OpenScape Business.
 */
export const featureCodePresets: Readonly<Record<FeaturePreset, Omit<ServerFeatureSettings, 'preset'>>> = {
  none: { codes: noFeatureCodes, parkSlots: '' },
  asterisk: {
    codes: fill({
      'do-not-disturb-on': '*78',
      'do-not-disturb-off': '*79',
      'forward-always-on': '*72{number}',
      'forward-always-off': '*73',
      'forward-busy-on': '*90{number}',
      'forward-busy-off': '*91',
      'forward-no-answer-on': '*92{number}',
      'forward-no-answer-off': '*93',
      'group-pickup': '*8',
      'directed-pickup': '**{number}',
      park: '700',
      retrieve: '{slot}',
      voicemail: '*97',
    }),
    parkSlots: '701-709',
  },
  freepbx: {
    codes: fill({
      'do-not-disturb-on': '*78',
      'do-not-disturb-off': '*79',
      'forward-always-on': '*72{number}',
      'forward-always-off': '*73',
      'forward-busy-on': '*90{number}',
      'forward-busy-off': '*91',
      'forward-no-answer-on': '*52{number}',
      'forward-no-answer-off': '*53',
      'group-pickup': '*8',
      'directed-pickup': '**{number}',
      park: '70',
      retrieve: '{slot}',
      voicemail: '*97',
    }),
    parkSlots: '71-78',
  },
  openscape: {
    codes: fill({
      'do-not-disturb-on': '*97',
      'do-not-disturb-off': '#97',
      'forward-always-on': '*11{number}',
      'forward-always-off': '#1',
      'hide-number-on': '*86',
      'hide-number-off': '#86',
      'group-pickup': '*57',
      'directed-pickup': '*59{number}',
      callback: '*58',
      'callback-cancel': '#58',
    }),
    parkSlots: '',
  },
};

/**
 * What changes with the account: the practice office is known to speak the codes of `asterisk`, and they go with it. For any other server
 * the person says what it speaks.
 */
export function featuresOnChange(before: Account | null, after: Account | null): { readonly serverFeatures?: ServerFeatureSettings } {
  const [was, is] = [before, after].map((account) => account?.kind === 'practice-office');
  if (was === is) return {};
  const preset = is ? 'asterisk' : 'none';
  return { serverFeatures: { preset, ...featureCodePresets[preset] } };
}

function fill(codes: Partial<FeatureCodes>): FeatureCodes {
  const entries = serverFeatures.map((feature) => [feature, codes[feature] ?? ''] as const);
  return Object.fromEntries(entries) as FeatureCodes;
}
