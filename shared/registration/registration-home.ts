import type { ErrorReport } from '../errors/app-error.ts';
import { mostTakenOver } from './own-contact.ts';
import {
  after,
  answerDeadlineMs,
  ask,
  bar,
  changeHome,
  closeFlow,
  type Draft,
  forgetFailuresAfterStability,
  has,
  removalDeadlineMs,
  wait,
} from './registration-draft.ts';
import { type Arrival, beginRace, endRace, refusalOf } from './registration-race.ts';
import type { BoundNews, Home, RegisterNews, RegisterOrder } from './registration-state.ts';

// The connection that dialogs use, its binding, and what the registrar's lists say of it.

const refreshFrom = 0.8;
const refreshSpread = 0.1;
const shortestRefreshMs = 1_000;
const confirmMs = 60_000;
const confirmSpread = 0.1;
/** Standing by nothing is refreshed; better addresses are looked for as often. */
const standingByRefreshSeconds = 600;
const mostTried = 64;

/** The winner of a race takes the place of the connection before, whose binding is taken back while it still lives. */
export function arrive(draft: Draft, { flow, server, order, news }: Arrival): void {
  const before = draft.home;
  forgetFailuresAfterStability(draft);
  if (draft.retiring !== null) closeFlow(draft, draft.retiring.flow);
  draft.retiring =
    before === null ? null : { flow: before.flow, until: after(draft, removalDeadlineMs), step: before.asking === null ? 'idle' : 'busy' };
  draft.pause = null;
  draft.home = {
    flow,
    server,
    binding: null,
    asking: null,
    others: before?.others ?? [],
    stale: [],
    tried: before?.tried ?? [],
    stableFrom: draft.around.monotonicMs,
    refreshAt: refreshAt(draft, standingByRefreshSeconds),
    confirmAt: order.kind === 'query' && news !== null ? confirmAt(draft) : null,
  };
  draft.effects.push({ type: 'attach', flow });
  if (news !== null) accepted(draft, order, news, before?.binding?.since);
}

/** The connection is gone or as good as gone. */
export function loseHome(draft: Draft, error: ErrorReport): void {
  const { home } = draft;
  if (home === null) return;
  leaveHome(draft);
  if (draft.refusal !== null || draft.pause !== null || draft.race?.scope === 'all') return;
  endRace(draft);
  // many clients lose a server at the same moment: also the first try waits a little
  wait(draft, home.server, error, { accepted: true, nothingListens: false, retryAfterSeconds: undefined });
}

/** Dialogs have no connection any more. */
export function leaveHome(draft: Draft): void {
  forgetFailuresAfterStability(draft);
  draft.home = null;
  draft.effects.push({ type: 'detach' });
}

export function homeProgressed(draft: Draft, { asking }: Home): void {
  if (asking !== null) changeHome(draft, { asking: { ...asking, answerBy: after(draft, answerDeadlineMs) } });
}

export function homeAnswered(draft: Draft, { asking, flow, server }: Home, news: RegisterNews): void {
  if (asking === null) return;
  changeHome(draft, { asking: null });
  const { order } = asking;
  if (draft.refusal !== null) return;
  if (order.kind === 'clear') {
    changeHome(draft, { binding: null });
    draft.takeOver = 'rebind';
  } else if (news.kind === 'accepted') {
    accepted(draft, order, news, undefined);
  } else if (order.kind === 'query') {
    changeHome(draft, { confirmAt: null });
  } else if (order.kind === 'remove' && draft.takeOver === 'remove') {
    draft.takeOver = 'clear';
  } else if (order.kind !== 'bind') {
    return;
  } else if (news.kind === 'refused' && draft.takeOver === 'look' && news.error.details['status'] === 403) {
    draft.takeOver = 'clear';
  } else {
    forgetFailuresAfterStability(draft);
    changeHome(draft, { binding: null });
    // an error that came as an answer says nothing against the connection; calls in progress need it
    const later = news.kind === 'retry';
    const failure = later ? { error: news.error, accepted: true, retryAfterSeconds: news.retryAfterSeconds } : refusalOf(news.error);
    if (!later) {
      closeFlow(draft, flow);
      leaveHome(draft);
      bar(draft, server, news.error);
    }
    beginRace(draft, 'all', { server, failure });
  }
}

/** Does what is due on the connection: one REGISTER at a time. */
export function runHome(draft: Draft): void {
  const { home } = draft;
  if (home === null || draft.leaving !== null) return;
  if (home.asking !== null) {
    if (!has(draft, home.asking.answerBy)) return;
    closeFlow(draft, home.flow);
    return loseHome(draft, { code: 'connection-timed-out', details: {} });
  }
  if (draft.refusal !== null || draft.pause !== null) return;
  if (draft.wish === 'standing-by' && home.binding === null && has(draft, home.refreshAt)) {
    changeHome(draft, { refreshAt: refreshAt(draft, standingByRefreshSeconds) });
    comeHome(draft);
  }
  const order = nextOrder(draft, home);
  if (order === undefined) return;
  if (order.kind === 'unbind') changeHome(draft, { binding: null });
  if (order.kind === 'query') changeHome(draft, { confirmAt: confirmAt(draft) });
  if (order.kind === 'remove') changeHome(draft, { tried: [...home.tried, ...order.uris].slice(-mostTried) });
  if (order.kind === 'release') changeHome(draft, { stale: home.stale.filter((stale) => stale.flow !== home.flow) });
  changeHome(draft, { asking: ask(draft, home.flow, order) });
}

/** When the connection wants to be looked at again. */
export function homeDeadlines(draft: Draft): (number | null)[] {
  const { home, refusal, pause, leaving } = draft;
  if (home === null || leaving !== null) return [];
  if (home.asking !== null) return [home.asking.answerBy];
  if (refusal !== null || pause !== null) return [];
  const refreshes = draft.wish === 'standing-by' || !isBlocked(draft, home);
  return [refreshes ? home.refreshAt : null, home.confirmAt];
}

/** Whether our binding is being made over another connection, or tried at another address first. */
function isBlocked({ race }: Draft, { binding }: Home): boolean {
  return race !== null && (race.lanes.some(({ state }) => state === 'asking') || (race.scope === 'all' && binding === null));
}

function nextOrder(draft: Draft, home: Home): RegisterOrder | undefined {
  const { wish, takeOver, retiring, contact } = draft;
  if (wish === 'standing-by' && home.binding !== null) return { kind: 'unbind' };
  if (wish === 'bound' && !isBlocked(draft, home)) {
    if (takeOver === 'clear') return { kind: 'clear' };
    if (takeOver === 'remove') return { kind: 'remove', uris: home.others.map(({ uri }) => uri) };
    if (takeOver !== 'none' || home.binding === null || has(draft, home.refreshAt)) return { kind: 'bind', contact };
  }
  if (home.stale.some(({ flow }) => flow === home.flow)) return { kind: 'release', which: 'former' };
  const left = home.stale.filter(({ flow, uri }) => (retiring === null || flow !== retiring.flow) && !home.tried.includes(uri));
  if (left.length > 0) return { kind: 'remove', uris: left.map(({ uri }) => uri) };
  return has(draft, home.confirmAt) ? { kind: 'query' } : undefined;
}

/** A REGISTER of ours got its 200. */
function accepted(
  draft: Draft,
  order: RegisterOrder,
  { expiresSeconds, bound }: Extract<RegisterNews, { readonly kind: 'accepted' }>,
  since: number | undefined,
): void {
  const { home, around } = draft;
  if (home === null || order.kind === 'unbind' || order.kind === 'release') return;
  const isRefresh = order.kind === 'bind' && home.binding !== null;
  if (order.kind === 'bind') {
    changeHome(draft, {
      binding: {
        since: home.binding?.since ?? since ?? around.wallMs,
        expiresAt: around.wallMs + expiresSeconds * 1_000,
        confirmedAt: around.wallMs,
      },
      refreshAt: refreshAt(draft, expiresSeconds),
      stableFrom: home.binding === null ? around.monotonicMs : home.stableFrom,
      // a server that does not list what it has just bound has nothing to say to a question either
      confirmAt: bound.own ? confirmAt(draft) : null,
    });
  } else {
    changeHome(draft, { binding: stillBound(home, bound, around.wallMs) });
  }
  changeHome(draft, { others: bound.others, stale: bound.stale.filter(({ uri }) => !home.tried.includes(uri)) });
  heedClaims(draft, bound);
  if (draft.refusal !== null) return;
  if (order.kind === 'bind' || order.kind === 'remove') proceedWithTakeOver(draft, order, bound);
  if (isRefresh) comeHome(draft);
}

/** A list without our binding means that it is gone, unless this server has never listed it. */
function stillBound({ binding, confirmAt }: Home, { own }: BoundNews, wallMs: number): Home['binding'] {
  if (binding === null || (!own && confirmAt !== null)) return null;
  return own ? { ...binding, confirmedAt: wallMs } : binding;
}

/** The next step of a takeover. */
function proceedWithTakeOver(draft: Draft, order: RegisterOrder, { others }: BoundNews): void {
  const { takeOver, contact, around } = draft;
  const isAlone = others.length === 0;
  if (takeOver === 'look' && order.kind === 'bind') {
    const over = [...new Set(others.filter(({ isCommute }) => isCommute).map(({ key }) => key))].slice(0, mostTakenOver);
    draft.takeOver = isAlone ? 'none' : 'claim';
    // the claim is told apart from an earlier one by its second
    if (!isAlone) draft.contact = { since: Math.max(around.wallMs, contact.since + 1_000), over };
  } else if (takeOver === 'claim' && order.kind === 'bind') {
    draft.takeOver = isAlone ? 'none' : 'remove';
  } else if (takeOver === 'remove' && order.kind === 'remove') {
    draft.takeOver = isAlone ? 'none' : 'clear';
  } else if (takeOver === 'rebind' && order.kind === 'bind') {
    draft.takeOver = 'none';
  }
  if (draft.takeOver === 'none') draft.deciding = false;
}

/** Somebody took the line over: it is theirs, unless the person decided otherwise after that. */
function heedClaims(draft: Draft, { claims, own }: BoundNews): void {
  const { home } = draft;
  const fresh = claims.filter(({ id }) => !draft.answeredClaims.includes(id));
  if (home === null || fresh.length === 0) return;
  draft.answeredClaims = [...draft.answeredClaims, ...fresh.map(({ id }) => id)].slice(-mostClaims);
  const [claim] = fresh;
  if (draft.deciding || claim === undefined || draft.wish !== 'bound') return;
  endRace(draft);
  draft.takeOver = 'none';
  draft.refusal = { server: home.server, error: { code: 'taken-over', details: { name: claim.name, at: draft.around.wallMs } } };
  changeHome(draft, { binding: null, asking: own ? ask(draft, home.flow, { kind: 'unbind' }) : null });
}

/** A line on a less preferred address looks whether a better one can be reached again. */
function comeHome(draft: Draft): void {
  if (draft.home !== null && draft.home.server > 0 && draft.race === null) beginRace(draft, 'better');
}

const mostClaims = 32;

function refreshAt(draft: Draft, expiresSeconds: number): number {
  const delayMs = Math.floor(expiresSeconds * 1_000 * (refreshFrom + refreshSpread * draft.around.fraction));
  return after(draft, Math.max(delayMs, shortestRefreshMs));
}

function confirmAt(draft: Draft): number {
  return after(draft, Math.floor(confirmMs * (1 - confirmSpread + 2 * confirmSpread * draft.around.fraction)));
}
