import type { Core } from 'sip.js';
import { AppError, reportOf } from '#shared/errors/app-error.ts';
import { hasTooManyMedia } from '#shared/sip/media-direction.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { lateAckMs, repeatAccepted, sdpBody, sdpOf, takeAsAcknowledged, transactionLifetimeMs } from './core-access.ts';
import type { DialogRequest } from './request-intake.ts';

export interface TheirRoundOptions {
  /** re-INVITE, or UPDATE with an offer. */
  readonly request: DialogRequest;
  /** The peer connection that answers: the dialog's, or a new one. */
  readonly peer: string;
  readonly isNewPeer: boolean;
  readonly hold: boolean;
}

export interface TheirRoundHandlers {
  /** Asked the moment before our 2xx leaves: the headers that go along. */
  headers(): string[];
  /** Our 2xx is out. `offer` is in force; null: the answer to ours comes with the ACK. */
  answered(offer: string | null): void;
  /** The answer in the ACK to our offer is in force. */
  agreed(answer: string, ours: string): void;
  /** Nothing follows: acknowledged, or refused, or answered where no ACK comes. */
  over(): void;
  /** Our 2xx was never acknowledged. */
  unacknowledged(): void;
}

/**
 * An offer of the far end inside the dialog, from the making of our answer until the ACK (re-INVITE), or until our 2xx (UPDATE).
 *
 *   answering --2xx sent--> awaiting-ack --ACK--> over
 *      |                          |--32 s--> unacknowledged
 *      |                          +--another flow, and 2 s--> over
 *      +--no answer possible (488, 500), UPDATE, drop() (487)--> over
 */
export class TheirRound {
  readonly #context: CallContext;
  readonly #options: TheirRoundOptions;
  readonly #handlers: TheirRoundHandlers;
  #state: 'answering' | 'awaiting-ack' | 'over' = 'answering';
  /** Set when their request had none and the answer comes with the ACK. */
  #ourOffer: string | null = null;
  #ackDeadline: Disposable | null = null;

  constructor(context: CallContext, options: TheirRoundOptions, handlers: TheirRoundHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
  }

  get isAnswering(): boolean {
    return this.#state === 'answering';
  }

  /** An offer of ours is in their hands. */
  get hasOurOffer(): boolean {
    return this.#ourOffer !== null;
  }

  async start(): Promise<void> {
    const { clock, media } = this.#context;
    const { request, peer, hold } = this.#options;
    const offer = sdpOf(request.message);
    try {
      if (offer !== null && hasTooManyMedia(offer)) throw new AppError('no-common-codec', { details: { what: 'too many media' } });
      const body = await (offer === null
        ? media.createOffer(peer, { iceRestart: false, hold })
        : media.createAnswer(peer, offer, { hold }));
      if (!this.isAnswering) return;
      if (offer === null) this.#ourOffer = body;
      this.#state = 'awaiting-ack';
      if (request.message.method === 'INVITE') {
        this.#ackDeadline = clock.schedule(transactionLifetimeMs, () => this.#handlers.unacknowledged());
      }
      request.accept({ statusCode: 200, body: sdpBody(body), extraHeaders: this.#handlers.headers() });
    } catch (error) {
      this.#refuse(error);
      return;
    }
    this.#handlers.answered(offer);
    if (request.message.method !== 'INVITE') this.#end();
  }

  /** ACK to our 2xx. */
  receiveAck(message: Core.IncomingRequestMessage): void {
    if (this.#state !== 'awaiting-ack') return;
    this.#ackDeadline?.dispose();
    const answer = sdpOf(message);
    const ours = this.#ourOffer;
    if (ours === null) this.#end();
    else if (answer === null) {
      this.#rollback();
      this.#end();
    } else void this.#apply(answer, ours);
  }

  /** Nothing can be acknowledged now. */
  flowLost(): void {
    this.#ackDeadline?.dispose();
  }

  /** Our 2xx or its ACK may have gone down with the flow before; without either what was agreed on holds all the same. */
  flowReady(session: Core.Session): void {
    if (this.#state !== 'awaiting-ack' || this.#options.request.message.method !== 'INVITE') return;
    this.#ackDeadline?.dispose();
    this.#ackDeadline = this.#context.clock.schedule(lateAckMs, () => {
      takeAsAcknowledged(session);
      if (this.#ourOffer !== null) this.#rollback();
      this.#end();
    });
    repeatAccepted(session);
  }

  /** The dialog ends: a request that is not answered yet gets 487 (RFC 3261 section 15.1.2). Says nothing any more. */
  drop(): void {
    const { request, peer, isNewPeer } = this.#options;
    this.#ackDeadline?.dispose();
    if (this.isAnswering) {
      request.reject({ statusCode: 487 });
      if (isNewPeer) this.#context.media.closePeer(peer);
    }
    this.#state = 'over';
  }

  async #apply(answer: string, ours: string): Promise<void> {
    try {
      await this.#context.media.applyAnswer(this.#options.peer, answer, { provisional: false });
      if (this.#state === 'awaiting-ack') this.#handlers.agreed(answer, ours);
    } catch (error) {
      this.#note(error);
      // or no other offer would find room
      this.#rollback();
    }
    this.#end();
  }

  /** Their offer cannot be taken: the session stays as it was (RFC 3261 section 14.2). */
  #refuse(error: unknown): void {
    if (this.#state === 'over') return;
    this.#note(error);
    this.#ackDeadline?.dispose();
    if (this.#options.isNewPeer) this.#context.media.closePeer(this.#options.peer);
    else this.#rollback();
    this.#options.request.reject({ statusCode: reportOf(error).code === 'internal' ? 500 : 488 });
    this.#end();
  }

  #rollback(): void {
    this.#context.media.rollback(this.#options.peer).catch((error: unknown) => this.#note(error));
  }

  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#handlers.over();
  }

  #note(error: unknown): void {
    this.#context.logger.info('a description was not taken', { error: String(error) });
  }
}
