import type { Core } from 'sip.js';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { refusalError } from '#shared/calls/refusal.ts';
import { ufragOf } from '#shared/media/session-description.ts';
import { audioDirection, fingerprints, isHeldByRemote } from '#shared/sip/media-direction.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { isInvented, retryAfterSeconds, sdpOf } from './core-access.ts';
import { glareDelayMs, retryLater } from './glare.ts';
import { type InPlaceRepair, OwnRound } from './own-round.ts';
import type { DialogRequest } from './request-intake.ts';
import { TheirRound } from './their-round.ts';
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
  /** Headers of a re-INVITE that is about to leave. */
  requestHeaders(): string[];
  /** Headers of our 2xx to this request, which is in force from now on. */
  answerHeaders(request: Core.IncomingRequestMessage): string[];
  /** 2xx to a re-INVITE of ours. */
  accepted(response: Core.IncomingResponseMessage): void;
  /** A re-INVITE of ours did not come through, and with it the refresh that was asked for. True: it may be tried again at once. */
  refreshFailed(response: Core.IncomingResponseMessage | null): boolean;
}

export interface NegotiationStart {
  readonly peer: string;
  readonly newPeer: () => string;
  readonly held: boolean;
  readonly remoteHeld: boolean;
  /** Whether we sent the INVITE: decides who waits longer after a glare (RFC 3261 section 14.1). */
  readonly ownsCallId: boolean;
}

const mostRetries = 5;

/**
 * Offers and answers inside one confirmed dialog, one round at a time. It keeps wishes, not a queue: what is wanted (hold,
 * repair, a fresh Contact or session timer) and what stands. Every round carries all wishes; wishes that came true meanwhile
 * cost no round.
 *
 *   not begun --begin--> idle <---- done, failed, given up ---- own round (offer made, re-INVITE out, answer applied)
 *                         | ^                                      |  491, flow lost or replaced: back to idle, wishes stay
 *                         | +-- ACK, answered UPDATE -- their round <--+  (their offer while ours is out: 491)
 *                         +---- re-INVITE, UPDATE with offer ---^
 */
export class Negotiation {
  readonly #session: Core.Session;
  readonly #context: CallContext;
  readonly #handlers: NegotiationHandlers;
  readonly #start: NegotiationStart;
  #peer: string;
  #state: 'not-begun' | 'open' | 'closed' = 'not-begun';
  #round: OwnRound | TheirRound | null = null;
  #waitingOffer: DialogRequest | null = null;
  #flowUp = true;
  #held: boolean;
  #wantHeld: boolean;
  #holdAsked = false;
  #wantRepair: InPlaceRepair | null = null;
  #wantRefresh = false;
  #remoteHeld: boolean;
  #remoteFingerprints = '';
  #remoteUfrag = '';
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

  /** Asks for a re-INVITE even if nothing else is wanted: for the session timer. */
  refresh(): void {
    this.#wantRefresh = true;
    this.#next();
  }

  flowLost(): void {
    this.#flowUp = false;
    const round = this.#round;
    if (round instanceof TheirRound) round.flowLost();
    if (!(round instanceof OwnRound) || !round.isOut) return;
    // its answer went down with the flow
    this.#round = null;
    round.drop();
  }

  /** The dialog's Contact named another connection: the next re-INVITE tells the far end the new one. */
  flowReady(): void {
    // what is out left by the flow before
    this.flowLost();
    if (this.#round instanceof TheirRound) this.#round.flowReady(this.#session);
    this.#flowUp = true;
    this.#wantRefresh = true;
    // whoever hears of the flow next may have more to ask for: it goes along
    queueMicrotask(() => this.#next());
  }

  /** The far end's re-INVITE, or UPDATE with an offer. Answers it, now or when the round under way has come to its end. */
  receiveOffer(request: DialogRequest): void {
    const round = this.#round;
    const oursIsOpen = round instanceof OwnRound ? !round.isAnswered : (round?.hasOurOffer ?? false);
    if (this.#state === 'closed') request.reject({ statusCode: 481 });
    // an offer of ours is being prepared or unanswered: the media side has room for one only (RFC 3261 section 14.2, RFC 3311 section 5.2)
    else if (oursIsOpen) request.reject({ statusCode: 491 });
    else if (this.#waitingOffer !== null || (round instanceof TheirRound && round.isAnswering)) retryLater(this.#context, request);
    else {
      this.#waitingOffer = request;
      this.#next();
    }
  }

  /** ACK to our 2xx of their re-INVITE. */
  receiveAck(message: Core.IncomingRequestMessage): void {
    if (this.#round instanceof TheirRound) this.#round.receiveAck(message);
  }

  /** No round begins any more; an offer that is not answered yet gets 487 (RFC 3261 section 15.1.2). */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#retryAt?.dispose();
    const round = this.#round;
    const waiting = this.#waitingOffer;
    this.#round = null;
    this.#waitingOffer = null;
    waiting?.reject({ statusCode: 487 });
    if (round instanceof TheirRound) round.drop();
    else round?.abandon();
  }

  /** Closed for `afterMs` to wishes of our own; the far end's offers are answered. */
  #waitFor(afterMs: number): void {
    this.#retryAt?.dispose();
    this.#retryAt = this.#context.clock.schedule(afterMs, () => {
      this.#retryAt = null;
      this.#next();
    });
  }

  #next(): void {
    if (this.#state !== 'open' || this.#round !== null) return;
    const request = this.#waitingOffer;
    if (request !== null) {
      this.#waitingOffer = null;
      this.#answer(request);
    } else if (this.#flowUp && this.#retryAt === null) {
      if (this.#wantRepair !== null || this.#wantHeld !== this.#held || this.#wantRefresh) this.#offer();
      else if (this.#holdAsked) {
        this.#holdAsked = false;
        this.#handlers.localHold(this.#held);
      }
    }
  }

  #offer(): void {
    const repair = this.#wantRepair;
    const isNewPeer = repair === 'renegotiate';
    const wish = { peer: isNewPeer ? this.#start.newPeer() : this.#peer, isNewPeer, repair, hold: this.#wantHeld };
    const current = (action: () => void): void => {
      if (this.#round !== round) return;
      this.#round = null;
      action();
    };
    const round: OwnRound = new OwnRound(this.#session, this.#context, wish, {
      maySend: () => this.#flowUp && this.#round === round,
      headers: () => this.#handlers.requestHeaders(),
      accepted: (message) => {
        if (this.#round === round) this.#handlers.accepted(message);
      },
      agreed: (answer) => current(() => this.#succeed(round, answer)),
      failed: (error) => current(() => this.#fail(round, error)),
      refused: (message) => current(() => this.#refused(round, message)),
      putBack: () => current(() => this.#next()),
    });
    this.#round = round;
    void round.start();
  }

  #succeed({ wish, offer }: OwnRound, answer: string): void {
    this.#retries = 0;
    this.#wantRefresh = false;
    this.#usePeer(wish.peer);
    this.#noteRemote(answer, offer);
    const holdChanged = this.#held !== wish.hold;
    this.#held = wish.hold;
    if (holdChanged || (this.#holdAsked && this.#wantHeld === wish.hold)) {
      this.#holdAsked = this.#wantHeld !== wish.hold;
      this.#handlers.localHold(wish.hold);
    }
    if (wish.repair !== null) {
      if (this.#wantRepair === wish.repair) this.#wantRepair = null;
      this.#handlers.repaired(wish.repair);
    }
    this.#next();
  }

  #refused(round: OwnRound, response: Core.IncomingResponseMessage): void {
    const status = response.statusCode ?? 500;
    const invented = isInvented(response);
    if (status === 481 || (status === 408 && !invented)) {
      this.#handlers.gone();
      return;
    }
    // not sent: the flow's loss is about to be told, and the wishes wait for the next flow
    if (invented && (status === 503 || !this.#flowUp)) {
      this.#flowUp = false;
      return;
    }
    const waitMs = this.#waitMsAfter(status, response);
    if (waitMs !== null && this.#retries < mostRetries) {
      this.#retries++;
      this.#waitFor(waitMs);
      this.#next();
      return;
    }
    const reason = response.reasonPhrase ?? '';
    this.#fail(round, refusalError(status, reason, '') ?? { code: 'call-refused', details: { status, reason } }, response);
  }

  /** Null: it is not worth another try. */
  #waitMsAfter(status: number, response: Core.IncomingResponseMessage): number | null {
    if (status === 491) return glareDelayMs(this.#start.ownsCallId, this.#context.random);
    if (status === 422) return this.#handlers.refreshFailed(response) ? 0 : null;
    const seconds = status === 500 || status === 503 ? retryAfterSeconds(response, 10) : undefined;
    return seconds === undefined ? null : seconds * 1000;
  }

  #fail({ wish }: OwnRound, error: ErrorReport, response: Core.IncomingResponseMessage | null = null): void {
    this.#retries = 0;
    if (this.#wantRefresh) {
      this.#wantRefresh = false;
      this.#handlers.refreshFailed(response);
    }
    if (wish.repair !== null) {
      if (this.#wantRepair === wish.repair) this.#wantRepair = null;
      this.#handlers.repairFailed(wish.repair, error);
    } else if (wish.hold !== this.#held) {
      if (this.#wantHeld === wish.hold) {
        this.#wantHeld = this.#held;
        this.#holdAsked = false;
      }
      this.#handlers.localHoldFailed(wish.hold, error);
    }
    this.#next();
  }

  #answer(request: DialogRequest): void {
    const offer = sdpOf(request.message);
    // another certificate means another peer connection over there; a connection of ours cannot change its partner
    const isNewPeer = offer !== null && this.#remoteFingerprints !== '' && fingerprints(offer) !== this.#remoteFingerprints;
    const peer = isNewPeer ? this.#start.newPeer() : this.#peer;
    const round: TheirRound = new TheirRound(
      this.#context,
      { request, peer, isNewPeer, hold: this.#held },
      {
        headers: () => this.#handlers.answerHeaders(request.message),
        answered: (theirs) => {
          this.#usePeer(peer);
          if (theirs === null) return;
          const restarted = ufragOf(theirs) !== this.#remoteUfrag;
          this.#noteRemote(theirs, null);
          if (restarted) this.#restartedByThem();
        },
        agreed: (answer, ours) => this.#noteRemote(answer, ours),
        over: () => {
          if (this.#round === round) this.#round = null;
          this.#next();
        },
        unacknowledged: () => this.#handlers.unacknowledged(),
      },
    );
    this.#round = round;
    void round.start();
  }

  /** They restarted ICE, and our answer brought our new candidates along: that is all that a restart of ours was to do. */
  #restartedByThem(): void {
    if (this.#wantRepair !== 'restart-ice') return;
    this.#wantRepair = null;
    this.#handlers.repaired('restart-ice');
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
    this.#remoteUfrag = ufragOf(theirs);
    const held = isHeldByRemote(audioDirection(theirs), ours === null ? null : audioDirection(ours), this.#remoteHeld);
    if (held === this.#remoteHeld) return;
    this.#remoteHeld = held;
    this.#handlers.remoteHold(held);
  }
}
