import type { ErrorReport } from '../errors/app-error.ts';
import type {
  Asking,
  Home,
  RegisterOrder,
  RegistrationEffect,
  RegistrationState,
  RegistrationStep,
  RegistrationSurroundings,
} from './registration-state.ts';
import { afterFailure, type Failure, noFailures } from './retry-law.ts';

/** The state while one event is being dealt with. Its parts are replaced, never changed. */
export type Draft = { -readonly [Key in keyof RegistrationState]: RegistrationState[Key] } & {
  readonly effects: RegistrationEffect[];
  readonly around: RegistrationSurroundings;
};

export const answerDeadlineMs = 4_000;
export const removalDeadlineMs = 2_000;
const stableAfterMs = 30_000;

export function draftOf(state: RegistrationState, around: RegistrationSurroundings): Draft {
  return { ...state, effects: [], around };
}

export function stepOf({ effects, around: _around, ...state }: Draft): RegistrationStep {
  return { state, effects };
}

export function has(draft: Draft, deadline: number | null): boolean {
  return deadline !== null && draft.around.monotonicMs >= deadline;
}

export function after(draft: Draft, delayMs: number): number {
  return draft.around.monotonicMs + delayMs;
}

/** Sends a REGISTER; the caller has seen to it that none is on its way over this connection. */
export function ask(draft: Draft, flow: number, order: RegisterOrder, patienceMs = answerDeadlineMs): Asking {
  draft.effects.push({ type: 'send', flow, order });
  return { order, answerBy: after(draft, patienceMs) };
}

export function closeFlow(draft: Draft, flow: number | null): void {
  if (flow !== null) draft.effects.push({ type: 'close-flow', flow });
}

export function changeHome(draft: Draft, change: Partial<Home>): void {
  if (draft.home !== null) draft.home = { ...draft.home, ...change };
}

/** The back-off after all addresses have failed, or the connection was lost. */
export function wait(draft: Draft, server: number, error: ErrorReport, failure: Failure): void {
  const { around } = draft;
  const { delayMs, memory } = afterFailure(draft.memory, failure, around.fraction);
  draft.memory = memory;
  draft.pause = { until: after(draft, delayMs), retryAt: around.wallMs + delayMs, server, error };
}

/** A registration that stood this long wipes out the failures before it. */
export function forgetFailuresAfterStability(draft: Draft): void {
  if (draft.home?.binding && has(draft, draft.home.stableFrom + stableAfterMs)) draft.memory = noFailures;
}

/** An address that refused the account is not asked again before something has changed. */
export function bar(draft: Draft, server: number, error: ErrorReport): void {
  draft.barred = [...draft.barred.filter((bar) => bar.server !== server), { server, error }];
}

/** Errors that no change of network can mend; asking again could lock the account. */
export function isAccountError({ code }: ErrorReport): boolean {
  return code === 'wrong-password' || code === 'user-unknown' || code === 'registration-refused' || code === 'taken-over';
}

export function isCertificateError({ code }: ErrorReport): boolean {
  return code.startsWith('certificate-');
}
