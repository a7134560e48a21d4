import type { Core } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { assertedParty } from '#shared/sip/identity.ts';
import { listsToken } from '#shared/sip/token-list.ts';
import type { CallContext } from './call-context.ts';
import { allowHeader, contactHeader, headersOf, sdpBody, sdpOf } from './core-access.ts';
import { retryLater } from './glare.ts';
import { type DialogDelegate, type DialogRequest, refreshTarget } from './request-intake.ts';

export interface EarlySessionOptions {
  readonly peer: string;
  readonly hold: boolean;
}

export interface EarlySessionHandlers {
  /** A far end can be heard. */
  earlyMedia(): void;
  /** UPDATE says that somebody else rings (RFC 5876). */
  remoteChanged(remote: Party): void;
}

/** What the first offer and answer have come to. */
export interface Settled {
  /** The far end's last description. */
  readonly theirs: string;
  /** Our offer, when `theirs` is the answer to it. */
  readonly ours: string | null;
  /** Another fork was heard before: this one needs a new peer connection. */
  readonly isStrange: boolean;
}

/**
 * What is agreed with those who ring before one of them answers: reliable provisional responses (RFC 3262), early media, UPDATE
 * in early dialogs (RFC 3311). Only one fork is played, the first that can be heard.
 */
export class EarlySession {
  readonly #context: CallContext;
  readonly #options: EarlySessionOptions;
  readonly #handlers: EarlySessionHandlers;
  #chosen: { readonly toTag: string; readonly theirs: string; readonly isFinal: boolean; readonly offeredByThem: boolean } | null = null;
  #applying: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(context: CallContext, options: EarlySessionOptions, handlers: EarlySessionHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
  }

  /** A 1xx that belongs to a dialog. @returns whether it carries a description */
  progressed({ message, session, prack }: Core.PrackableIncomingResponseWithSession): boolean {
    this.#listen(session);
    const isReliable = acknowledge(message, prack);
    const theirs = sdpOf(message);
    if (theirs === null) return false;
    const chosen = this.#chosen;
    // an answer that comes reliably is the answer; any other is a foretaste of it (RFC 3261 section 13.2.1, RFC 3262 section 5)
    if (chosen === null || (chosen.toTag === message.toTag && isReliable && !chosen.isFinal)) {
      this.#chosen = { toTag: message.toTag, theirs, isFinal: isReliable, offeredByThem: false };
      void this.#then(async () => {
        await this.#context.media.applyAnswer(this.#options.peer, theirs, { provisional: !isReliable });
        if (!this.#isOver && chosen === null) this.#handlers.earlyMedia();
      });
    }
    return true;
  }

  /**
   * The 2xx: no early news from now on. Resolves when the descriptions are in force.
   * @param ours our offer
   * @throws AppError when they cannot be
   */
  async settle(message: Core.IncomingResponseMessage, ours: string): Promise<Settled> {
    this.#isOver = true;
    await this.#applying;
    const chosen = this.#chosen;
    // a connection that has met the devices of one fork cannot turn to another
    const isStrange = chosen !== null && chosen.toTag !== message.toTag;
    // a 2xx may leave out what its 1xx said already
    const theirs = sdpOf(message) ?? (isStrange ? null : (chosen?.theirs ?? null));
    if (theirs === null) throw new AppError('media-failed', { details: { what: 'INVITE answered without a description' } });
    if (isStrange) return { theirs, ours, isStrange };
    if (chosen?.isFinal === true) return { theirs: chosen.theirs, ours: chosen.offeredByThem ? null : ours, isStrange };
    await this.#context.media.applyAnswer(this.#options.peer, theirs, { provisional: false });
    return { theirs, ours, isStrange };
  }

  #listen(session: Core.Session): void {
    const delegate: DialogDelegate = { onUpdate: (request) => this.#receiveUpdate(session, request) };
    session.delegate = delegate;
  }

  #receiveUpdate(session: Core.Session, request: DialogRequest): void {
    const offer = sdpOf(request.message);
    const chosen = this.#chosen;
    if (this.#isOver) request.reject({ statusCode: 481 });
    else if (offer === null) this.#accept(session, request, null);
    // our offer in the INVITE waits for its answer (RFC 3311 section 5.2)
    else if (chosen?.isFinal !== true) request.reject({ statusCode: 491 });
    else if (chosen.toTag !== session.remoteTag) retryLater(this.#context, request);
    else {
      void this.#then(async () => {
        const { peer, hold } = this.#options;
        const answer = await this.#context.media.createAnswer(peer, offer, { hold });
        this.#chosen = { ...chosen, theirs: offer, offeredByThem: true };
        this.#accept(session, request, answer);
      }).then((done) => {
        if (!done) request.reject({ statusCode: 488 });
      });
    }
  }

  #accept(session: Core.Session, request: DialogRequest, answer: string | null): void {
    refreshTarget(session, request.message);
    request.accept({
      statusCode: 200,
      extraHeaders: [contactHeader(this.#context.core, session.localURI), allowHeader],
      ...(answer === null ? {} : { body: sdpBody(answer) }),
    });
    const remote = assertedParty(headersOf(request.message));
    if (remote !== null && !this.#isOver) this.#handlers.remoteChanged(remote);
  }

  /** One description after the other. Resolves with false when this one was not taken. */
  #then(action: () => Promise<void>): Promise<boolean> {
    const done = this.#applying.then(action).then(
      () => true,
      (error: unknown) => {
        this.#context.logger.info('an early description was not taken', { error: String(error) });
        return false;
      },
    );
    this.#applying = done;
    return done;
  }
}

/** PRACK for a provisional response that asks for one (RFC 3262 section 4). sip.js drops those that come again or out of order. */
function acknowledge(message: Core.IncomingResponseMessage, prack: Core.PrackableIncomingResponseWithSession['prack']): boolean {
  const sequence = message.getHeader('RSeq') ?? '';
  if (!listsToken(headersOf(message), 'Require', '100rel') || !/^\d{1,10}$/.test(sequence)) return false;
  prack({ extraHeaders: [`RAck: ${sequence} ${message.cseq} INVITE`] });
  return true;
}
