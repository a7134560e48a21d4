import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import type { ForwardCase } from './availability.ts';

/** What dialling a code asks for. */
export type DialledFeature =
  | { readonly kind: 'do-not-disturb'; readonly on: boolean }
  /** `to` null: no longer. */
  | { readonly kind: 'forward'; readonly when: ForwardCase; readonly to: string | null }
  | { readonly kind: 'group-pickup' }
  | { readonly kind: 'directed-pickup'; readonly number: string }
  | { readonly kind: 'voicemail' }
  /** The callee is asked to take the call without a hand. */
  | { readonly kind: 'intercom'; readonly number: string };

const { codes } = featureCodePresets.asterisk;
const intercom = '*80{number}';

const meanings: readonly (readonly [code: string, meaning: (number: string) => DialledFeature])[] = [
  [codes['do-not-disturb-on'], () => ({ kind: 'do-not-disturb', on: true })],
  [codes['do-not-disturb-off'], () => ({ kind: 'do-not-disturb', on: false })],
  [codes['forward-always-on'], (to) => ({ kind: 'forward', when: 'always', to })],
  [codes['forward-always-off'], () => ({ kind: 'forward', when: 'always', to: null })],
  [codes['forward-busy-on'], (to) => ({ kind: 'forward', when: 'busy', to })],
  [codes['forward-busy-off'], () => ({ kind: 'forward', when: 'busy', to: null })],
  [codes['forward-no-answer-on'], (to) => ({ kind: 'forward', when: 'no-answer', to })],
  [codes['forward-no-answer-off'], () => ({ kind: 'forward', when: 'no-answer', to: null })],
  [codes['group-pickup'], () => ({ kind: 'group-pickup' })],
  [codes['directed-pickup'], (number) => ({ kind: 'directed-pickup', number })],
  [codes.voicemail, () => ({ kind: 'voicemail' })],
  [intercom, (number) => ({ kind: 'intercom', number })],
];

const place = '{number}';

/** What was dialled, if it is a code of the office. */
export function readFeatureCode(dialled: string): DialledFeature | undefined {
  for (const [code, meaning] of meanings) {
    if (dialled === code && !code.includes(place)) return meaning('');
    const prefix = code.slice(0, -place.length);
    const number = dialled.slice(prefix.length);
    if (code.endsWith(place) && dialled.startsWith(prefix) && /^\d+$/.test(number)) return meaning(number);
  }
  return undefined;
}
