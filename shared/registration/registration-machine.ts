import type { ErrorReport } from '../errors/app-error.ts';
import { unreachable } from '../util/assert.ts';
import type { RegisterVerdict } from './register-answer.ts';
import type {
  RegistrationCommon,
  RegistrationEffect,
  RegistrationEvent,
  RegistrationRound,
  RegistrationState,
  RegistrationStep,
  RegistrationSurroundings,
} from './registration-state.ts';
import { afterFailure, noFailures } from './retry-law.ts';

/**
 * The registration of one line over one of several addresses.
 *
 *                   start                flow-opened                 accepted
 *   signed-out -------------> connecting -----------> registering -----------> registered
 *        ^                     ^  |  ^ failed: next     |  ^   |                | |  ^ timer: refresh, and its 200
 *        |               timer |  |  +-- address -------+  |   |                | +--+
 *        |                     |  v all addresses failed   |   | 403, 404,      |
 *        |                    waiting <--------------------+---+----------------+ flow lost, no answer, 5xx
 *        |                       |   timer, flow still up  |   | wrong password |
 *        |                       +-------------------------+   v                | 403 ...
 *        |                                                  refused <-----------+
 *        |                                                     | start; reconnect, if that can help
 *        +---- unregistering <---- unregister                  +-----> connecting
 *                                  (from anywhere)
 *
 * There is one timer. Its meaning follows from the phase: waiting: try again; registering and refreshing: no answer came;
 * registered: refresh; unregistering: enough waited.
 */

export const answerDeadlineMs = 4_000;
export const removalDeadlineMs = 2_000;
/** A registration that stood this long wipes out the failures before it. */
const stableAfterMs = 30_000;
const refreshFrom = 0.8;
const refreshSpread = 0.1;
const shortestRefreshMs = 1_000;
const longestMinExpiresSeconds = 86_400;

const freshRound = (start: number): RegistrationRound => ({ start, tried: 0, error: null, accepted: false, retryAfterSeconds: undefined });

export function signedOut(expiresSeconds: number): RegistrationState {
  return { phase: 'signed-out', server: 0, flow: 'none', memory: noFailures, round: freshRound(0), expiresSeconds, raised: false };
}

/** The next state and what has to be done, in order. Events that do not fit the phase change nothing: networks are late. */
export function transition(state: RegistrationState, event: RegistrationEvent, around: RegistrationSurroundings): RegistrationStep {
  switch (event.type) {
    case 'start':
      return state.phase === 'signed-out' || state.phase === 'refused' || state.phase === 'unregistering' ? beginAnew(state) : same(state);
    case 'reconnect':
      return reconnect(state, event.credentialsChanged);
    case 'unregister':
      return unregister(state);
    case 'flow-opened':
      return state.phase === 'connecting' ? register({ ...state, flow: 'open' }, state.expiresSeconds) : same(state);
    case 'flow-failed':
      return state.phase === 'connecting' ? failed({ ...state, flow: 'none' }, event.error, false, undefined, around) : same(state);
    case 'flow-lost':
      return flowLost(state, event.error, around);
    case 'progress':
      return isAwaiting(state) ? { state, effects: [{ type: 'set-timer', delayMs: answerDeadlineMs }] } : same(state);
    case 'answered':
      return isAwaiting(state) ? answered(state, event.verdict, around) : same(state);
    case 'removed':
      return state.phase === 'unregistering' ? signOut(state) : same(state);
    case 'timer':
      return timer(state, around);
    default:
      return unreachable(event, 'registration event');
  }
}

function same(state: RegistrationState): RegistrationStep {
  return { state, effects: [] };
}

function isAwaiting(state: RegistrationState): boolean {
  return state.phase === 'registering' || (state.phase === 'registered' && state.refreshing);
}

function commonOf(state: RegistrationState): RegistrationCommon {
  const { server, flow, memory, round, expiresSeconds, raised } = state;
  return { server, flow, memory, round, expiresSeconds, raised };
}

function reconnect(state: RegistrationState, credentialsChanged: boolean): RegistrationStep {
  if (state.phase === 'signed-out' || state.phase === 'unregistering') return same(state);
  if (state.phase === 'refused' && isAccountError(state.error) && !credentialsChanged) return same(state);
  return beginAnew(state);
}

/** Errors that no change of network can mend; asking again could lock the account. */
function isAccountError(error: ErrorReport): boolean {
  return error.code === 'wrong-password' || error.code === 'user-unknown' || error.code === 'registration-refused';
}

function isCertificateError(error: ErrorReport): boolean {
  return error.code.startsWith('certificate-');
}

/** From the most preferred address, without memory of failures. */
function beginAnew(state: RegistrationState): RegistrationStep {
  const finished: RegistrationEffect[] = state.phase === 'unregistering' ? [{ type: 'announce-removal-finished' }] : [];
  const { flow, effects } = closeFlow(state.flow);
  const opened = openFlow({ ...commonOf(state), flow, memory: noFailures, round: freshRound(0), raised: false }, 0);
  return { state: opened.state, effects: [{ type: 'clear-timer' }, ...finished, ...effects, ...opened.effects] };
}

function openFlow(common: RegistrationCommon, server: number): RegistrationStep {
  return { state: { ...common, phase: 'connecting', server, flow: 'opening' }, effects: [{ type: 'open-flow', server }] };
}

function closeFlow(flow: RegistrationCommon['flow']): { readonly flow: 'none'; readonly effects: readonly RegistrationEffect[] } {
  if (flow === 'none') return { flow: 'none', effects: [] };
  return { flow: 'none', effects: flow === 'ready' ? [{ type: 'close-flow' }, { type: 'announce-flow-lost' }] : [{ type: 'close-flow' }] };
}

function register(state: RegistrationState, expiresSeconds: number): RegistrationStep {
  const effects: RegistrationEffect[] = [
    { type: 'send-register', expiresSeconds },
    { type: 'set-timer', delayMs: answerDeadlineMs },
  ];
  if (state.phase === 'registered') return { state: { ...state, expiresSeconds, refreshing: true }, effects };
  return { state: { ...commonOf(state), expiresSeconds, phase: 'registering' }, effects };
}

function answered(state: RegistrationState, verdict: RegisterVerdict, around: RegistrationSurroundings): RegistrationStep {
  switch (verdict.kind) {
    case 'accepted':
      return accepted(state, verdict.expiresSeconds, verdict.otherContacts, around);
    case 'interval-too-brief': {
      const wanted = verdict.minExpiresSeconds;
      if (!state.raised && wanted !== undefined && wanted > state.expiresSeconds && wanted <= longestMinExpiresSeconds) {
        return register({ ...state, raised: true }, wanted);
      }
      return refused(state, {
        code: 'registration-refused',
        details: { status: 423, ...(wanted === undefined ? {} : { minExpires: wanted }) },
      });
    }
    case 'retry':
      return failed(state, verdict.error, true, verdict.retryAfterSeconds, around);
    case 'refused':
      return refused(state, verdict.error);
    default:
      return unreachable(verdict, 'register verdict');
  }
}

function accepted(
  state: RegistrationState,
  expiresSeconds: number,
  otherContacts: readonly string[],
  around: RegistrationSurroundings,
): RegistrationStep {
  const continued = state.phase === 'registered';
  const refreshMs = Math.floor(expiresSeconds * 1_000 * (refreshFrom + refreshSpread * around.fraction));
  const effects: RegistrationEffect[] = [{ type: 'set-timer', delayMs: Math.max(refreshMs, shortestRefreshMs) }];
  if (state.flow !== 'ready') effects.push({ type: 'announce-flow-ready' });
  return {
    state: {
      ...commonOf(state),
      phase: 'registered',
      flow: 'ready',
      round: freshRound(state.server),
      raised: false,
      refreshing: false,
      since: continued ? state.since : around.wallMs,
      stableFromMs: continued ? state.stableFromMs : around.monotonicMs,
      expiresAt: around.wallMs + expiresSeconds * 1_000,
      otherContacts,
    },
    effects,
  };
}

function refused(state: RegistrationState, error: ErrorReport): RegistrationStep {
  const { flow, effects } = closeFlow(state.flow);
  return { state: { ...commonOf(state), phase: 'refused', flow, error }, effects: [{ type: 'clear-timer' }, ...effects] };
}

/** One address failed: the next one, or when all have failed, the back-off. */
function failed(
  before: RegistrationState,
  report: ErrorReport,
  accepted: boolean,
  retryAfterSeconds: number | undefined,
  around: RegistrationSurroundings,
): RegistrationStep {
  const state = forgetAfterStability(before, around);
  const round: RegistrationRound = {
    start: state.round.start,
    tried: state.round.tried + 1,
    error: state.round.error === null || state.server < state.round.error.server ? { server: state.server, report } : state.round.error,
    accepted: state.round.accepted || accepted,
    retryAfterSeconds: later(state.round.retryAfterSeconds, retryAfterSeconds),
  };
  if (round.tried < around.serverCount) {
    const { flow, effects } = closeFlow(state.flow);
    const opened = openFlow({ ...commonOf(state), flow, round }, (round.start + round.tried) % around.serverCount);
    return { state: opened.state, effects: [{ type: 'clear-timer' }, ...effects, ...opened.effects] };
  }
  const shown = round.error ?? { server: state.server, report };
  if (isCertificateError(shown.report)) return refused({ ...state, server: shown.server }, shown.report);
  const { delayMs, memory } = afterFailure(
    state.memory,
    { accepted: round.accepted, retryAfterSeconds: round.retryAfterSeconds },
    around.fraction,
  );
  // an error that came as an answer says nothing against the flow; calls in progress need it
  const keepFlow = around.serverCount === 1 && accepted && retainable(state.flow);
  const { flow, effects } = keepFlow ? { flow: state.flow, effects: [] } : closeFlow(state.flow);
  return {
    state: {
      ...commonOf(state),
      phase: 'waiting',
      server: shown.server,
      flow,
      memory,
      round: freshRound(0),
      retryAt: around.wallMs + delayMs,
      error: shown.report,
    },
    effects: [...effects, { type: 'set-timer', delayMs }],
  };
}

function retainable(flow: RegistrationCommon['flow']): boolean {
  return flow === 'open' || flow === 'ready';
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}

function forgetAfterStability(state: RegistrationState, around: RegistrationSurroundings): RegistrationState {
  if (state.phase !== 'registered' || around.monotonicMs - state.stableFromMs < stableAfterMs) return state;
  return { ...state, memory: noFailures };
}

function flowLost(before: RegistrationState, error: ErrorReport, around: RegistrationSurroundings): RegistrationStep {
  if (!retainable(before.flow)) return same(before);
  const lost: RegistrationEffect[] = before.flow === 'ready' ? [{ type: 'announce-flow-lost' }] : [];
  if (before.phase === 'unregistering') return signOut({ ...before, flow: 'none' }, lost);
  if (before.phase === 'waiting') return { state: { ...before, flow: 'none' }, effects: lost };
  const state = forgetAfterStability(before, around);
  if (state.phase !== 'registered') {
    const step = failed({ ...state, flow: 'none' }, error, true, undefined, around);
    return { state: step.state, effects: [...lost, ...step.effects] };
  }
  // a line that stood goes through the back-off with its own address first: many clients lose a server at the same moment
  const { delayMs, memory } = afterFailure(state.memory, { accepted: true, retryAfterSeconds: undefined }, around.fraction);
  return {
    state: {
      ...commonOf(state),
      phase: 'waiting',
      flow: 'none',
      memory,
      round: freshRound(state.server),
      retryAt: around.wallMs + delayMs,
      error,
    },
    effects: [...lost, { type: 'set-timer', delayMs }],
  };
}

function timer(state: RegistrationState, around: RegistrationSurroundings): RegistrationStep {
  switch (state.phase) {
    case 'waiting': {
      if (retainable(state.flow)) return register(state, state.expiresSeconds);
      return openFlow(commonOf(state), state.round.start);
    }
    case 'registering':
      return unanswered(state, around);
    case 'registered':
      return state.refreshing ? unanswered(state, around) : register(state, state.expiresSeconds);
    case 'unregistering':
      return signOut(state);
    case 'signed-out':
    case 'connecting':
    case 'refused':
      return same(state);
    default:
      return unreachable(state, 'registration phase');
  }
}

/** No answer in time: the flow is as good as dead. */
function unanswered(state: RegistrationState, around: RegistrationSurroundings): RegistrationStep {
  const { flow, effects } = closeFlow(state.flow);
  const step = failed({ ...state, flow }, { code: 'connection-timed-out', details: {} }, true, undefined, around);
  return { state: step.state, effects: [...effects, ...step.effects] };
}

function unregister(state: RegistrationState): RegistrationStep {
  if (state.phase === 'unregistering') return same(state);
  const mayBeBound = state.flow === 'ready' || state.phase === 'registering';
  if (!mayBeBound) return signOut(state);
  return {
    state: { ...commonOf(state), phase: 'unregistering' },
    effects: [{ type: 'send-removal' }, { type: 'set-timer', delayMs: removalDeadlineMs }],
  };
}

function signOut(state: RegistrationState, before: readonly RegistrationEffect[] = []): RegistrationStep {
  const { flow, effects } = closeFlow(state.flow);
  return {
    state: { ...commonOf(state), phase: 'signed-out', flow, memory: noFailures, round: freshRound(0), raised: false },
    effects: [...before, { type: 'clear-timer' }, ...effects, { type: 'announce-removal-finished' }],
  };
}
