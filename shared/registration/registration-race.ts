import type { ErrorReport } from '../errors/app-error.ts';
import { portalOfRound } from '../network/captive-portal.ts';
import {
  after,
  answerDeadlineMs,
  ask,
  bar,
  closeFlow,
  type Draft,
  has,
  isAccountError,
  isCertificateError,
  wait,
} from './registration-draft.ts';
import type { Lane, LaneFailure, Race, RegisterNews, RegisterOrder } from './registration-state.ts';
import { nextLookMs, type RetryMemory } from './retry-law.ts';

// Several addresses at once, as RFC 8305 connects: the most preferred first, the next a moment later. A REGISTER goes over one
// connection at a time, because two bindings would drive each other out where a server allows one device a number.

/** RFC 8305 section 5, Connection Attempt Delay; an open connection waits as long for a more preferred one. */
export const headStartMs = 250;

/**
 * How long a server that was down a moment ago has for its first answer. Asterisk opens its port while it still starts, and swallows what
 * comes then; a second REGISTER over a new connection has the usual time.
 */
export const startingServerMs = 700;

/** @param known what is known of one address already: it has just answered so */
export function beginRace(draft: Draft, scope: Race['scope'], known?: { readonly server: number; readonly failure: LaneFailure }): void {
  endRace(draft);
  const count = scope === 'better' ? (draft.home?.server ?? 0) : draft.around.serverCount;
  const lanes = Array.from({ length: count }, (_, server): Lane => {
    const barred = draft.barred.find((bar) => bar.server === server);
    const failure = known?.server === server ? known.failure : barred === undefined ? null : refusalOf(barred.error);
    const flow = draft.parked.find((parked) => parked.server === server)?.flow ?? null;
    const state = failure !== null ? 'failed' : flow === null ? 'idle' : 'open';
    const isStarting = draft.memory.looks > 0;
    return { server, state, flow: state === 'open' ? flow : null, asking: null, failure, againAt: null, isStarting };
  });
  for (const { server, flow } of draft.parked) if (lanes[server]?.flow !== flow) closeFlow(draft, flow);
  draft.parked = [];
  draft.pause = null;
  draft.race = { scope, lanes, nextStartAt: draft.around.monotonicMs, graceUntil: null };
}

/** Closes what is open in it. */
export function endRace(draft: Draft, except: number | null = null): void {
  for (const { flow } of draft.race?.lanes ?? []) if (flow !== except) closeFlow(draft, flow);
  draft.race = null;
}

export function laneOf(draft: Draft, flow: number): Lane | undefined {
  return draft.race?.lanes.find((lane) => lane.flow === flow);
}

export function laneOpened(draft: Draft, lane: Lane): void {
  if (lane.state === 'opening') changeLane(draft, lane.server, { state: 'open' });
}

export function laneEnded(draft: Draft, lane: Lane, error: ErrorReport): void {
  if (lane.state === 'failed') changeLane(draft, lane.server, { flow: null });
  else failLane(draft, lane, { error, accepted: lane.state !== 'opening', retryAfterSeconds: undefined }, null);
}

export function laneProgressed(draft: Draft, lane: Lane): void {
  if (lane.asking === null) return;
  changeLane(draft, lane.server, { asking: { ...lane.asking, answerBy: after(draft, answerDeadlineMs) }, isStarting: false });
}

/** A connection that is to be used from now on. */
export interface Arrival {
  readonly flow: number;
  readonly server: number;
  readonly order: RegisterOrder;
  /** Null: the server does not answer what was asked, but it answers. */
  readonly news: Extract<RegisterNews, { readonly kind: 'accepted' }> | null;
}

/** @returns the winner, when this lane is it */
export function laneAnswered(draft: Draft, lane: Lane, news: RegisterNews): Arrival | undefined {
  const { asking, flow, server } = lane;
  if (asking === null || flow === null) return undefined;
  const { order } = asking;
  // the server has no room for one device more: the person said that this one shall have it
  if (draft.takeOver === 'look' && news.kind === 'refused' && news.error.details['status'] === 403) {
    draft.takeOver = 'rebind';
    changeLane(draft, server, { asking: ask(draft, flow, { kind: 'clear' }) });
  } else if (order.kind === 'clear') {
    changeLane(draft, server, { state: 'open', asking: null });
  } else if (news.kind === 'accepted') {
    endRace(draft, flow);
    return { flow, server, order, news };
  } else if (order.kind === 'query' && !isAccountError(news.error)) {
    endRace(draft, flow);
    return { flow, server, order, news: null };
  } else if (news.kind === 'retry') {
    failLane(draft, lane, { error: news.error, accepted: true, retryAfterSeconds: news.retryAfterSeconds }, flow);
  } else {
    closeFlow(draft, flow);
    bar(draft, server, news.error);
    failLane(draft, lane, refusalOf(news.error), null);
  }
  return undefined;
}

/** Does what is due: starts lanes, asks over the best that is open, ends a race that is lost. */
export function runRace(draft: Draft): void {
  for (const lane of draft.race?.lanes ?? []) {
    if (!has(draft, lane.asking?.answerBy ?? null)) continue;
    if (lane.isStarting) {
      openLane(draft, lane);
      continue;
    }
    closeFlow(draft, lane.flow);
    failLane(draft, lane, { error: { code: 'connection-timed-out', details: {} }, accepted: true, retryAfterSeconds: undefined }, null);
  }
  startLanes(draft);
  askBest(draft);
  if (draft.race?.lanes.every(({ state }) => state === 'failed')) lose(draft, draft.race);
}

/** When the race wants to be looked at again. */
export function raceDeadlines({ race }: Draft): (number | null)[] {
  if (race === null) return [];
  const { lanes, nextStartAt, graceUntil } = race;
  return [
    lanes.some(({ state }) => state === 'idle') ? nextStartAt : null,
    lanes.some(({ state }) => state === 'open') && !lanes.some(({ state }) => state === 'asking') ? graceUntil : null,
    ...lanes.map(({ asking, againAt }) => asking?.answerBy ?? againAt),
  ];
}

export function refusalOf(error: ErrorReport): LaneFailure {
  return { error, accepted: true, retryAfterSeconds: undefined };
}

function startLanes(draft: Draft): void {
  for (const lane of draft.race?.lanes ?? []) if (has(draft, lane.againAt)) openLane(draft, lane);
  while (draft.race !== null && has(draft, draft.race.nextStartAt)) {
    const next = draft.race.lanes.find(({ state }) => state === 'idle');
    if (next === undefined) return;
    openLane(draft, next);
    draft.race = { ...draft.race, nextStartAt: after(draft, headStartMs) };
  }
}

function openLane(draft: Draft, lane: Lane): void {
  const flow = draft.nextFlow;
  draft.nextFlow = flow + 1;
  closeFlow(draft, lane.flow);
  // it has been given its first chance when it is opened after a question
  const isStarting = lane.isStarting && lane.asking === null;
  changeLane(draft, lane.server, { state: 'opening', flow, asking: null, failure: null, againAt: null, isStarting });
  draft.effects.push({ type: 'open-flow', flow, server: lane.server });
}

function askBest(draft: Draft): void {
  const { race, home } = draft;
  if (race === null || race.lanes.some(({ state }) => state === 'asking')) return;
  // of two bindings that are made at the same time either could be the last
  if (home?.asking?.order.kind === 'bind' || home?.asking?.order.kind === 'clear') return;
  const best = race.lanes.find(({ state }) => state === 'open');
  if (best === undefined || best.flow === null) return;
  if (race.lanes.some(({ state, server }) => state === 'opening' && server < best.server)) {
    const graceUntil = race.graceUntil ?? after(draft, headStartMs);
    draft.race = { ...race, graceUntil };
    if (!has(draft, graceUntil)) return;
  }
  const order: RegisterOrder = draft.wish === 'bound' ? { kind: 'bind', contact: draft.contact } : { kind: 'query' };
  const asking = ask(draft, best.flow, order, best.isStarting ? startingServerMs : answerDeadlineMs);
  changeLane(draft, best.server, { state: 'asking', asking });
}

/** @param flow the connection, where the error came as an answer over it and says nothing against it */
function failLane(draft: Draft, lane: Lane, failure: LaneFailure, flow: number | null): void {
  if (draft.race === null) return;
  const nothingListens = failure.error.code === 'connection-refused' && !failure.accepted;
  const againAt = nothingListens && draft.race.scope === 'all' ? after(draft, nextLookMs(draft.around.fraction)) : null;
  changeLane(draft, lane.server, { state: 'failed', flow, asking: null, failure, againAt });
  // the next one need not wait for its turn
  draft.race = { ...draft.race, nextStartAt: draft.around.monotonicMs };
}

function changeLane(draft: Draft, server: number, change: Partial<Lane>): void {
  if (draft.race === null) return;
  draft.race = { ...draft.race, lanes: draft.race.lanes.map((lane) => (lane.server === server ? { ...lane, ...change } : lane)) };
}

/** No address works. */
function lose(draft: Draft, race: Race): void {
  const { home } = draft;
  const [shown] = race.lanes;
  const stays = home !== null && (home.binding !== null || draft.wish === 'standing-by');
  if (race.scope === 'better' || stays || shown === undefined || shown.failure === null) return endRace(draft);
  const failures = race.lanes.flatMap(({ failure }) => failure ?? []);
  // where one server has spoken, no portal stands before all
  const portal = failures.some(({ accepted }) => accepted) ? undefined : portalOfRound(failures.map(({ error }) => error));
  const passing = portal === undefined ? failures.filter(({ error }) => !isAccountError(error) && !isCertificateError(error)) : failures;
  const error = portal ?? shown.failure.error;
  if (passing.length === 0) {
    endRace(draft);
    draft.refusal = { server: shown.server, error };
    return;
  }
  draft.parked = race.lanes.flatMap(({ server, flow, failure }) => (flow === null || failure === null ? [] : { server, flow, failure }));
  draft.race = null;
  wait(draft, shown.server, error, {
    accepted: passing.some(({ accepted }) => accepted),
    nothingListens: passing.every((failure) => isDown(failure, draft.memory)),
    retryAfterSeconds: latest(passing),
  });
}

/** Nothing listens; or it did not a moment ago, and now that it does it speaks no SIP yet: servers open their port before they are ready. */
function isDown({ error }: LaneFailure, { looks }: RetryMemory): boolean {
  return error.code === 'connection-refused' || (error.code === 'not-a-sip-server' && looks > 0);
}

function latest(failures: readonly LaneFailure[]): number | undefined {
  const told = failures.flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? []);
  return told.length === 0 ? undefined : Math.max(...told);
}
