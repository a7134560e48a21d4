import type { Core } from 'sip.js';
import { AppError, type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import { refusalError } from '#shared/calls/refusal.ts';
import { audioDirection, fingerprints, isHeldByRemote } from '#shared/sip/media-direction.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import {
  allowHeader,
  contactHeader,
  detachReinvite,
  isInvented,
  retryAfterSeconds,
  sdpBody,
  sdpOf,
  transactionLifetimeMs,
} from './core-access.ts';
import { type OwnRound, glareDelayMs, ownRound, type TheirRound } from './negotiation-round.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';

export interface NegotiationHandlers {
  localHold(held: boolean): void;
  localHoldFailed(held: boolean, error: ErrorReport): void;
  remoteHold(held: boolean): void;
  repaired(strategy: RepairStrategy): void;
  repairFailed(strategy: RepairStrategy, error: ErrorReport): void;
  /** Another peer connection serves the dialog from now on; the one before is closed by us. */
  peerReplaced(peer: string): void;
  /** The far end knows the dialog no more (481, or its own 408). */
  gone(): void;
  /** Our 2xx to a re-INVITE was never acknowledged. */
  unacknowledged(): void;
}

export interface NegotiationStart {
  readonly peer: string;
  readonly newPeer: () => string;
  readonly held: boolean;
  readonly remoteHeld: boolean;
  /** Whether we sent the INVITE: decides who waits longer after a glare (RFC 3261 section 14.1). */
  readonly ownsCallId: boolean;
}

type InPlaceRepair = Exclude<RepairStrategy, 'replace'>;

/**
 * Offers and answers inside one confirmed dialog, one round at a time. It keeps wishes, not a queue: what is wanted (hold,
 * repair, a fresh Contact) and what stands. Every round carries all wishes; wishes that came true meanwhile cost no round.
 *
 *   not begun --begin--> idle <---- done, failed, given up ---- own round (offer made, re-INVITE out, answer applied)
 *                         | ^                                      |  491, flow lost: back to idle, wishes stay
 *                         | +----- ACK ---- their round <----------+  (their re-INVITE while ours is prepared: 491)
 *                         +---- re-INVITE ------^
 */
export class Negotiation {
  readonly #session: Core.Session;
  readonly #context: CallContext;
  readonly #handlers: NegotiationHandlers;
  readonly #start: NegotiationStart;
  #peer: string;
  #state: 'not-begun' | 'open' | 'closed' = 'not-begun';
  #round: OwnRound | TheirRound | null = null;
  #waitingOffer: Core.IncomingInviteRequest | null = null;
  #flowUp = true;
  #held: boolean;
  #wantHeld: boolean;
  #holdAsked = false;
  #wantRepair: InPlaceRepair | null = null;
  #wantRefresh = false;
  #remoteHeld: boolean;
  #remoteFingerprints = '';
  #retryAt: Disposable | null = null;
  #retries = 0;

  constructor(session: Core.Session, context: CallContext, start: NegotiationStart, handlers: NegotiationHandlers) {
    this.#session = session;
    this.#context = context;
    this.#handlers = handlers;
    this.#start = start;
    this.#peer = start.peer;
    this.#held = start.held;
    this.#wantHeld = start.held;
    this.#remoteHeld = start.remoteHeld;
  }

  get peer(): string {
    return this.#peer;
  }

  /** What was asked for last, whether it is negotiated already or not. */
  get wantHeld(): boolean {
    return this.#wantHeld;
  }

  /** The first offer and answer are in force. `ours`: our offer when `theirs` was the answer to it, else null. */
  begin(theirs: string, ours: string | null): void {
    if (this.#state !== 'not-begun') return;
    this.#state = 'open';
    this.#noteRemote(theirs, ours);
    this.#next();
  }

  setHold(held: boolean): void {
    this.#wantHeld = held;
    this.#holdAsked = true;
    // a command never tells its outcome before it returns
    queueMicrotask(() => this.#next());
  }

  repair(strategy: InPlaceRepair): void {
    this.#wantRepair = strategy;
    this.#next();
  }

  flowLost(): void {
    this.#flowUp = false;
    const round = this.#round;
    if (round?.kind !== 'own' || round.request === null) return;
    // its answer went down with the flow
    detachReinvite(this.#session, round.request);
    this.#takeBack(round);
    this.#round = null;
  }

  /** The dialog's Contact named a connection that is gone: the next re-INVITE tells the far end the new one. */
  flowReady(): void {
    this.#flowUp = true;
    this.#wantRefresh = true;
    this.#next();
  }

  /** The far end's re-INVITE. Answers it, now or when our own round has come to its end. */
  receiveOffer(request: Core.IncomingInviteRequest): void {
    if (this.#state === 'closed') request.reject({ statusCode: 481 });
    // our offer is being prepared: the media side has room for one offer only
    else if (this.#round?.kind === 'own' && !this.#round.answered) request.reject({ statusCode: 491 });
    else {
      this.#waitingOffer = request;
      this.#next();
    }
  }

  /** ACK to our 2xx of their re-INVITE. */
  receiveAck(message: Core.IncomingRequestMessage): void {
    const round = this.#round;
    if (round?.kind !== 'their' || round.ackDeadline === null) return;
    round.ackDeadline.dispose();
    const answer = sdpOf(message);
    if (round.ourOffer === null) {
      this.#finish();
    } else if (answer === null) {
      void this.#context.media.rollback(round.peer).catch(this.#ignore);
      this.#finish();
    } else {
      const ours = round.ourOffer;
      this.#context.media.applyAnswer(round.peer, answer, { provisional: false }).then(
        () => {
          if (this.#round !== round) return;
          this.#noteRemote(answer, ours);
          this.#finish();
        },
        (error: unknown) => {
          this.#ignore(error);
          if (this.#round === round) this.#finish();
        },
      );
    }
  }

  /** No round begins any more; a re-INVITE that is not answered yet gets 487 (RFC 3261 section 15.1.2). */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#retryAt?.dispose();
    const round = this.#round;
    this.#round = null;
    const unanswered = round?.kind === 'their' && round.ackDeadline === null ? round.request : this.#waitingOffer;
    this.#waitingOffer = null;
    unanswered?.reject({ statusCode: 487 });
    if (round?.kind === 'their') round.ackDeadline?.dispose();
    if (round !== null && round.peer !== this.#peer) this.#context.media.closePeer(round.peer);
  }

  /** Closed for `afterMs` to wishes of our own; the far end's offers are answered. */
  #waitFor(afterMs: number): void {
    this.#retryAt?.dispose();
    this.#retryAt = this.#context.clock.schedule(afterMs, () => {
      this.#retryAt = null;
      this.#next();
    });
  }

  #finish(): void {
    this.#round = null;
    this.#next();
  }

  #next(): void {
    if (this.#state !== 'open' || this.#round !== null) return;
    const request = this.#waitingOffer;
    if (request !== null) {
      this.#waitingOffer = null;
      void this.#answer(request);
    } else if (this.#flowUp && this.#retryAt === null) {
      if (this.#wantRepair !== null || this.#wantHeld !== this.#held || this.#wantRefresh) void this.#offer();
      else if (this.#holdAsked) {
        this.#holdAsked = false;
        this.#handlers.localHold(this.#held);
      }
    }
  }

  async #offer(): Promise<void> {
    const { core, media } = this.#context;
    const repair = this.#wantRepair;
    const round = ownRound(repair === 'renegotiate' ? this.#start.newPeer() : this.#peer, repair, this.#wantHeld);
    this.#round = round;
    try {
      round.offer = await media.createOffer(round.peer, { iceRestart: repair === 'restart-ice', hold: round.hold });
      if (this.#round !== round) return;
      if (!this.#flowUp) {
        this.#takeBack(round);
        this.#round = null;
        return;
      }
      round.request = this.#session.invite(
        {
          onAccept: (response) => void this.#accepted(round, response),
          onReject: ({ message }) => this.#rejected(round, message),
          onRedirect: ({ message }) => this.#rejected(round, message),
        },
        { body: sdpBody(round.offer), extraHeaders: [contactHeader(core), allowHeader] },
      );
    } catch (error) {
      if (this.#round !== round) return;
      this.#takeBack(round);
      this.#fail(round, reportOf(error));
    }
  }

  async #accepted(round: OwnRound, response: Core.AckableIncomingResponseWithSession): Promise<void> {
    response.ack();
    if (this.#round !== round) return;
    round.answered = true;
    const answer = sdpOf(response.message);
    try {
      // RFC 3261 section 14.2 asks for an answer here; without one the session stays as it was
      if (answer === null) throw new AppError('media-failed', { details: { what: 're-INVITE answered without a description' } });
      await this.#context.media.applyAnswer(round.peer, answer, { provisional: false });
    } catch (error) {
      if (this.#round !== round) return;
      this.#takeBack(round);
      this.#fail(round, reportOf(error));
      return;
    }
    if (this.#round === round) this.#succeed(round, answer);
  }

  #succeed(round: OwnRound, answer: string): void {
    this.#retries = 0;
    this.#wantRefresh = false;
    this.#usePeer(round.peer);
    this.#noteRemote(answer, round.offer);
    const holdChanged = this.#held !== round.hold;
    this.#held = round.hold;
    if (holdChanged || (this.#holdAsked && this.#wantHeld === round.hold)) {
      this.#holdAsked = this.#wantHeld !== round.hold;
      this.#handlers.localHold(round.hold);
    }
    if (round.repair !== null) {
      if (this.#wantRepair === round.repair) this.#wantRepair = null;
      this.#handlers.repaired(round.repair);
    }
    this.#finish();
  }

  #rejected(round: OwnRound, response: Core.IncomingResponseMessage): void {
    if (this.#round !== round) return;
    this.#takeBack(round);
    const status = response.statusCode ?? 500;
    const invented = isInvented(response);
    if (status === 481 || (status === 408 && !invented)) {
      this.#round = null;
      this.#handlers.gone();
      return;
    }
    // not sent: the flow's loss is about to be told, and the wishes wait for the next flow
    if (invented && (status === 503 || !this.#flowUp)) {
      this.#flowUp = false;
      this.#round = null;
      return;
    }
    const seconds = status === 500 || status === 503 ? retryAfterSeconds(response, 10) : undefined;
    const waitMs =
      status === 491 ? glareDelayMs(this.#start.ownsCallId, this.#context.random) : seconds === undefined ? null : seconds * 1000;
    if (waitMs !== null && this.#retries < 5) {
      this.#retries++;
      this.#round = null;
      this.#waitFor(waitMs);
      this.#next();
      return;
    }
    const reason = response.reasonPhrase ?? '';
    this.#fail(round, refusalError(status, reason, '') ?? { code: 'call-refused', details: { status, reason } });
  }

  #fail(round: OwnRound, error: ErrorReport): void {
    this.#retries = 0;
    this.#round = null;
    this.#wantRefresh = false;
    if (round.repair !== null) {
      if (this.#wantRepair === round.repair) this.#wantRepair = null;
      this.#handlers.repairFailed(round.repair, error);
    } else if (round.hold !== this.#held) {
      if (this.#wantHeld === round.hold) {
        this.#wantHeld = this.#held;
        this.#holdAsked = false;
      }
      this.#handlers.localHoldFailed(round.hold, error);
    }
    this.#next();
  }

  async #answer(request: Core.IncomingInviteRequest): Promise<void> {
    const { core, clock, media } = this.#context;
    const offer = sdpOf(request.message);
    // another certificate means another peer connection over there; a connection of ours cannot change its partner
    const moved = offer !== null && this.#remoteFingerprints !== '' && fingerprints(offer) !== this.#remoteFingerprints;
    const round: TheirRound = {
      kind: 'their',
      peer: moved ? this.#start.newPeer() : this.#peer,
      request,
      ourOffer: null,
      ackDeadline: null,
    };
    this.#round = round;
    try {
      const hold = this.#held;
      const body = await (offer === null
        ? media.createOffer(round.peer, { iceRestart: false, hold })
        : media.createAnswer(round.peer, offer, { hold }));
      if (this.#round !== round) return;
      if (offer === null) round.ourOffer = body;
      round.ackDeadline = clock.schedule(transactionLifetimeMs, () => this.#handlers.unacknowledged());
      request.accept({ statusCode: 200, body: sdpBody(body), extraHeaders: [contactHeader(core), allowHeader] });
    } catch (error) {
      if (this.#round !== round) return;
      this.#refuse(round, error);
      return;
    }
    this.#usePeer(round.peer);
    if (offer !== null) this.#noteRemote(offer, null);
  }

  /** Their offer cannot be taken: the session stays as it was (RFC 3261 section 14.2). */
  #refuse(round: TheirRound, error: unknown): void {
    this.#ignore(error);
    round.ackDeadline?.dispose();
    if (round.peer === this.#peer) void this.#context.media.rollback(round.peer).catch(this.#ignore);
    else this.#context.media.closePeer(round.peer);
    round.request.reject({ statusCode: reportOf(error).code === 'internal' ? 500 : 488 });
    this.#finish();
  }

  /** Undoes an offer of ours that found no answer. */
  #takeBack(round: OwnRound): void {
    if (round.peer !== this.#peer) this.#context.media.closePeer(round.peer);
    else if (round.offer !== '') void this.#context.media.rollback(round.peer).catch(this.#ignore);
  }

  #usePeer(peer: string): void {
    if (peer === this.#peer) return;
    const former = this.#peer;
    this.#peer = peer;
    this.#handlers.peerReplaced(peer);
    this.#context.media.closePeer(former);
  }

  #noteRemote(theirs: string, ours: string | null): void {
    this.#remoteFingerprints = fingerprints(theirs);
    const held = isHeldByRemote(audioDirection(theirs), ours === null ? null : audioDirection(ours), this.#remoteHeld);
    if (held === this.#remoteHeld) return;
    this.#remoteHeld = held;
    this.#handlers.remoteHold(held);
  }

  readonly #ignore = (error: unknown): void => {
    this.#context.logger.info('a description was not taken', { error: String(error) });
  };
}
