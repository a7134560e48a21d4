import { serverFeatures, type ServerFeature } from '#shared/settings/server-features.ts';

/** What one of the codes of a wish does; `only`: there is no other. */
export type CodePart = 'on' | 'off' | 'once' | 'only';

/** The codes that belong to one wish and stand in one row. */
export const codeRows = [
  {
    id: 'do-not-disturb',
    codes: [
      { part: 'on', feature: 'do-not-disturb-on' },
      { part: 'off', feature: 'do-not-disturb-off' },
    ],
  },
  {
    id: 'forward-always',
    codes: [
      { part: 'on', feature: 'forward-always-on' },
      { part: 'off', feature: 'forward-always-off' },
    ],
  },
  {
    id: 'forward-busy',
    codes: [
      { part: 'on', feature: 'forward-busy-on' },
      { part: 'off', feature: 'forward-busy-off' },
    ],
  },
  {
    id: 'forward-no-answer',
    codes: [
      { part: 'on', feature: 'forward-no-answer-on' },
      { part: 'off', feature: 'forward-no-answer-off' },
    ],
  },
  {
    id: 'forward-unregistered',
    codes: [
      { part: 'on', feature: 'forward-unregistered-on' },
      { part: 'off', feature: 'forward-unregistered-off' },
    ],
  },
  {
    id: 'hide-number',
    codes: [
      { part: 'on', feature: 'hide-number-on' },
      { part: 'off', feature: 'hide-number-off' },
      { part: 'once', feature: 'hide-number-once' },
    ],
  },
  { id: 'group-pickup', codes: [{ part: 'only', feature: 'group-pickup' }] },
  { id: 'directed-pickup', codes: [{ part: 'only', feature: 'directed-pickup' }] },
  { id: 'park', codes: [{ part: 'only', feature: 'park' }] },
  { id: 'retrieve', codes: [{ part: 'only', feature: 'retrieve' }] },
  {
    id: 'callback',
    codes: [
      { part: 'on', feature: 'callback' },
      { part: 'off', feature: 'callback-cancel' },
    ],
  },
  { id: 'voicemail', codes: [{ part: 'only', feature: 'voicemail' }] },
] as const satisfies readonly { id: string; codes: readonly { part: CodePart; feature: ServerFeature }[] }[];

/** What a code would need to say so that the server learns the number or the parking place. */
export function placeMissingIn(feature: ServerFeature, code: string): 'number' | 'slot' | null {
  if (code === '') return null;
  if (needsNumber.has(feature)) return code.includes('{number}') ? null : 'number';
  return feature === 'retrieve' && !code.includes('{slot}') ? 'slot' : null;
}

const needsNumber: ReadonlySet<ServerFeature> = new Set(
  serverFeatures.filter((feature) => feature === 'directed-pickup' || /^forward-.*-on$/.test(feature)),
);
