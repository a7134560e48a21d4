import type { Core } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import { assertedParty } from '#shared/sip/identity.ts';
import { listsToken } from '#shared/sip/token-list.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { allowHeader, contactHeader, headersOf, sdpBody, sdpOf, transactionLifetimeMs } from './core-access.ts';
import { retryLater } from './glare.ts';
import { type DialogDelegate, type DialogRequest, refreshTarget } from './request-intake.ts';

export interface RingingDialogHandlers {
  /** The caller ended the early dialog by BYE instead of CANCEL (RFC 3261 section 15). */
  ended(bye: Core.IncomingRequestMessage): void;
  /** The PRACK brought the answer to the offer in our 180. */
  answered(answer: string): void;
  /** The PRACK never came. */
  unacknowledged(): void;
  /** UPDATE says that somebody else calls (RFC 5876). */
  remoteChanged(remote: Party): void;
}

const firstRetransmissionMs = 500;

/**
 * The early dialog of an INVITE that rings here: our 180, sent reliably when the caller requires it (RFC 3262), and what the caller
 * may say meanwhile: PRACK, UPDATE, BYE.
 */
export class RingingDialog implements Disposable {
  readonly #context: CallContext;
  readonly #request: Core.IncomingInviteRequest;
  readonly #handlers: RingingDialogHandlers;
  #sequence = 0;
  /** The reliable 180 that is not acknowledged yet. */
  #unacknowledged: { readonly body: string | null } | null = null;
  #retransmission: Disposable | null = null;

  constructor(context: CallContext, request: Core.IncomingInviteRequest, handlers: RingingDialogHandlers) {
    this.#context = context;
    this.#request = request;
    this.#handlers = handlers;
  }

  /** The caller requires that provisional responses be acknowledged; the first must then carry our offer if the INVITE has none. */
  get isReliable(): boolean {
    return listsToken(headersOf(this.#request.message), 'Require', '100rel');
  }

  /** Our offer is on its way, and no 2xx may leave before its answer is here (RFC 3262 section 5). */
  get waitsForAnswer(): boolean {
    return this.#unacknowledged !== null && this.#unacknowledged.body !== null;
  }

  /** 180. @param offer null unless the INVITE has none and `isReliable` */
  ring(offer: string | null): void {
    if (this.isReliable) {
      this.#sequence = 1 + Math.floor(this.#context.random.fraction() * 2 ** 20);
      this.#unacknowledged = { body: offer };
      this.#retransmitIn(firstRetransmissionMs, transactionLifetimeMs);
    }
    const session = this.#progress();
    const delegate: DialogDelegate = {
      onBye: (request) => {
        request.accept();
        this.#handlers.ended(request.message);
      },
      onUpdate: (request) => this.#receiveUpdate(session, request),
      onPrack: this.receivePrack,
    };
    session.delegate = delegate;
  }

  /** Also after the 2xx, when it crossed the PRACK. */
  readonly receivePrack = (request: DialogRequest): void => {
    const [sequence, cseq, method] = (request.message.getHeader('RAck') ?? '').trim().split(/\s+/);
    const awaited = this.#unacknowledged;
    const isMatch = Number(sequence) === this.#sequence && Number(cseq) === this.#request.message.cseq && method === 'INVITE';
    if (awaited === null || !isMatch) {
      request.reject({ statusCode: 481 });
      return;
    }
    const description = sdpOf(request.message);
    // an offer has no place here: ours or theirs is still open (RFC 3262 section 5)
    if (description !== null && awaited.body === null) {
      request.reject({ statusCode: 488 });
      return;
    }
    this.dispose();
    request.accept();
    if (awaited.body !== null) this.#handlers.answered(description ?? '');
  };

  /** No retransmission any more. */
  dispose(): void {
    this.#unacknowledged = null;
    this.#retransmission?.dispose();
  }

  /** The 2xx is out: only its own ACK counts from now on, but a PRACK on its way still gets its answer. */
  stopRetransmission(): void {
    this.#retransmission?.dispose();
  }

  #progress(): Core.Session {
    const offer = this.#unacknowledged?.body ?? null;
    const headers = this.#unacknowledged === null ? [] : ['Require: 100rel', `RSeq: ${this.#sequence}`];
    return this.#request.progress({
      statusCode: 180,
      extraHeaders: [...headers, allowHeader],
      ...(offer === null ? {} : { body: sdpBody(offer) }),
    }).session;
  }

  /** RFC 3262 section 3: at doubling intervals, without an upper bound but for 32 seconds altogether. */
  #retransmitIn(delayMs: number, leftMs: number): void {
    this.#retransmission = this.#context.clock.schedule(Math.min(delayMs, leftMs), () => {
      if (leftMs > delayMs) {
        this.#progress();
        this.#retransmitIn(2 * delayMs, leftMs - delayMs);
      } else {
        this.dispose();
        this.#handlers.unacknowledged();
      }
    });
  }

  #receiveUpdate(session: Core.Session, request: DialogRequest): void {
    // the offer of the INVITE, theirs or ours, is not answered before somebody takes the call (RFC 3311 section 5.2)
    if (sdpOf(request.message) !== null) {
      retryLater(this.#context, request);
      return;
    }
    refreshTarget(session, request.message);
    request.accept({ statusCode: 200, extraHeaders: [contactHeader(this.#context.core), allowHeader] });
    const remote = assertedParty(headersOf(request.message));
    if (remote !== null) this.#handlers.remoteChanged(remote);
  }
}
