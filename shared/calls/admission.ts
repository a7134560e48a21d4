import { sameNumber } from '../people/number-match.ts';
import type { AvailabilitySettings, CallSettings } from '../settings/call-settings.ts';
import type { FeatureCodes, ServerFeature } from '../settings/feature-codes.ts';
import type { AutoAnswerRequest } from '../sip/auto-answer.ts';
import { callLimit, emergencyBeside, liveCalls } from './call-policy.ts';
import type { Call, CallTone, RingingPlan } from './call-state.ts';
import type { TurnedAway } from './call-beginnings.ts';

/** For so long after an emergency call its centre may call back, whatever the person has set, in ms. */
export const emergencyCallbackMs = 30 * 60_000;

/** What the person wants of calls that come. */
export interface AdmissionRules {
  readonly availability: AvailabilitySettings;
  readonly calls: CallSettings;
  /** What the server does itself is not done here a second time. */
  readonly codes: FeatureCodes;
  /** What is dialled for what was typed as the target of a rule; null when it is no number. */
  readonly dialled: (typed: string) => string | null;
}

/** Somebody who calls now. */
export interface Caller {
  readonly number: string;
  readonly autoAnswer: AutoAnswerRequest | null;
  /** Its number is one of an emergency centre, and we called one lately. */
  readonly fromEmergencyCentre: boolean;
}

export type Admission = ({ readonly kind: 'ring'; readonly tone: CallTone } & RingingPlan) | TurnedAway;

/** What to do with a newly received call. */
export function admitIncoming(calls: readonly Call[], caller: Caller, rules: AdmissionRules): Admission {
  const live = liveCalls(calls);
  const tone = announcementTone(live);
  if (caller.fromEmergencyCentre) return { kind: 'ring', tone, autoAnswer: null, noAnswer: null };
  const { availability, calls: wishes } = rules;
  const always = localRule('always', rules);
  if (always !== null) return { kind: 'forwarded', to: always, why: 'always' };
  if (availability.doNotDisturb && !isServed('do-not-disturb-on', rules)) return { kind: 'not-disturbed' };
  const undisturbed = !wishes.callWaiting || emergencyBeside(live, null) !== undefined;
  if (live.length >= callLimit || (live.length > 0 && undisturbed)) {
    const busy = localRule('busy', rules);
    return busy === null ? { kind: 'busy' } : { kind: 'forwarded', to: busy, why: 'busy' };
  }
  const target = localRule('noAnswer', rules);
  const noAnswer = target === null ? null : { target, afterMs: availability.noAnswerAfterSeconds * 1000 };
  return { kind: 'ring', tone, noAnswer, autoAnswer: autoAnswerOf(live, caller, wishes) };
}

/** Which sound announces one more call. */
export function announcementTone(calls: readonly Call[]): CallTone {
  return calls.some(({ phase }) => phase === 'connected' || phase === 'answering' || phase === 'early-media') ? 'call-waiting' : 'ring';
}

/** Whether a call that is to be taken by itself may still be: the person has not taken or dialled another meanwhile. */
export function mayAnswerByItself(calls: readonly Call[], ringing: Call): boolean {
  return liveCalls(calls).every((call) => call.id === ringing.id);
}

function autoAnswerOf(
  live: readonly Call[],
  { number, autoAnswer }: Caller,
  { autoAnswer: wish }: CallSettings,
): RingingPlan['autoAnswer'] {
  if (autoAnswer === null || !wish.on || live.length > 0) return null;
  if (!wish.allowed.some((allowed) => sameNumber(allowed, number))) return null;
  return { afterMs: Math.max(0, autoAnswer.afterSeconds) * 1000, muted: wish.microphone === 'muted' };
}

const servedBy = {
  always: 'forward-always-on',
  busy: 'forward-busy-on',
  noAnswer: 'forward-no-answer-on',
} as const satisfies Partial<Record<keyof AvailabilitySettings, ServerFeature>>;

/** Where a rule of the person sends calls, if it is on and nobody but us does it. */
function localRule(name: keyof typeof servedBy, rules: AdmissionRules): string | null {
  const rule = rules.availability[name];
  return rule.on && rule.target !== '' && !isServed(servedBy[name], rules) ? rules.dialled(rule.target) : null;
}

function isServed(feature: ServerFeature, { codes }: AdmissionRules): boolean {
  return codes[feature] !== '';
}
