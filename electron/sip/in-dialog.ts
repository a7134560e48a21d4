import type { Core } from 'sip.js';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { reportOf } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { headersOf, isInvented, keepReachable, sdpOf, transactionLifetimeMs } from './core-access.ts';
import { Negotiation, type NegotiationHandlers, type NegotiationStart } from './negotiation.ts';

export interface InDialogHandlers extends Omit<NegotiationHandlers, 'gone' | 'unacknowledged'> {
  /** ACK to our 2xx of the first INVITE, and the descriptions are in force. */
  acknowledged(): void;
  /** The answer in the ACK cannot be used; BYE is on its way. */
  failed(error: ErrorReport): void;
  /** BYE received, or the far end knows the dialog no more. Nothing follows. */
  ended(by: 'remote' | 'network'): void;
  /** Our BYE is done. Nothing follows. */
  closed(): void;
  product(name: string): void;
}

/**
 * One confirmed dialog: its offers and answers, and its end. It outlives its call while a BYE is unanswered, so that
 * whatever crosses the BYE still gets its answer.
 *
 *   awaiting-ack --ACK--> live --BYE received, 481--> over
 *        |                  |                          ^
 *        +-----hang up------+------> leaving --BYE answered, 32 s
 */
export class InDialog {
  readonly negotiation: Negotiation;
  readonly #session: Core.Session;
  readonly #context: CallContext;
  readonly #handlers: InDialogHandlers;
  /** Our offer in the 2xx, when the INVITE had none. */
  #offerInAccept: string | null = null;
  #theirOffer: string | null = null;
  #state: 'awaiting-ack' | 'live' | 'leaving' | 'over' = 'live';
  #byeWaitsForAck = false;
  #byeWaitsForFlow = false;
  #byeReason: string | undefined;
  #leaveDeadline: Disposable | null = null;

  constructor(session: Core.Session, context: CallContext, start: NegotiationStart, handlers: InDialogHandlers) {
    this.#session = session;
    this.#context = context;
    this.#handlers = handlers;
    this.negotiation = new Negotiation(session, context, start, {
      localHold: (held) => handlers.localHold(held),
      localHoldFailed: (held, error) => handlers.localHoldFailed(held, error),
      remoteHold: (held) => handlers.remoteHold(held),
      repaired: (strategy) => handlers.repaired(strategy),
      repairFailed: (strategy, error) => handlers.repairFailed(strategy, error),
      peerReplaced: (peer) => handlers.peerReplaced(peer),
      gone: () => this.#end(() => handlers.ended('network')),
      unacknowledged: () => this.#abandon('the ACK to a re-INVITE never came'),
    });
  }

  get session(): Core.Session {
    return this.#session;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Over, or our BYE is on its way. */
  get isLeaving(): boolean {
    return this.#state === 'leaving' || this.#state === 'over';
  }

  /**
   * Takes over the dialog's requests.
   * @param accepted set on the UAS side, where the ACK is still to come: their offer, or our own in the 2xx
   */
  start(accepted?: { readonly theirOffer: string | null; readonly body: string }): void {
    if (accepted !== undefined) {
      this.#state = 'awaiting-ack';
      this.#theirOffer = accepted.theirOffer;
      this.#offerInAccept = accepted.theirOffer === null ? accepted.body : null;
    }
    this.#session.delegate = {
      onAck: ({ message }) => this.#receiveAck(message),
      onAckTimeout: () => this.#ackTimedOut(),
      onBye: (request) => this.#receiveBye(request),
      onInvite: (request) => this.#receiveInvite(request),
      onInfo: (request) => answerInfo(request),
      onMessage: (request) => request.reject({ statusCode: 405 }),
      onNotify: (request) => request.accept(),
      onRefer: (request) => request.reject({ statusCode: 603 }),
    };
  }

  /** Sends BYE as soon as the protocol allows it; `handlers.closed` follows. */
  hangUp(reason?: string): void {
    if (this.isLeaving) return;
    this.#byeReason = reason;
    this.negotiation.close();
    // the callee has to wait for the ACK (RFC 3261 section 15)
    this.#byeWaitsForAck = this.#state === 'awaiting-ack';
    this.#state = 'leaving';
    const longestMs = this.#byeWaitsForAck ? 2 * transactionLifetimeMs : transactionLifetimeMs;
    this.#leaveDeadline = this.#context.clock.schedule(longestMs, () => this.#end(() => this.#handlers.closed()));
    if (!this.#byeWaitsForAck) this.#sendBye();
  }

  flowLost(): void {
    if (this.#state === 'leaving') this.#byeWaitsForFlow = true;
    else if (this.#state !== 'over') this.negotiation.flowLost();
  }

  flowReady(): void {
    if (this.#state === 'leaving' && this.#byeWaitsForFlow && !this.#byeWaitsForAck) this.#sendBye();
    else if (this.#state === 'live' || this.#state === 'awaiting-ack') this.negotiation.flowReady();
  }

  /** Forgets everything at once, without a BYE. */
  dispose(): void {
    this.#end(() => {});
  }

  #sendBye(): void {
    this.#byeWaitsForFlow = false;
    const done = ({ message }: Core.IncomingResponse): void => {
      if (isInvented(message) && message.statusCode === 503) this.#byeWaitsForFlow = true;
      else this.#end(() => this.#handlers.closed());
    };
    try {
      const extraHeaders = this.#byeReason === undefined ? [] : [`Reason: ${this.#byeReason}`];
      this.#session.bye({ onAccept: done, onReject: done, onRedirect: done }, { extraHeaders });
      keepReachable(this.#context.core, this.#session);
    } catch (error) {
      this.#context.logger.warn('BYE was not possible', { error: String(error) });
      queueMicrotask(() => this.#end(() => this.#handlers.closed()));
    }
  }

  #receiveAck(message: Core.IncomingRequestMessage): void {
    if (this.#byeWaitsForAck) {
      this.#byeWaitsForAck = false;
      this.#sendBye();
    } else if (this.#state === 'awaiting-ack') {
      this.#state = 'live';
      void this.#confirm(sdpOf(message));
    } else {
      this.negotiation.receiveAck(message);
    }
  }

  async #confirm(answer: string | null): Promise<void> {
    const ours = this.#offerInAccept;
    if (ours === null) {
      this.#handlers.acknowledged();
      this.negotiation.begin(this.#theirOffer ?? '', null);
      return;
    }
    try {
      await this.#context.media.applyAnswer(this.negotiation.peer, answer ?? '', { provisional: false });
    } catch (error) {
      if (this.#state !== 'live') return;
      this.hangUp('SIP;cause=488;text="Not Acceptable Here"');
      this.#handlers.failed(reportOf(error));
      return;
    }
    if (this.#state !== 'live') return;
    this.#handlers.acknowledged();
    this.negotiation.begin(answer ?? '', ours);
  }

  #ackTimedOut(): void {
    if (this.#byeWaitsForAck) {
      this.#byeWaitsForAck = false;
      this.#sendBye();
    } else {
      this.#abandon('the ACK to our 2xx never came');
    }
  }

  /** The far end is silent: BYE, as RFC 3261 sections 13.3.1.4 and 14.2 ask, and the call is over for us. */
  #abandon(why: string): void {
    if (this.isLeaving) return;
    this.#context.logger.warn(why, { callId: this.#session.callId });
    this.#state = 'live';
    this.hangUp('SIP;cause=408;text="ACK missing"');
    this.#handlers.ended('network');
  }

  #receiveBye(request: Core.IncomingByeRequest): void {
    this.#handlers.product(productOf(request.message));
    request.accept();
    const leaving = this.#state === 'leaving';
    this.#end(() => (leaving ? this.#handlers.closed() : this.#handlers.ended('remote')));
  }

  #receiveInvite(request: Core.IncomingInviteRequest): void {
    this.#handlers.product(productOf(request.message));
    if (this.isLeaving) request.reject({ statusCode: 481 });
    else this.negotiation.receiveOffer(request);
  }

  #end(tell: () => void): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.negotiation.close();
    this.#leaveDeadline?.dispose();
    this.#session.delegate = undefined;
    this.#session.dispose();
    tell();
  }
}

/** `Server` or `User-Agent` of a message; empty when it has neither. */
export function productOf(message: { getHeaders(name: string): string[] }): string {
  const headers = headersOf(message);
  return headers('Server')[0] ?? headers('User-Agent')[0] ?? '';
}

/** Digits by INFO are taken note of; no INFO package is spoken here (RFC 6086 section 4.2.2). */
function answerInfo(request: Core.IncomingInfoRequest): void {
  if (request.message.hasHeader('Info-Package')) request.reject({ statusCode: 469, extraHeaders: ['Recv-Info:'] });
  else request.accept();
}
