/**
 * What a server does when a code is dialled. `{number}` in a code is replaced by the number in question. A feature without a code is
 * one that the server does not have: Commute then does it itself where it can.
 */
export const serverFeatures = [
  'do-not-disturb-on',
  'do-not-disturb-off',
  'forward-always-on',
  'forward-always-off',
  'forward-busy-on',
  'forward-busy-off',
  'forward-no-answer-on',
  'forward-no-answer-off',
  'forward-unregistered-on',
  'forward-unregistered-off',
  'hide-number-on',
  'hide-number-off',
  /** Before the number, for one call. */
  'hide-number-once',
  'group-pickup',
  'directed-pickup',
  /** Where a call is transferred to be parked. */
  'park',
  /** What to dial to fetch the call of a parking place: `{slot}`. */
  'retrieve',
  'callback',
  'callback-cancel',
  'voicemail',
] as const;
export type ServerFeature = (typeof serverFeatures)[number];

export const featurePresets = ['none', 'asterisk', 'freepbx', 'openscape'] as const;
export type FeaturePreset = (typeof featurePresets)[number];
