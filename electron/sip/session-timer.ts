import type { HeaderValues } from '#shared/sip/identity.ts';
import {
  acceptedSessionTimer,
  answerSessionTimer,
  expiresAfterMs,
  raisedMinSe,
  refreshAfterMs,
  type SessionInterval,
  sessionTimerHeaders,
} from '#shared/sip/session-expires.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { transactionLifetimeMs } from './core-access.ts';

export interface SessionTimerHandlers {
  /** It is time for a request that refreshes the session. */
  refresh(): void;
  /** Nobody refreshed it in time. */
  expired(): void;
}

/** A failed refresh is tried again after half of what is left, but not more often than that. */
const leastRetryMs = 5_000;

/**
 * The session timer of one dialog (RFC 4028). While there is no flow it expires nothing: what is lost with a connection says
 * nothing about the session, and the re-INVITE on the next flow refreshes it.
 *
 *   no timer --2xx with Session-Expires--> running --every such 2xx--> running
 *                                            |  half over, and we refresh: refresh()
 *                                            +--over, and a flow is there--> expired()
 */
export class SessionTimer implements Disposable {
  readonly #clock: Clock;
  readonly #handlers: SessionTimerHandlers;
  #interval: SessionInterval | null = null;
  #minSe = 0;
  #deadlineMs = 0;
  #refreshing: Disposable | null = null;
  #expiring: Disposable | null = null;
  #flowUp = true;

  constructor(clock: Clock, handlers: SessionTimerHandlers) {
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** What a re-INVITE or UPDATE of ours has to say. */
  requestHeaders(): string[] {
    return sessionTimerHeaders(this.#interval, this.#minSe);
  }

  /** A 2xx to such a request, or to our INVITE: starts anew. */
  accepted(response: HeaderValues): void {
    this.#begin(acceptedSessionTimer(response));
  }

  /** What our 2xx to an INVITE, re-INVITE or UPDATE has to say; starts anew. */
  answer(request: HeaderValues): string[] {
    const { interval, headers } = answerSessionTimer(request);
    this.#begin(interval);
    return headers;
  }

  /** 422: asks for more from now on. @returns false when that will not help */
  raise(response: HeaderValues): boolean {
    const minSe = raisedMinSe(response, this.#minSe);
    if (minSe !== undefined) this.#minSe = minSe;
    return minSe !== undefined;
  }

  /** Tries again while there is time. */
  refreshFailed(): void {
    if (this.#interval === null) return;
    const leftMs = this.#deadlineMs - this.#clock.monotonicMs();
    this.#refreshIn(Math.max(leastRetryMs, leftMs / 2));
  }

  flowLost(): void {
    this.#flowUp = false;
    this.#refreshing?.dispose();
    this.#expiring?.dispose();
  }

  /** The dialog sends a re-INVITE on the new flow; what is left must be enough for its answer. */
  flowReady(): void {
    if (this.#flowUp) return;
    this.#flowUp = true;
    if (this.#interval === null) return;
    const leftMs = this.#deadlineMs - this.#clock.monotonicMs();
    this.#expireIn(Math.max(2 * transactionLifetimeMs, leftMs));
  }

  dispose(): void {
    this.#interval = null;
    this.#refreshing?.dispose();
    this.#expiring?.dispose();
  }

  #begin(interval: SessionInterval | null): void {
    this.dispose();
    this.#interval = interval;
    if (interval === null) return;
    if (interval.weRefresh) this.#refreshIn(refreshAfterMs(interval));
    this.#expireIn(expiresAfterMs(interval));
  }

  #refreshIn(delayMs: number): void {
    this.#refreshing?.dispose();
    this.#refreshing = this.#clock.schedule(delayMs, () => this.#handlers.refresh());
  }

  #expireIn(delayMs: number): void {
    this.#expiring?.dispose();
    this.#deadlineMs = this.#clock.monotonicMs() + delayMs;
    this.#expiring = this.#clock.schedule(delayMs, () => this.#handlers.expired());
  }
}
