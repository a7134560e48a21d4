import type { Core } from 'sip.js';
import { type TransferTarget, transferFailure, transferRefusal } from '#shared/calls/transfer-failure.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { SubscriptionState } from '#shared/sip/event-header.ts';
import { parseSipfrag } from '#shared/sip/sipfrag.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from '../call-context.ts';
import { contactHeader } from '../core-access.ts';

export interface TransferHandlers {
  /** The far end took the request. */
  accepted(): void;
  /** The target rings. */
  ringing(): void;
  /** The target took the call, or the far end left for it. Nothing follows. */
  succeeded(): void;
  /** Nothing follows. */
  failed(error: ErrorReport): void;
}

export interface TransferOptions {
  readonly session: Core.Session;
  /** Value of Refer-To. */
  readonly referTo: string;
  readonly target: TransferTarget;
}

/** How long to wait for a first word after the 202, before the target can ring. */
const firstNotifyMs = 32_000;
/** How long the subscription of a far end lasts that does not say; longer than anybody lets it ring. */
const usualLifeMs = 180_000;

/**
 * One REFER of ours in a dialog and the subscription that it makes (RFC 3515).
 *
 *   asked --202, NOTIFY--> accepted --NOTIFY 2xx; BYE of the far end--> over (succeeded)
 *     |                       |
 *     +--3xx-6xx, 32 s--------+--NOTIFY 3xx-6xx, subscription over, silence--> over (failed)
 *
 * A far end that ends its subscription without saying how the call went is known to have gone by its BYE. One that said at once
 * that it would tell nothing (RFC 4488) is trusted to have gone when it has not come back for a while.
 */
export class Transfer implements Disposable {
  readonly session: Core.Session;
  readonly #context: CallContext;
  readonly #options: TransferOptions;
  readonly #handlers: TransferHandlers;
  #state: 'asked' | 'accepted' | 'over' = 'asked';
  #request: Core.OutgoingReferRequest | null = null;
  #ringingTold = false;
  /** The far end said that it would not tell how it went. */
  #untold = false;
  #deadline: Disposable | null = null;

  constructor(context: CallContext, options: TransferOptions, handlers: TransferHandlers) {
    this.session = options.session;
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** By what the far end names the subscription: the CSeq number of the REFER (RFC 3515 section 2.4.6). */
  get id(): string {
    return String(this.#request?.message.cseq ?? '');
  }

  start(): void {
    const { core } = this.#context;
    const rejected = ({ message }: Core.IncomingResponse): void => {
      if (this.#state === 'asked') this.#fail(transferRefusal(message.statusCode ?? 500, this.#options.target));
    };
    const headers = [`Refer-To: ${this.#options.referTo}`, `Referred-By: <${core.configuration.aor.toString()}>`, contactHeader(core)];
    try {
      this.#request = this.session.refer(
        { onAccept: ({ message }) => this.#accepted(message), onReject: rejected, onRedirect: rejected },
        { extraHeaders: headers },
      );
    } catch (error) {
      this.#context.logger.warn('REFER was not possible', { error: String(error) });
      queueMicrotask(() => this.#fail(transferRefusal(481, this.#options.target)));
    }
  }

  /** A NOTIFY of this subscription; may overtake the 202. */
  receiveNotify(body: string, subscription: SubscriptionState | undefined): void {
    if (this.#state === 'over') return;
    this.#accept();
    const status = parseSipfrag(body)?.status ?? 100;
    if (status >= 300) this.#fail(transferFailure(status, this.#options.target));
    else if (status >= 200) this.#succeed();
    else {
      if (status >= 180 && !this.#ringingTold) {
        this.#ringingTold = true;
        this.#handlers.ringing();
      }
      if (subscription?.state === 'terminated') this.#ended(subscription.reason);
      else this.#wait(subscription?.expires === undefined ? usualLifeMs : subscription.expires * 1000 + firstNotifyMs);
    }
  }

  /** The far end ended the dialog: when it had agreed, it is with the target now. */
  farEndLeft(): void {
    if (this.#state === 'accepted') this.#succeed();
    else if (this.#state === 'asked') {
      const { name, number } = this.#options.target;
      this.#fail({ code: 'transfer-caller-lost', details: { name: name === '' ? number : name, number, status: 0 } });
    }
  }

  /** No word of it any more. */
  dispose(): void {
    this.#state = 'over';
    this.#deadline?.dispose();
  }

  #accepted(message: Core.IncomingResponseMessage): void {
    if (this.#state === 'over') return;
    this.#accept();
    if ((message.getHeader('Refer-Sub') ?? '').trim().toLowerCase() === 'false') this.#untold = true;
  }

  #accept(): void {
    if (this.#state !== 'asked') return;
    this.#state = 'accepted';
    this.#wait(firstNotifyMs);
    this.#handlers.accepted();
  }

  /** The subscription is over, and nobody said how the call went (RFC 6665 section 4.1.3). */
  #ended(reason: string): void {
    if (reason === 'rejected') this.#fail(transferRefusal(403, this.#options.target));
    else this.#wait(firstNotifyMs);
  }

  #wait(ms: number): void {
    if (this.#state === 'over') return;
    this.#deadline?.dispose();
    this.#deadline = this.#context.clock.schedule(ms, () => {
      if (this.#untold) this.#succeed();
      else this.#fail(transferFailure(this.#ringingTold ? 408 : 500, this.#options.target));
    });
  }

  #succeed(): void {
    this.#end(() => this.#handlers.succeeded());
  }

  #fail(error: ErrorReport): void {
    this.#end(() => this.#handlers.failed(error));
  }

  #end(tell: () => void): void {
    if (this.#state === 'over') return;
    this.dispose();
    tell();
  }
}
