import { type AvailabilitySettings, type ForwardReason, forwardReasons } from '#shared/settings/call-settings.ts';
import type { ServerFeature } from '#shared/settings/feature-codes.ts';

/** A rule of availability that a server may keep. */
export type AvailabilityRule = 'doNotDisturb' | ForwardReason;

/** One code to be dialled for a rule; `number` is what goes into it. */
export interface AvailabilityOrder {
  readonly rule: AvailabilityRule;
  readonly feature: ServerFeature;
  readonly number: string;
}

const features: Readonly<Record<AvailabilityRule, { readonly on: ServerFeature; readonly off: ServerFeature }>> = {
  doNotDisturb: { on: 'do-not-disturb-on', off: 'do-not-disturb-off' },
  always: { on: 'forward-always-on', off: 'forward-always-off' },
  busy: { on: 'forward-busy-on', off: 'forward-busy-off' },
  noAnswer: { on: 'forward-no-answer-on', off: 'forward-no-answer-off' },
  unregistered: { on: 'forward-unregistered-on', off: 'forward-unregistered-off' },
};

/** The rules of which anything differs, in the order of the settings. */
export function changedRules(before: AvailabilitySettings, after: AvailabilitySettings): readonly AvailabilityRule[] {
  const changed = forwardReasons.filter((rule) => before[rule].on !== after[rule].on || before[rule].target !== after[rule].target);
  return before.doNotDisturb === after.doNotDisturb ? changed : ['doNotDisturb', ...changed];
}

/** Whether the server keeps a rule: it has a code to switch it on. */
export function isKeptByServer(rule: AvailabilityRule, offers: (feature: ServerFeature) => boolean): boolean {
  return offers(features[rule].on);
}

/**
 * What the server must be told to go from one state to the other: first what goes off, then what comes on, because forwarding to
 * another target can be refused while the old one stands. A rule that is off before and after needs nothing.
 * @param numberOf a target of a rule as it is dialled
 */
export function availabilityOrders(
  before: AvailabilitySettings,
  after: AvailabilitySettings,
  offers: (feature: ServerFeature) => boolean,
  numberOf: (target: string) => string,
): readonly AvailabilityOrder[] {
  const rules = changedRules(before, after).filter((rule) => isKeptByServer(rule, offers));
  const isOn = (settings: AvailabilitySettings, rule: AvailabilityRule): boolean =>
    rule === 'doNotDisturb' ? settings.doNotDisturb : settings[rule].on;
  const targetOf = (rule: AvailabilityRule): string => (rule === 'doNotDisturb' ? '' : numberOf(after[rule].target));
  return [
    ...rules
      .filter((rule) => isOn(before, rule) && (!isOn(after, rule) || offers(features[rule].off)))
      .map((rule) => ({ rule, feature: features[rule].off, number: '' })),
    ...rules.filter((rule) => isOn(after, rule)).map((rule) => ({ rule, feature: features[rule].on, number: targetOf(rule) })),
  ];
}
