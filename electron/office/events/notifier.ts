import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { parseDeltaSeconds } from '#shared/sip/parse-delta-seconds.ts';
import { serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import type { FlowTable } from '../sip/flow-table.ts';
import { header, responseHeaders, tagOf, withReceived } from '../sip/header-edits.ts';
import type { ServerTransaction } from '../sip/server-transaction.ts';
import type { TransactionLayer } from '../sip/transaction-layer.ts';
import { concerns, type DialogTable, type TrackedDialog } from './dialog-table.ts';
import type { EventPackage } from './event-package.ts';
import { Subscription, subscriptionKey } from './subscription.ts';

interface NotifierOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly flows: FlowTable;
  readonly transactions: TransactionLayer;
  readonly dialogs: DialogTable;
  readonly packages: readonly EventPackage[];
  /** The office's own `host:port`. */
  readonly address: string;
}

interface Entry {
  readonly subscription: Subscription;
  expiresAtMs: number;
  timer: Disposable;
  /** There was no way to the subscriber when something changed. */
  behind: boolean;
}

const defaultExpiresSeconds = 3600;
const minExpiresSeconds = 30;
const maxSubscriptions = 500;

/** Tells subscribers of the dialogs of a number, at once and in full (RFC 6665). */
export class Notifier implements Disposable {
  readonly #options: NotifierOptions;
  readonly #entries = new Map<string, Entry>();
  #changes: Disposable | undefined;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get packageNames(): string[] {
    return this.#options.packages.map(({ name }) => name);
  }

  start(): void {
    this.#changes = this.#options.dialogs.onChanged(({ dialogs }) => {
      for (const entry of this.#entries.values()) {
        const { number } = entry.subscription;
        if (dialogs.some((dialog) => concerns(dialog, number))) this.#tell(entry, dialogs);
      }
    });
  }

  /** Whether a SUBSCRIBE belongs to one of the office's subscriptions. */
  isOurs(request: SipRequest): boolean {
    return this.#entries.has(keyOf(request));
  }

  /** The package that a SUBSCRIBE asks for, if the office has it. */
  packageOf(request: SipRequest): EventPackage | undefined {
    const wanted = (findHeader(request.headers, 'Event') ?? '').split(';')[0]?.trim().toLowerCase();
    return this.#options.packages.find(({ name }) => name === wanted);
  }

  /** A SUBSCRIBE outside of dialogs whose sender is known. */
  subscribe(server: ServerTransaction, number: string, eventPackage: EventPackage): void {
    const { random, address } = this.#options;
    const { request, sourceToken: token } = server;
    if (!eventPackage.covers(number)) return server.reply(404);
    // RFC 6665 section 4.1.2.1: exactly one, for the NOTIFYs
    if (request.contacts.length !== 1) return server.reply(400);
    const seconds = expiresOf(request);
    if (isTooBrief(seconds)) return server.reply(423, [header('Min-Expires', minExpiresSeconds)]);
    if (this.#entries.size >= maxSubscriptions) return server.reply(503);
    const subscription = new Subscription(request, { number, eventPackage }, { tag: random.hex(8), token, address });
    this.#accept(server, subscription, seconds);
  }

  /** A SUBSCRIBE in the dialog of a subscription: more time, or an end (`Expires: 0`). */
  refresh(server: ServerTransaction): void {
    const { request } = server;
    const entry = this.#entries.get(keyOf(request));
    if (entry === undefined) return server.reply(481);
    const seconds = expiresOf(request);
    if (isTooBrief(seconds)) return server.reply(423, [header('Min-Expires', minExpiresSeconds)]);
    if (!entry.subscription.refresh(request)) return server.reply(500);
    this.#accept(server, entry.subscription, seconds);
  }

  /** The device behind a token can be reached again: it is told what it missed. */
  resume(token: string): void {
    for (const entry of this.#entries.values()) if (entry.behind && entry.subscription.token === token) this.#tell(entry);
  }

  dispose(): void {
    this.#changes?.dispose();
    for (const { timer } of this.#entries.values()) timer.dispose();
    this.#entries.clear();
  }

  #accept(server: ServerTransaction, subscription: Subscription, seconds: number): void {
    const { clock } = this.#options;
    const headers = [
      ...responseHeaders(withReceived(server.request.headers, server.flow.remoteAddress), subscription.localTag),
      header('Contact', subscription.contact),
      header('Expires', seconds),
    ];
    server.send(200, serializeResponse({ status: 200, headers }));
    this.#entries.get(subscription.key)?.timer.dispose();
    if (seconds === 0) return this.#end(subscription);
    const timer = clock.schedule(seconds * 1000, () => this.#end(subscription));
    const entry = { subscription, expiresAtMs: clock.monotonicMs() + seconds * 1000, timer, behind: false };
    this.#entries.set(subscription.key, entry);
    this.#tell(entry);
  }

  /** @param changed dialogs that have just changed; of those the ended ones are told once */
  #tell(entry: Entry, changed: readonly TrackedDialog[] = []): void {
    const { clock, flows } = this.#options;
    const { subscription } = entry;
    entry.behind = flows.flowOf(subscription.token) === undefined;
    if (entry.behind) return;
    const seconds = Math.max(0, Math.ceil((entry.expiresAtMs - clock.monotonicMs()) / 1000));
    this.#send(subscription, `active;expires=${seconds}`, changed);
  }

  #end(subscription: Subscription): void {
    this.#entries.delete(subscription.key);
    this.#send(subscription, 'terminated;reason=timeout', []);
  }

  #send(subscription: Subscription, state: string, changed: readonly TrackedDialog[]): void {
    const { random, transactions, dialogs } = this.#options;
    const { number, eventPackage, token } = subscription;
    const ended = changed.filter((dialog) => dialog.state === 'terminated' && concerns(dialog, number));
    const document = eventPackage.document(number, [...dialogs.dialogsOf(number), ...ended], subscription.nextVersion());
    const branch = `z9hG4bK${random.hex(12)}`;
    transactions.openClient({
      branch,
      method: 'NOTIFY',
      targetToken: token,
      message: subscription.notify(branch, state, document),
      // who does not know the subscription, or says nothing, is told nothing more (RFC 6665 section 4.2.2)
      onResponse: ({ status }) => {
        if (status >= 300) this.#forget(subscription);
      },
      onTimeout: () => this.#forget(subscription),
    });
  }

  #forget({ key }: Subscription): void {
    this.#entries.get(key)?.timer.dispose();
    this.#entries.delete(key);
  }
}

function keyOf(request: SipRequest): string {
  return subscriptionKey(request.callId, tagOf(request.to), tagOf(request.from));
}

function expiresOf(request: SipRequest): number {
  return Math.min(parseDeltaSeconds(findHeader(request.headers, 'Expires')) ?? defaultExpiresSeconds, defaultExpiresSeconds);
}

function isTooBrief(seconds: number): boolean {
  return seconds > 0 && seconds < minExpiresSeconds;
}
