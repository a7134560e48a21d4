import type { Core } from 'sip.js';
import { AppError, type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import type { OfferOptions } from '#shared/media/media.ts';
import { hasTooManyMedia } from '#shared/sip/media-direction.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';
import type { CallContext } from './call-context.ts';
import { detachReinvite, sdpBody, sdpOf } from './core-access.ts';

export type InPlaceRepair = Exclude<RepairStrategy, 'replace'>;

/** What one re-INVITE is to achieve. */
export interface OwnWish {
  /** The peer connection that offers: the dialog's, or a new one. */
  readonly peer: string;
  readonly isNewPeer: boolean;
  readonly repair: InPlaceRepair | null;
  readonly hold: boolean;
}

export interface OwnRoundHandlers {
  /** Asked when the offer is made, perhaps some time later; false puts the round back. */
  maySend(): boolean;
  /** Contact, Allow and whatever else goes along. */
  headers(): string[];
  /** 2xx received, not acknowledged yet. */
  accepted(message: Core.IncomingResponseMessage): void;
  agreed(answer: string): void;
  /** No offer could be made, or the answer cannot be used; the session stays as it was. */
  failed(error: ErrorReport): void;
  refused(message: Core.IncomingResponseMessage): void;
  /** It may not be sent now; nothing has happened. */
  putBack(): void;
}

/**
 * A re-INVITE of ours, from the making of its offer until its answer is in force. Tells its outcome once; after `drop` none.
 *
 *   offering --offer made--> out --2xx--> answered --answer applied--> over (agreed)
 *      |                      |              |
 *      +----------------------+--------------+--> over (failed, refused, put back, dropped: the offer is taken back)
 */
export class OwnRound {
  readonly wish: OwnWish;
  readonly #session: Core.Session;
  readonly #context: CallContext;
  readonly #handlers: OwnRoundHandlers;
  #state: 'offering' | 'out' | 'answered' | 'over' = 'offering';
  #offer = '';
  #request: Core.OutgoingInviteRequest | null = null;

  constructor(session: Core.Session, context: CallContext, wish: OwnWish, handlers: OwnRoundHandlers) {
    this.#session = session;
    this.#context = context;
    this.wish = wish;
    this.#handlers = handlers;
  }

  /** Empty until it is made. */
  get offer(): string {
    return this.#offer;
  }

  /** 2xx received: the far end may offer again. */
  get isAnswered(): boolean {
    return this.#state === 'answered';
  }

  /** On the wire, and its answer is still to come. */
  get isOut(): boolean {
    return this.#state === 'out';
  }

  async start(): Promise<void> {
    const { peer, repair, hold } = this.wish;
    try {
      this.#offer = await this.#context.media.createOffer(peer, offerOptions(repair, hold));
      if (this.#state !== 'offering') return;
      if (!this.#handlers.maySend()) {
        this.#end();
        this.#handlers.putBack();
        return;
      }
      this.#state = 'out';
      this.#request = this.#session.invite(
        {
          onAccept: (response) => void this.#accepted(response),
          onReject: ({ message }) => this.#refused(message),
          onRedirect: ({ message }) => this.#refused(message),
        },
        { body: sdpBody(this.#offer), extraHeaders: this.#handlers.headers() },
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Its answer went down with the flow, or nobody wants it any more: takes the offer back and says nothing. */
  drop(): void {
    if (this.isOut && this.#request !== null) detachReinvite(this.#session, this.#request);
    this.#end();
  }

  /** The dialog ends, and its peer connections with it; a 2xx that still comes is acknowledged. Says nothing any more. */
  abandon(): void {
    this.#state = 'over';
    if (this.wish.isNewPeer) this.#context.media.closePeer(this.wish.peer);
  }

  async #accepted(response: Core.AckableIncomingResponseWithSession): Promise<void> {
    const isOurs = this.isOut;
    if (isOurs) this.#handlers.accepted(response.message);
    response.ack();
    if (!isOurs) return;
    this.#state = 'answered';
    const answer = sdpOf(response.message);
    try {
      // RFC 3261 section 14.2 asks for an answer here; without one the session stays as it was
      if (answer === null) throw new AppError('media-failed', { details: { what: 're-INVITE answered without a description' } });
      if (hasTooManyMedia(answer)) throw new AppError('media-failed', { details: { what: 're-INVITE answered with too many media' } });
      await this.#context.media.applyAnswer(this.wish.peer, answer, { provisional: false });
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!this.isAnswered) return;
    this.#state = 'over';
    this.#handlers.agreed(answer);
  }

  #refused(message: Core.IncomingResponseMessage): void {
    if (!this.isOut) return;
    this.#end();
    this.#handlers.refused(message);
  }

  #fail(error: unknown): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#handlers.failed(reportOf(error));
  }

  /** Undoes the offer. */
  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    const { media, logger } = this.#context;
    if (this.wish.isNewPeer) media.closePeer(this.wish.peer);
    else if (this.#offer !== '') {
      media.rollback(this.wish.peer).catch((error: unknown) => logger.info('an offer was not taken back', { error: String(error) }));
    }
  }
}

function offerOptions(repair: InPlaceRepair | null, hold: boolean): OfferOptions {
  if (repair === 'relay') return { iceRestart: true, hold, relayOnly: true };
  return { iceRestart: repair === 'restart-ice', hold };
}
