import type { Core } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import { AppError, type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import { answeredElsewhereBy, saysAnsweredElsewhere } from '#shared/sip/identity.ts';
import { hasTooManyMedia } from '#shared/sip/media-direction.ts';
import { answerSessionTimer } from '#shared/sip/session-expires.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { acceptInvite, headersOf, lostFlowMs, sdpBody, sdpOf } from './core-access.ts';
import type { InDialog } from './in-dialog.ts';
import { RingingDialog } from './ringing-dialog.ts';

export interface IncomingHandlers {
  /** 200 is out; the dialog waits for its ACK. */
  accepted(dialog: InDialog): void;
  /** CANCEL, or BYE in the early dialog. `who` took it elsewhere, when the server said so. Nothing follows. */
  cancelled(answeredElsewhere: boolean, who: Party | null): void;
  /** No answer could be made; the INVITE was refused. Nothing follows. */
  failed(error: ErrorReport): void;
  /** Somebody else calls now, while it rings (UPDATE with another asserted identity). */
  remoteChanged?(remote: Party): void;
}

export interface IncomingOptions {
  readonly request: Core.IncomingInviteRequest;
  readonly peer: string;
  readonly hold: boolean;
  readonly makeDialog: (session: Core.Session) => InDialog;
}

type Prepared = { readonly ok: true; readonly body: string } | { readonly ok: false; readonly error: ErrorReport };

/**
 * An INVITE that we received, until it is answered or refused. The answer is made while it rings, so that the 200 can leave
 * the moment somebody takes the call.
 *
 *   offered --ring()--> ringing --accept()--> accepting --answer ready--> accepted (the dialog takes over)
 *      |                   |                     |
 *      +-------------------+---------------------+--CANCEL, BYE, reject(), no answer possible--> over
 */
export class Incoming {
  readonly #context: CallContext;
  readonly #options: IncomingOptions;
  readonly #handlers: IncomingHandlers;
  readonly #theirOffer: string | null;
  #state: 'offered' | 'ringing' | 'accepting' | 'accepted' | 'over' = 'offered';
  #answer: Promise<Prepared> | null = null;
  #ready: Prepared | null = null;
  #deadline: Disposable | null = null;
  #early: RingingDialog | null = null;
  /** Our offer went out with a reliable 180; its answer comes with the PRACK. */
  #offerIsOut = false;
  #earlyAnswer: string | null = null;

  constructor(context: CallContext, options: IncomingOptions, handlers: IncomingHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
    this.#theirOffer = sdpOf(options.request.message);
  }

  /** The INVITE. */
  get message(): Core.IncomingRequestMessage {
    return this.#options.request.message;
  }

  get peer(): string {
    return this.#options.peer;
  }

  get hasOffer(): boolean {
    return this.#theirOffer !== null;
  }

  /** Listens for CANCEL. */
  start(): void {
    this.#options.request.delegate = { onCancel: (message) => this.#cancelled(message) };
  }

  /** 100, unless somebody has given a better answer by now: stops the retransmission of the INVITE. */
  trying(): void {
    if (this.#state === 'offered') this.#options.request.trying();
  }

  /** 180 at once; the answer is prepared behind it. While it rings: the answer is made anew, because its media or its addresses are gone. */
  ring(): void {
    if (this.#state === 'ringing') {
      this.#prepareAnew();
      return;
    }
    if (this.#state !== 'offered') return;
    this.#state = 'ringing';
    const early = this.#makeEarly();
    this.#early = early;
    if (early.isReliable && this.#theirOffer === null) {
      // the first reliable answer must carry our offer (RFC 3262 section 5)
      void this.#prepare().then((prepared) => {
        if (!prepared.ok || this.#state !== 'ringing') return;
        this.#offerIsOut = true;
        early.ring(prepared.body);
      });
    } else {
      early.ring(null);
      void this.#prepare();
    }
  }

  accept(): void {
    if (this.#state !== 'offered' && this.#state !== 'ringing') return;
    this.#state = 'accepting';
    if (this.#ready !== null) this.#complete(this.#ready);
    else void this.#prepare().then((prepared) => this.#complete(prepared));
  }

  /** @param status 400 to 699 */
  reject(status: number): void {
    if (this.#isOver() || this.#state === 'accepted') return;
    this.#options.request.reject({ statusCode: status });
    this.#finish(() => {});
  }

  /**
   * 302 (RFC 3261 section 21.3.3).
   * @param headers Contact, and whatever else the caller's side should know
   */
  redirect(headers: readonly string[]): void {
    if (this.#isOver() || this.#state === 'accepted') return;
    this.#options.request.redirect([], { statusCode: 302, extraHeaders: [...headers] });
    this.#finish(() => {});
  }

  /** The caller's CANCEL cannot reach us now: do not ring for somebody who may be gone. */
  flowLost(): void {
    if (this.#state !== 'offered' && this.#state !== 'ringing') return;
    this.#deadline?.dispose();
    this.#deadline = this.#context.clock.schedule(lostFlowMs, () => this.#cancelled(null));
  }

  /** Forgets the INVITE; one that is unanswered is refused with 480. */
  dispose(): void {
    this.reject(480);
  }

  #isOver(): boolean {
    return this.#state === 'over';
  }

  #prepare(): Promise<Prepared> {
    if (this.#answer !== null) return this.#answer;
    const keep = (prepared: Prepared): Prepared => {
      // one that was given up for a newer one must not take its place
      if (this.#answer === answer) this.#ready = prepared;
      return prepared;
    };
    const answer: Promise<Prepared> = this.#describe().then(
      (body) => keep({ ok: true, body }),
      (error: unknown) => keep({ ok: false, error: reportOf(error) }),
    );
    this.#answer = answer;
    return answer;
  }

  /** On a new peer connection: the one before would answer the same offer with the same candidates. */
  #prepareAnew(): void {
    // an offer that the caller has already cannot be taken back
    if (this.#offerIsOut) return;
    this.#answer = null;
    this.#ready = null;
    this.#context.media.closePeer(this.#options.peer);
    void this.#prepare();
  }

  async #describe(): Promise<string> {
    const { peer, hold } = this.#options;
    if (hasTooManyMedia(this.#theirOffer ?? '')) throw new AppError('no-common-codec', { details: { what: 'too many media' } });
    return this.#theirOffer === null
      ? this.#context.media.createOffer(peer, { iceRestart: false, hold })
      : this.#context.media.createAnswer(peer, theyBegin(this.#theirOffer), { hold });
  }

  #complete(prepared: Prepared): void {
    if (this.#state !== 'accepting') return;
    if (!prepared.ok) {
      this.#fail(prepared.error, prepared.error.code === 'no-common-codec' ? 488 : 500);
      return;
    }
    // the PRACK with its answer completes it
    if (this.#offerIsOut && this.#earlyAnswer === null) return;
    this.#deadline?.dispose();
    this.#state = 'accepted';
    const { session } = acceptInvite(this.#options.request, {
      statusCode: 200,
      extraHeaders: answerSessionTimer(headersOf(this.message)).headers,
      ...(this.#earlyAnswer === null ? { body: sdpBody(prepared.body) } : {}),
    });
    this.#early?.stopRetransmission();
    const dialog = this.#options.makeDialog(session);
    dialog.start({
      invite: this.message,
      theirOffer: this.#theirOffer,
      body: prepared.body,
      ...(this.#earlyAnswer === null ? {} : { answer: this.#earlyAnswer }),
      ...(this.#early === null ? {} : { prack: this.#early.receivePrack }),
    });
    this.#handlers.accepted(dialog);
  }

  #makeEarly(): RingingDialog {
    return new RingingDialog(this.#context, this.#options.request, {
      ended: (bye) => this.#cancelled(bye),
      answered: (answer) => void this.#applyEarly(answer),
      unacknowledged: () => this.#fail({ code: 'connection-lost', details: { status: 504 } }, 504),
      remoteChanged: (remote) => this.#handlers.remoteChanged?.(remote),
    });
  }

  /** The answer to our offer, before anybody took the call. */
  async #applyEarly(answer: string): Promise<void> {
    try {
      await this.#context.media.applyAnswer(this.#options.peer, answer, { provisional: false });
    } catch (error) {
      this.#fail(reportOf(error), 488);
      return;
    }
    this.#earlyAnswer = answer;
    if (this.#ready !== null) this.#complete(this.#ready);
  }

  #fail(error: ErrorReport, status: number): void {
    if (this.#isOver() || this.#state === 'accepted') return;
    this.#options.request.reject({ statusCode: status });
    this.#finish(() => this.#handlers.failed(error));
  }

  /** @param message the CANCEL or BYE; null when none can come any more */
  #cancelled(message: Core.IncomingRequestMessage | null): void {
    if (this.#isOver() || this.#state === 'accepted') return;
    this.#options.request.reject({ statusCode: 487 });
    const elsewhere = message !== null && saysAnsweredElsewhere(headersOf(message));
    this.#finish(() => this.#handlers.cancelled(elsewhere, elsewhere ? answeredElsewhereBy(headersOf(message)) : null));
  }

  #finish(tell: () => void): void {
    this.#state = 'over';
    this.#deadline?.dispose();
    this.#early?.dispose();
    tell();
  }
}

/**
 * The offer as of a caller who wants to begin DTLS, so that our answer lets the caller (RFC 5763 section 5). An answer is made
 * while it rings, and may never be sent: another phone of the same number takes the call, or our own media dies. Were we to begin,
 * our ClientHello would be at the caller before any answer, and the caller would go on with it and not with the phone that answered:
 * a call without sound and without an error.
 */
function theyBegin(offer: string): string {
  return offer.replace(/^a=setup:actpass(?=\s*$)/gm, 'a=setup:active');
}
