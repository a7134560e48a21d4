import type { Core, URI } from 'sip.js';
import { parseSubscriptionState } from '#shared/sip/event-header.ts';
import { parseDeltaSeconds } from '#shared/sip/parse-delta-seconds.ts';
import { afterRefusal, afterTermination, refreshAfterMs, type SubscriptionVerdict } from '#shared/sip/subscription-law.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from '../call-context.ts';
import { allowHeader, contactHeader, isInvented, transactionLifetimeMs } from '../core-access.ts';
import { SubscribeClient } from './subscribe-client.ts';

export interface SubscriptionOptions {
  readonly target: URI;
  /** Event package, lower case. */
  readonly event: string;
  /** Media type of its documents. */
  readonly accept: string;
}

export interface SubscriptionHandlers {
  /** A new subscription begins: what the one before told is void as soon as this one tells something. */
  began(): void;
  /** A NOTIFY; `body` is empty when it said nothing new. */
  notified(body: string, state: 'pending' | 'active'): void;
  /** Nothing is told: the notifier refuses. It is asked again some time later. */
  refused(): void;
  /** Nothing is told for now. */
  interrupted(): void;
}

/** What is asked for; an hour is what everybody grants. */
const usualExpiry = 3_600;

/**
 * One subscription to an event package that is kept alive (RFC 6665): refreshed in time, made anew when the notifier or the flow
 * has lost it, asked for slowly when it is refused. NOTIFYs may come before the answer to the SUBSCRIBE.
 *
 *   idle --start(), flow ready, time--> asked --NOTIFY--> standing --refresh in time--> standing
 *     ^                                   |                  |
 *     +--refused, no NOTIFY in 32 s-------+--terminated, 481-+     flow lost: idle until the next flow
 */
export class Subscription implements Disposable {
  readonly #context: CallContext;
  readonly #options: SubscriptionOptions;
  readonly #handlers: SubscriptionHandlers;
  #client: SubscribeClient | null = null;
  #expires = usualExpiry;
  #failures = 0;
  #timer: Disposable | null = null;
  #started = false;
  #flowUp: boolean;

  /** @param flowUp whether a registered connection is there now */
  constructor(context: CallContext, options: SubscriptionOptions, handlers: SubscriptionHandlers, flowUp: boolean) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
    this.#flowUp = flowUp;
  }

  start(): void {
    this.#started = true;
    if (this.#flowUp) this.#begin();
  }

  flowLost(): void {
    this.#flowUp = false;
    this.#forget();
    if (this.#started) this.#handlers.interrupted();
  }

  flowReady(): void {
    this.#flowUp = true;
    this.#failures = 0;
    if (this.#started) this.#begin();
  }

  /** Asks for a full document, because something was missed. */
  refresh(): void {
    if (this.#client !== null) this.#renew();
  }

  /** Unsubscribes, as far as that is possible. */
  dispose(): void {
    this.#started = false;
    const client = this.#client;
    this.#forget();
    if (this.#flowUp) client?.unsubscribe(this.#headers(0));
  }

  #begin(): void {
    this.#forget();
    const { event, target } = this.#options;
    const client: SubscribeClient = new SubscribeClient(
      this.#context,
      { target, event, headers: this.#headers(this.#expires) },
      {
        accepted: (message) => this.#granted(client, parseDeltaSeconds(message.getHeader('Expires'))),
        refused: (message) => this.#refused(client, message),
        notified: (message) => this.#notified(client, message),
      },
    );
    this.#client = client;
    this.#handlers.began();
    this.#expectNotify(client);
    client.subscribe();
  }

  #renew(): void {
    const client = this.#client;
    if (client === null) return;
    // before its dialog stands there is nothing to refresh
    if (!client.refresh(this.#headers(this.#expires))) this.#begin();
    else this.#expectNotify(client);
  }

  #headers(expires: number): string[] {
    const { event, accept } = this.#options;
    const { core } = this.#context;
    return [`Event: ${event}`, `Expires: ${expires}`, `Accept: ${accept}`, contactHeader(core), allowHeader];
  }

  /** Timer N (RFC 6665 section 4.1.2.4). */
  #expectNotify(client: SubscribeClient): void {
    this.#schedule(transactionLifetimeMs, () => {
      if (this.#client === client)
        this.#pause(afterRefusal(408, { minExpires: undefined, retryAfter: undefined, failures: this.#failures }));
    });
  }

  #granted(client: SubscribeClient, seconds: number | undefined): void {
    if (this.#client !== client) return;
    if (client.isStanding) this.#refreshIn(seconds ?? this.#expires);
  }

  #refused(client: SubscribeClient, message: Core.IncomingResponseMessage): void {
    if (this.#client !== client) return;
    const status = message.statusCode ?? 500;
    if (isInvented(message) && status === 503) {
      // it was not sent: the loss of the flow is about to be told
      this.#forget();
      return;
    }
    const verdict = afterRefusal(status, {
      minExpires: parseDeltaSeconds(message.getHeader('Min-Expires')),
      retryAfter: parseDeltaSeconds(message.getHeader('Retry-After')),
      failures: this.#failures,
    });
    this.#pause(verdict);
  }

  #notified(client: SubscribeClient, message: Core.IncomingRequestMessage): void {
    if (this.#client !== client) return;
    const subscription = parseSubscriptionState(message.getHeader('Subscription-State'));
    const body = message.body ?? '';
    if (subscription?.state === 'terminated') {
      this.#pause(afterTermination(subscription.reason, subscription.retryAfter, this.#failures));
      return;
    }
    this.#refreshIn(subscription?.expires ?? this.#expires);
    this.#handlers.notified(body, subscription?.state === 'pending' ? 'pending' : 'active');
  }

  #refreshIn(seconds: number): void {
    this.#schedule(refreshAfterMs(seconds), () => {
      // it has lasted: whatever went wrong before is forgiven
      this.#failures = 0;
      this.#renew();
    });
  }

  #pause(verdict: SubscriptionVerdict): void {
    this.#forget();
    this.#failures++;
    if (verdict.kind === 'longer') {
      this.#expires = verdict.seconds;
      this.#begin();
      return;
    }
    if (verdict.refused) this.#handlers.refused();
    else this.#handlers.interrupted();
    this.#schedule(verdict.afterMs, () => this.#begin());
  }

  #schedule(afterMs: number, action: () => void): void {
    this.#timer?.dispose();
    this.#timer = this.#context.clock.schedule(afterMs, action);
  }

  #forget(): void {
    this.#timer?.dispose();
    this.#timer = null;
    this.#client?.dispose();
    this.#client = null;
  }
}
