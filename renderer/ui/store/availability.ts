import type { AvailabilitySettings, ForwardReason } from '#shared/settings/call-settings.ts';
import type { FeatureCodes } from '#shared/settings/feature-codes.ts';
import type { ServerFeature } from '#shared/settings/server-features.ts';

/** What somebody who calls meets, in one word. */
export type Availability =
  { readonly kind: 'available' } | { readonly kind: 'do-not-disturb' } | { readonly kind: 'forwarded'; readonly target: string };

/** The rules in the order in which they stand everywhere. */
export const forwardRules = ['always', 'busy', 'noAnswer', 'unregistered'] as const satisfies readonly ForwardReason[];

/** Who carries out a wish: the server also while this computer is off, or Commute as long as it runs. `nobody`: it cannot be done. */
export type DoneBy = 'server' | 'computer' | 'nobody';

const switchCodes: Readonly<Record<ForwardReason | 'doNotDisturb', ServerFeature>> = {
  doNotDisturb: 'do-not-disturb-on',
  always: 'forward-always-on',
  busy: 'forward-busy-on',
  noAnswer: 'forward-no-answer-on',
  unregistered: 'forward-unregistered-on',
};

/** What the settings come to: do not disturb wins, because nothing rings then. */
export function availabilityOf({ doNotDisturb, always }: AvailabilitySettings): Availability {
  if (doNotDisturb) return { kind: 'do-not-disturb' };
  return always.on ? { kind: 'forwarded', target: always.target } : { kind: 'available' };
}

/** Who does it, with the codes that are known of the server. */
export function doneBy(wish: ForwardReason | 'doNotDisturb', codes: FeatureCodes): DoneBy {
  if (codes[switchCodes[wish]] !== '') return 'server';
  return wish === 'unregistered' ? 'nobody' : 'computer';
}

/** Whether anything is switched on that keeps calls from ringing here. */
export function isAnythingOn(settings: AvailabilitySettings): boolean {
  return settings.doNotDisturb || forwardRules.some((rule) => settings[rule].on);
}

/** Everything off; the numbers stay for the next time. */
export function allOff(settings: AvailabilitySettings): Partial<AvailabilitySettings> {
  const { always, busy, noAnswer, unregistered } = settings;
  const off = { on: false };
  return {
    doNotDisturb: false,
    always: { ...always, ...off },
    busy: { ...busy, ...off },
    noAnswer: { ...noAnswer, ...off },
    unregistered: { ...unregistered, ...off },
  };
}
