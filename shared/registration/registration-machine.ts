import { unreachable } from '../util/assert.ts';
import { after, changeHome, closeFlow, type Draft, draftOf, has, isAccountError, removalDeadlineMs, stepOf } from './registration-draft.ts';
import { arrive, homeAnswered, homeDeadlines, homeProgressed, leaveHome, loseHome, runHome } from './registration-home.ts';
import {
  beginRace,
  endRace,
  laneAnswered,
  laneEnded,
  laneOf,
  laneOpened,
  laneProgressed,
  raceDeadlines,
  runRace,
} from './registration-race.ts';
import {
  type Farewell,
  type RegisterNews,
  type RegistrationEvent,
  type RegistrationState,
  type RegistrationStep,
  type RegistrationSurroundings,
  signedOut,
} from './registration-state.ts';
import { noFailures } from './retry-law.ts';

/**
 * The registration of one line over several addresses. What people see (`phaseOf`):
 *
 *                  start               a lane asks                 200
 *   signed-out -----------> connecting ----------> registering --------------> registered
 *        ^                   ^  |  ^                |   ^                     |  |   ^  |
 *        |             timer |  |  +--- next lane --+   +-- 200 to nothing ---+  |   |  | stand-by: unbind
 *        |                   |  v                   |       of ours left         |   |  v
 *        |                  waiting <---------------+----------------------------+   standing-by
 *        |                      all lanes failed,       no answer, lost, 5xx        start: bind
 *        |                      not only for good
 *        |                                          refused <--- all lanes failed for good (account, certificate);
 *        |                                             |         somebody took the line over
 *        +---- unregistering <---- unregister          +-------> connecting: start, take-over; reconnect, if that can help
 *                                  (from anywhere)
 *
 * Behind it stand at most three connections' worth of work, each of which can be there without the others:
 *
 *   home       the connection that dialogs use. One REGISTER at a time: bind, refresh, query, removal.
 *   race       lanes, one an address (`registration-race.ts`). The winner becomes the home.
 *   retiring   the home before: its binding is taken back over it, at most two seconds, then it goes.
 *
 * `reconnect` while there is a home begins a race beside it: make before break. The home is probed meanwhile, and goes when it is dead; a
 * race that is lost changes nothing then. There is one timer, for whatever is due first.
 */

/** The next state and what has to be done, in order. Events that do not fit the state change nothing: networks are late. */
export function transition(state: RegistrationState, event: RegistrationEvent, around: RegistrationSurroundings): RegistrationStep {
  const draft = draftOf(state, around);
  handle(draft, event);
  if (draft.pause !== null && has(draft, draft.pause.until)) endPause(draft);
  runFarewells(draft);
  runHome(draft);
  runRace(draft);
  // the end of a race may be the beginning of work at home
  runHome(draft);
  setTimer(draft);
  return stepOf(draft);
}

function handle(draft: Draft, event: RegistrationEvent): void {
  switch (event.type) {
    case 'start':
      return start(draft);
    case 'take-over':
      return takeOver(draft);
    case 'stand-by':
      return standBy(draft);
    case 'reconnect':
      return reconnect(draft, event);
    case 'unregister':
      return unregister(draft);
    case 'flow-opened': {
      const lane = laneOf(draft, event.flow);
      return lane === undefined ? undefined : laneOpened(draft, lane);
    }
    case 'flow-ended':
      return flowEnded(draft, event.flow, event.error);
    case 'progress':
      return progressed(draft, event.flow);
    case 'answered':
      return answered(draft, event.flow, event.news);
    case 'timer':
      draft.timerAt = null;
      return;
    default:
      return unreachable(event, 'registration event');
  }
}

/** The person wants to be rung here. */
function start(draft: Draft): void {
  if (draft.leaving !== null) signOut(draft);
  const wasOff = draft.wish === 'off' || draft.refusal !== null;
  if (!wasOff && draft.wish === 'bound') return;
  draft.wish = 'bound';
  draft.contact = { since: draft.around.wallMs, over: [] };
  draft.deciding = true;
  if (!wasOff) return;
  forgetFailures(draft);
  draft.refusal = null;
  if (draft.home === null) beginRace(draft, 'all');
}

/** The person wants to be rung here and nowhere else. */
function takeOver(draft: Draft): void {
  start(draft);
  draft.deciding = true;
  draft.takeOver = 'look';
  if (draft.pause === null) return;
  forgetFailures(draft);
  endPause(draft);
}

function standBy(draft: Draft): void {
  if (draft.wish !== 'bound' || draft.refusal !== null || draft.leaving !== null) return;
  draft.wish = 'standing-by';
  draft.takeOver = 'none';
  draft.contact = { since: 0, over: [] };
}

function reconnect(draft: Draft, { credentialsChanged, homeStands }: Extract<RegistrationEvent, { readonly type: 'reconnect' }>): void {
  if (draft.wish === 'off' || draft.leaving !== null) return;
  const { home, refusal } = draft;
  if (home !== null && !homeStands) {
    closeFlow(draft, home.flow);
    leaveHome(draft);
  }
  const isFinal = refusal !== null && isAccountError(refusal.error) && (!credentialsChanged || refusal.error.code === 'taken-over');
  if (isFinal) return;
  draft.refusal = null;
  forgetFailures(draft);
  closeParked(draft);
  if (draft.home !== null) draft.effects.push({ type: 'probe-flow', flow: draft.home.flow });
  beginRace(draft, 'all');
}

function forgetFailures(draft: Draft): void {
  draft.memory = noFailures;
  draft.barred = [];
}

function unregister(draft: Draft): void {
  if (draft.leaving !== null || draft.wish === 'off') return;
  const { home, race, wish, refusal } = draft;
  const lane = race?.lanes.find(({ state, asking }) => state === 'asking' && asking?.order.kind === 'bind');
  const mayBeBound = home !== null && refusal === null && (wish === 'bound' || home.asking !== null);
  const flow = mayBeBound ? home.flow : (lane?.flow ?? null);
  if (flow === null) return signOut(draft);
  const isBusy = mayBeBound ? home.asking !== null : true;
  endRace(draft, flow);
  closeSpares(draft);
  draft.leaving = { flow, until: after(draft, removalDeadlineMs), step: isBusy ? 'busy' : 'idle' };
}

function signOut(draft: Draft): void {
  const { home, leaving } = draft;
  endRace(draft);
  closeSpares(draft);
  if (leaving !== null && leaving.flow !== home?.flow) closeFlow(draft, leaving.flow);
  if (home !== null) {
    closeFlow(draft, home.flow);
    leaveHome(draft);
  }
  draft.effects.push({ type: 'announce-removal-finished' });
  Object.assign(draft, { ...signedOut(draft.nextFlow), timerAt: draft.timerAt });
}

/** What is open beside home and race. */
function closeSpares(draft: Draft): void {
  closeParked(draft);
  closeFlow(draft, draft.retiring?.flow ?? null);
  draft.retiring = null;
}

function closeParked(draft: Draft): void {
  for (const { flow } of draft.parked) closeFlow(draft, flow);
  draft.parked = [];
}

function flowEnded(draft: Draft, flow: number, error: Parameters<typeof loseHome>[1]): void {
  const lane = laneOf(draft, flow);
  if (draft.leaving?.flow === flow) {
    draft.leaving = null;
    if (draft.home?.flow === flow) leaveHome(draft);
    return signOut(draft);
  }
  if (draft.home?.flow === flow) loseHome(draft, error);
  else if (draft.retiring?.flow === flow) draft.retiring = null;
  else if (lane !== undefined) laneEnded(draft, lane, error);
  else draft.parked = draft.parked.filter((parked) => parked.flow !== flow);
}

function progressed(draft: Draft, flow: number): void {
  const lane = laneOf(draft, flow);
  if (draft.home?.flow === flow) homeProgressed(draft, draft.home);
  else if (lane !== undefined) laneProgressed(draft, lane);
}

function answered(draft: Draft, flow: number, news: RegisterNews): void {
  const { home, leaving, retiring } = draft;
  if (leaving?.flow === flow) {
    if (home !== null) changeHome(draft, { asking: null });
    draft.leaving = next(leaving);
    if (draft.leaving === null) {
      draft.leaving = leaving;
      signOut(draft);
    }
  } else if (home?.flow === flow) {
    homeAnswered(draft, home, news);
  } else if (retiring?.flow === flow) {
    draft.retiring = next(retiring);
    if (draft.retiring !== null) return;
    draft.effects.push({ type: 'retire-flow', flow });
    // over the connection itself nothing can be amiss with its removal
    if (news.kind === 'accepted') changeHome(draft, { stale: (home?.stale ?? []).filter((stale) => stale.flow !== flow) });
  } else {
    const lane = laneOf(draft, flow);
    const arrival = lane === undefined ? undefined : laneAnswered(draft, lane, news);
    if (arrival !== undefined) arrive(draft, arrival);
  }
}

/** Null: it was the last answer. */
function next(farewell: Farewell): Farewell | null {
  return farewell.step === 'asked' ? null : { ...farewell, step: 'idle' };
}

/** Takes bindings back where a connection is about to go; nobody waits longer than two seconds for that. */
function runFarewells(draft: Draft): void {
  const { leaving, retiring } = draft;
  if (leaving !== null && has(draft, leaving.until)) signOut(draft);
  else if (leaving?.step === 'idle') {
    draft.effects.push({ type: 'send', flow: leaving.flow, order: { kind: 'unbind' } });
    draft.leaving = { ...leaving, step: 'asked' };
  }
  if (retiring !== null && has(draft, retiring.until)) {
    closeFlow(draft, retiring.flow);
    draft.retiring = null;
  } else if (retiring?.step === 'idle') {
    draft.effects.push({ type: 'send', flow: retiring.flow, order: { kind: 'release', which: 'all' } });
    draft.retiring = { ...retiring, step: 'asked' };
  }
}

function endPause(draft: Draft): void {
  draft.pause = null;
  // a connection that was kept is asked again first
  if (draft.home === null) beginRace(draft, 'all');
}

function setTimer(draft: Draft): void {
  const { pause, leaving, retiring } = draft;
  const due = [...raceDeadlines(draft), ...homeDeadlines(draft), pause?.until, leaving?.until, retiring?.until];
  const earliest = Math.min(...due.map((at) => at ?? Infinity));
  const timerAt = Number.isFinite(earliest) ? earliest : null;
  if (timerAt === draft.timerAt) return;
  draft.timerAt = timerAt;
  if (timerAt === null) draft.effects.push({ type: 'clear-timer' });
  else draft.effects.push({ type: 'set-timer', delayMs: Math.max(0, timerAt - draft.around.monotonicMs) });
}
