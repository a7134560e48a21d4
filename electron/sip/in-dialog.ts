import type { Core } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { reportOf } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import {
  headersOf,
  isInvented,
  keepReachable,
  lateAckMs,
  repeatAccepted,
  sdpOf,
  takeAsAcknowledged,
  transactionLifetimeMs,
} from './core-access.ts';
import { DialogUpkeep } from './dialog-upkeep.ts';
import { Negotiation, type NegotiationHandlers, type NegotiationStart } from './negotiation.ts';
import type { DialogDelegate, DialogRequest } from './request-intake.ts';

type NegotiationNews = 'localHold' | 'localHoldFailed' | 'remoteHold' | 'repaired' | 'repairFailed' | 'peerReplaced';

/** The message that made the dialog, and on the UAS side what the ACK is still to complete. */
export type DialogStart =
  | { readonly response: Core.IncomingResponseMessage }
  | {
      readonly invite: Core.IncomingRequestMessage;
      readonly theirOffer: string | null;
      /** Our description: in the 2xx, or in a reliable provisional response before it. */
      readonly body: string;
      /** The answer that came with a PRACK, when our offer went out in a reliable provisional response. */
      readonly answer?: string;
      /** Takes a PRACK that comes after the 2xx. */
      readonly prack?: (request: DialogRequest) => void;
    };

export interface InDialogHandlers extends Pick<NegotiationHandlers, NegotiationNews> {
  /** ACK to our 2xx of the first INVITE, and the descriptions are in force. */
  acknowledged(): void;
  /** The answer in the ACK cannot be used; BYE is on its way. */
  failed(error: ErrorReport): void;
  /** BYE received, or the far end knows the dialog no more. Nothing follows. */
  ended(by: 'remote' | 'network'): void;
  /** Our BYE is done. Nothing follows. */
  closed(): void;
  product(name: string): void;
  /** Somebody else is at the far end: a P-Asserted-Identity of a re-INVITE or UPDATE that differs from the one before (RFC 5876). */
  remoteChanged?(remote: Party): void;
  /** `isFocus` has changed. */
  focusChanged?(): void;
  /**
   * Requests that other parts of the line understand. Whoever takes one must answer it; without a taker they are refused as
   * RFC 3261 section 8.2 and the RFC of the method ask.
   */
  refer?(request: Core.IncomingReferRequest): void;
  notify?(request: Core.IncomingNotifyRequest): void;
  message?(request: Core.IncomingMessageRequest): void;
  info?(request: Core.IncomingInfoRequest): void;
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
  readonly #upkeep: DialogUpkeep;
  readonly #session: Core.Session;
  readonly #context: CallContext;
  readonly #handlers: InDialogHandlers;
  /** Our offer in the 2xx, when the INVITE had none. */
  #offerInAccept: string | null = null;
  /** The answer to it, when a PRACK has brought it and it is in force. */
  #earlyAnswer: string | null = null;
  #theirOffer: string | null = null;
  #state: 'awaiting-ack' | 'live' | 'leaving' | 'over' = 'live';
  #byeWaitsForAck = false;
  #byeWaitsForFlow = false;
  #byeReason: string | undefined;
  #hungUp = false;
  #leaveDeadline: Disposable | null = null;
  /** Runs while a 2xx that was repeated on another flow waits for its ACK. */
  #lateAck: Disposable | null = null;
  /** The flow that our 2xx left by is not the present one. */
  #flowChanged = false;

  constructor(session: Core.Session, context: CallContext, start: NegotiationStart, handlers: InDialogHandlers) {
    this.#session = session;
    this.#context = context;
    this.#handlers = handlers;
    this.#upkeep = new DialogUpkeep(session, context, {
      reinvite: () => this.negotiation.refresh(),
      gone: () => this.#end(() => handlers.ended('network')),
      expired: () => this.#abandon('nobody refreshed the session in time', 'SIP;cause=408;text="Session expired"'),
      remoteChanged: (remote) => handlers.remoteChanged?.(remote),
      focusChanged: () => handlers.focusChanged?.(),
    });
    this.negotiation = new Negotiation(session, context, start, {
      localHold: (held) => handlers.localHold(held),
      localHoldFailed: (held, error) => handlers.localHoldFailed(held, error),
      remoteHold: (held) => handlers.remoteHold(held),
      repaired: (strategy) => handlers.repaired(strategy),
      repairFailed: (strategy, error) => handlers.repairFailed(strategy, error),
      peerReplaced: (peer) => handlers.peerReplaced(peer),
      gone: () => this.#end(() => handlers.ended('network')),
      unacknowledged: () => this.#abandon('the ACK to a re-INVITE never came'),
      requestHeaders: () => this.#upkeep.requestHeaders(),
      answerHeaders: (request) => this.#upkeep.answerHeaders(request),
      accepted: (response) => this.#upkeep.accepted(response),
      refreshFailed: (response) => this.#upkeep.refreshFailed(response),
    });
  }

  get session(): Core.Session {
    return this.#session;
  }

  /** The far end is a conference (RFC 4579). */
  get isFocus(): boolean {
    return this.#upkeep.isFocus;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Over, or our BYE is on its way. */
  get isLeaving(): boolean {
    return this.#state === 'leaving' || this.#state === 'over';
  }

  /** Our BYE is on its way, or was. */
  get hasHungUp(): boolean {
    return this.#hungUp;
  }

  /** Takes over the dialog's requests. */
  start(start: DialogStart): void {
    const handlers = this.#handlers;
    const delegate: DialogDelegate = {
      onAck: ({ message }) => this.#receiveAck(message),
      onAckTimeout: () => this.#ackTimedOut(),
      onBye: (request) => this.#receiveBye(request),
      onInvite: (request) => this.#receiveInvite(request),
      onUpdate: (request) => this.#receiveUpdate(request),
      onInfo: (request) => (handlers.info === undefined ? answerInfo(request) : handlers.info(request)),
      onMessage: (request) => (handlers.message === undefined ? request.reject({ statusCode: 405 }) : handlers.message(request)),
      onNotify: (request) => (handlers.notify === undefined ? request.reject({ statusCode: 481 }) : handlers.notify(request)),
      onRefer: (request) => (handlers.refer === undefined ? request.reject({ statusCode: 603 }) : handlers.refer(request)),
    };
    if ('invite' in start) {
      this.#state = 'awaiting-ack';
      this.#theirOffer = start.theirOffer;
      this.#earlyAnswer = start.answer ?? null;
      this.#offerInAccept = start.theirOffer === null ? start.body : null;
      if (start.prack !== undefined) delegate.onPrack = start.prack;
    }
    this.#session.delegate = delegate;
    this.#upkeep.start('invite' in start ? start.invite : start.response);
  }

  /** Sends BYE as soon as the protocol allows it; `handlers.closed` follows. */
  hangUp(reason?: string): void {
    if (this.isLeaving) return;
    this.#byeReason = reason;
    this.#hungUp = true;
    this.negotiation.close();
    this.#upkeep.dispose();
    this.#lateAck?.dispose();
    // the callee has to wait for the ACK (RFC 3261 section 15)
    this.#byeWaitsForAck = this.#state === 'awaiting-ack';
    this.#state = 'leaving';
    const longestMs = this.#byeWaitsForAck ? 2 * transactionLifetimeMs : transactionLifetimeMs;
    this.#leaveDeadline = this.#context.clock.schedule(longestMs, () => this.#end(() => this.#handlers.closed()));
    if (!this.#byeWaitsForAck) this.#sendBye();
  }

  flowLost(): void {
    this.#flowChanged = true;
    this.#lateAck?.dispose();
    this.#upkeep.flowLost();
    if (this.#state === 'leaving') this.#byeWaitsForFlow = true;
    else if (this.#state !== 'over') this.negotiation.flowLost();
  }

  flowReady(): void {
    if (this.#state === 'leaving' && this.#byeWaitsForFlow && !this.#byeWaitsForAck) this.#sendBye();
    else if (this.#state === 'live' || this.#state === 'awaiting-ack') {
      this.#askForAck();
      this.#upkeep.flowReady();
      this.negotiation.flowReady();
    }
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

  /** Our 2xx or its ACK may have gone down with the flow before. Whether the far end has the dialog, a re-INVITE on the next will tell. */
  #askForAck(): void {
    this.#flowChanged = true;
    if (this.#state !== 'awaiting-ack') return;
    repeatAccepted(this.#session);
    if (this.#answerIsInAck) return;
    this.#lateAck?.dispose();
    this.#lateAck = this.#context.clock.schedule(lateAckMs, () => {
      if (this.#state !== 'awaiting-ack') return;
      takeAsAcknowledged(this.#session);
      this.#state = 'live';
      void this.#confirm(null);
      this.negotiation.refresh();
    });
  }

  get #answerIsInAck(): boolean {
    return this.#offerInAccept !== null && this.#earlyAnswer === null;
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
    if (this.#earlyAnswer !== null) {
      this.#handlers.acknowledged();
      this.negotiation.begin(this.#earlyAnswer, ours);
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
    } else if (this.#state === 'awaiting-ack' && (!this.#flowChanged || this.#answerIsInAck)) {
      this.#abandon('the ACK to our 2xx never came');
    }
  }

  /** The far end is silent: BYE, as RFC 3261 sections 13.3.1.4 and 14.2 ask, and the call is over for us. */
  #abandon(why: string, reason = 'SIP;cause=408;text="ACK missing"'): void {
    if (this.isLeaving) return;
    this.#context.logger.warn(why, { callId: this.#session.callId });
    this.#state = 'live';
    this.hangUp(reason);
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
    this.#upkeep.keepTarget();
    if (this.isLeaving) request.reject({ statusCode: 481 });
    else this.negotiation.receiveOffer(request);
  }

  #receiveUpdate(request: DialogRequest): void {
    this.#handlers.product(productOf(request.message));
    if (this.isLeaving) request.reject({ statusCode: 481 });
    else if (sdpOf(request.message) === null) {
      request.accept({ statusCode: 200, extraHeaders: this.#upkeep.answerHeaders(request.message) });
    }
    // our offer in the 2xx waits for its answer in the ACK (RFC 3311 section 5.2)
    else if (this.#state === 'awaiting-ack' && this.#offerInAccept !== null) request.reject({ statusCode: 491 });
    else this.negotiation.receiveOffer(request);
  }

  #end(tell: () => void): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.negotiation.close();
    this.#upkeep.dispose();
    this.#leaveDeadline?.dispose();
    this.#lateAck?.dispose();
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

/** Types of what old INFO usages carry that a telephone gets: digits that were pressed. */
const digitTypes: ReadonlySet<string> = new Set(['application/dtmf-relay', 'application/dtmf']);

/** Digits by INFO are taken note of; no INFO package is spoken here (RFC 6086 section 4.2.2). */
export function answerInfo(request: Core.IncomingInfoRequest): void {
  const { message } = request;
  const type = (message.getHeader('Content-Type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (message.hasHeader('Info-Package')) request.reject({ statusCode: 469, extraHeaders: ['Recv-Info:'] });
  else if (message.body === '' || digitTypes.has(type)) request.accept();
  else request.reject({ statusCode: 415, extraHeaders: [`Accept: ${[...digitTypes].join(', ')}`] });
}
