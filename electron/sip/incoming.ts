import type { Core } from 'sip.js';
import { type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import { saysAnsweredElsewhere } from '#shared/sip/identity.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { headersOf, lostFlowMs, sdpBody, sdpOf } from './core-access.ts';
import type { InDialog } from './in-dialog.ts';

export interface IncomingHandlers {
  /** 200 is out; the dialog waits for its ACK. */
  accepted(dialog: InDialog): void;
  /** CANCEL, or BYE in the early dialog. Nothing follows. */
  cancelled(answeredElsewhere: boolean): void;
  /** No answer could be made; the INVITE was refused. Nothing follows. */
  failed(error: ErrorReport): void;
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

  constructor(context: CallContext, options: IncomingOptions, handlers: IncomingHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
    this.#theirOffer = sdpOf(options.request.message);
  }

  get callId(): string {
    return this.#options.request.message.callId;
  }

  get peer(): string {
    return this.#options.peer;
  }

  get hasOffer(): boolean {
    return this.#theirOffer !== null;
  }

  /** Listens for CANCEL. */
  start(): void {
    this.#options.request.delegate = { onCancel: (message) => this.#cancelled(saysAnsweredElsewhere(headersOf(message))) };
  }

  /** 100, unless somebody has given a better answer by now: stops the retransmission of the INVITE. */
  trying(): void {
    if (this.#state === 'offered') this.#options.request.trying();
  }

  /** 180 at once; the answer is prepared behind it. While it rings: the answer is prepared anew, because its media is gone. */
  ring(): void {
    if (this.#state === 'ringing') {
      this.#answer = null;
      this.#ready = null;
      void this.#prepare();
      return;
    }
    if (this.#state !== 'offered') return;
    this.#state = 'ringing';
    const { session } = this.#options.request.progress({ statusCode: 180 });
    session.delegate = {
      // the caller may end an early dialog by BYE as well (RFC 3261 section 15)
      onBye: (request) => {
        request.accept();
        this.#cancelled(saysAnsweredElsewhere(headersOf(request.message)));
      },
    };
    void this.#prepare();
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

  /** The caller's CANCEL cannot reach us now: do not ring for somebody who may be gone. */
  flowLost(): void {
    if (this.#state !== 'offered' && this.#state !== 'ringing') return;
    this.#deadline?.dispose();
    this.#deadline = this.#context.clock.schedule(lostFlowMs, () => this.#cancelled(false));
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

  #describe(): Promise<string> {
    const { peer, hold } = this.#options;
    return this.#theirOffer === null
      ? this.#context.media.createOffer(peer, { iceRestart: false, hold })
      : this.#context.media.createAnswer(peer, theyBegin(this.#theirOffer), { hold });
  }

  #complete(prepared: Prepared): void {
    if (this.#state !== 'accepting') return;
    if (!prepared.ok) {
      this.#options.request.reject({ statusCode: prepared.error.code === 'no-common-codec' ? 488 : 500 });
      this.#finish(() => this.#handlers.failed(prepared.error));
      return;
    }
    this.#deadline?.dispose();
    this.#state = 'accepted';
    const { session } = this.#options.request.accept({ statusCode: 200, body: sdpBody(prepared.body) });
    const dialog = this.#options.makeDialog(session);
    dialog.start({ theirOffer: this.#theirOffer, body: prepared.body });
    this.#handlers.accepted(dialog);
  }

  #cancelled(answeredElsewhere: boolean): void {
    if (this.#isOver() || this.#state === 'accepted') return;
    this.#options.request.reject({ statusCode: 487 });
    this.#finish(() => this.#handlers.cancelled(answeredElsewhere));
  }

  #finish(tell: () => void): void {
    this.#state = 'over';
    this.#deadline?.dispose();
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
