import type { Core, URI } from 'sip.js';
import type { CallId, Party } from '#shared/calls/call.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';
import { refusalError } from '#shared/calls/refusal.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { callingParty, redirectingParty } from '#shared/sip/identity.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { type DialogName, headersOf, replacesHeader } from './core-access.ts';
import { InDialog, productOf } from './in-dialog.ts';
import { Incoming } from './incoming.ts';
import { Outgoing, type OutgoingHandlers } from './outgoing.ts';
import type { SipCallEvent } from './sip-line.ts';

/** A SipCallEvent without the call's id. */
export type CallNews = SipCallEvent extends infer E ? (E extends SipCallEvent ? Omit<E, 'call'> : never) : never;

export interface SipCallHandlers {
  event(news: CallNews): void;
  peerChanged(peer: string): void;
  /** The terminal event is out; the call must be forgotten. */
  over(): void;
  /** Where a caller with this address can be reached through our own server. */
  callbackUri(remote: URI): URI;
}

/** How long the far end may take to end a dialog that another one has replaced, before we do it. */
const retirementMs = 2_000;

/**
 * One call: its INVITE, then its dialog, then perhaps the dialog that replaced it. Turns what they say into the line's events
 * and sees to it that exactly one terminal event is the last.
 */
export class SipCall {
  readonly id: CallId;
  readonly sipCallIds: string[] = [];
  farEndProduct = '';
  readonly #context: CallContext;
  readonly #handlers: SipCallHandlers;
  #setup: Outgoing | Incoming | null = null;
  #dialog: InDialog | null = null;
  /** Our own INVITE with Replaces that is under way. */
  #successor: Outgoing | null = null;
  /** The far end's INVITE with Replaces that is being answered. */
  #takeover: Incoming | null = null;
  /** The old dialog was ended by the far end while its successor is on the way: wait for the successor. */
  #orphaned = false;
  readonly #retired = new Map<InDialog, Disposable>();
  #number = '';
  #ownsCallId = false;
  #peerCount = 1;
  #remoteHeld = false;
  #acknowledged = false;
  #hungUp = false;
  #over = false;

  constructor(id: CallId, context: CallContext, handlers: SipCallHandlers) {
    this.id = id;
    this.#context = context;
    this.#handlers = handlers;
  }

  get peer(): string {
    return this.#dialog?.negotiation.peer ?? this.id;
  }

  /** @param number what was dialled, for messages about it */
  startOutgoing(target: URI, number: string): void {
    this.#number = number;
    this.#ownsCallId = true;
    this.#acknowledged = true;
    const outgoing = this.#invite(target, this.id, false, [], {
      trying: () => this.#tell({ type: 'trying' }),
      ringing: () => this.#tell({ type: 'ringing' }),
      earlyMedia: () => this.#tell({ type: 'early-media' }),
      accepted: (dialog, remote) => {
        this.#dialog = dialog;
        answeredBy = remote;
      },
      established: () => this.#tell({ type: 'established', remote: answeredBy }),
      rejected: (status, reasonPhrase) =>
        this.#end({ type: 'rejected', status, reasonPhrase, error: refusalError(status, reasonPhrase, number) }),
      failed: (error) => this.#end(this.#hungUp ? { type: 'closed' } : { type: 'failed', error }),
      cancelled: () => this.#end({ type: 'closed' }),
      product: this.#noteProduct,
    });
    let answeredBy: Party | null = null;
    this.#setup = outgoing;
    this.#handlers.peerChanged(this.id);
    void outgoing.start();
  }

  /** Tells of the INVITE before it returns: the 180 must not wait for anything. */
  startIncoming(request: Core.IncomingInviteRequest): void {
    const { message } = request;
    const headers = headersOf(message);
    const remote = callingParty(headers);
    this.#number = remote.number;
    this.#noteProduct(productOf(message));
    this.sipCallIds.push(message.callId);
    const incoming = new Incoming(
      this.#context,
      { request, peer: this.id, hold: false, makeDialog: (session) => this.#makeDialog(session, this.id, false) },
      {
        accepted: (dialog) => {
          this.#dialog = dialog;
          if (this.#hungUp) dialog.hangUp();
        },
        cancelled: (answeredElsewhere) => this.#end(this.#hungUp ? { type: 'closed' } : { type: 'cancelled', answeredElsewhere }),
        failed: (error) => this.#end(this.#hungUp ? { type: 'closed' } : { type: 'failed', error }),
      },
    );
    this.#setup = incoming;
    incoming.start();
    this.#tell({ type: 'invite-received', remote, redirectedBy: redirectingParty(headers), hasOffer: incoming.hasOffer });
    incoming.trying();
    if (!this.#over) this.#handlers.peerChanged(this.id);
  }

  /** Whether a Replaces header names this call's dialog. */
  owns(name: DialogName): boolean {
    const session = this.#dialog?.session;
    return session?.callId === name.callId && session.localTag === name.toTag && session.remoteTag === name.fromTag;
  }

  /**
   * The far end takes its own call over with a new INVITE (RFC 3891): answered at once, it stays the same call. When both
   * ends do so at the same time, the INVITE of the one who began the call wins; the other's is refused with 491.
   */
  takeOver(request: Core.IncomingInviteRequest): void {
    const former = this.#dialog;
    if (former === null || former.isOver || this.#hungUp) {
      request.reject({ statusCode: 603 });
      return;
    }
    if (this.#takeover !== null || (this.#successor !== null && this.#ownsCallId)) {
      request.reject({ statusCode: 491 });
      return;
    }
    const yielded = this.#successor !== null;
    this.#dropSuccessor();
    const remote = callingParty(headersOf(request.message));
    const peer = this.#newPeer();
    const hold = former.negotiation.wantHeld;
    const giveUp = (): void => {
      this.#takeover = null;
      this.#context.media.closePeer(peer);
      if (yielded) this.#tell({ type: 'repair-failed', strategy: 'replace', error: { code: 'call-refused', details: {} } });
    };
    this.sipCallIds.push(request.message.callId);
    this.#takeover = new Incoming(
      this.#context,
      { request, peer, hold, makeDialog: (session) => this.#makeDialog(session, peer, hold) },
      {
        accepted: (dialog) => {
          this.#takeover = null;
          this.#ownsCallId = false;
          this.#succeed(former, dialog);
          former.hangUp();
          if (remote.number !== this.#number) this.#tell({ type: 'established', remote });
          this.#number = remote.number;
          if (yielded) this.#tell({ type: 'repair-negotiated', strategy: 'replace' });
        },
        cancelled: giveUp,
        failed: giveUp,
      },
    );
    this.#takeover.start();
    this.#takeover.accept();
  }

  ring(): void {
    if (this.#setup instanceof Incoming) this.#setup.ring();
  }

  accept(): void {
    if (this.#setup instanceof Incoming) this.#setup.accept();
  }

  reject(status: 480 | 486 | 603): void {
    if (!(this.#setup instanceof Incoming) || this.#dialog !== null || this.#hungUp) return;
    this.#hungUp = true;
    this.#setup.reject(status);
    queueMicrotask(() => this.#end({ type: 'closed' }));
  }

  hangUp(): void {
    if (this.#hungUp || this.#over) return;
    if (this.#dialog === null && this.#setup instanceof Incoming) {
      this.reject(603);
      return;
    }
    this.#hungUp = true;
    this.#dropSuccessor();
    this.#refuseTakeover();
    if (this.#orphaned) queueMicrotask(() => this.#end({ type: 'closed' }));
    else if (this.#dialog !== null) this.#dialog.hangUp();
    else if (this.#setup instanceof Outgoing) this.#setup.cancel();
    this.#context.media.closePeer(this.peer);
  }

  setHold(held: boolean): void {
    if (!this.#hungUp) this.#dialog?.negotiation.setHold(held);
  }

  repair(strategy: RepairStrategy): void {
    const dialog = this.#dialog;
    if (dialog === null || this.#hungUp) return;
    if (strategy !== 'replace') dialog.negotiation.repair(strategy);
    else if (this.#successor === null) this.#replace(dialog);
  }

  ringsWithoutDialog(sipCallId: string, status: number): void {
    if (this.#setup instanceof Outgoing && this.#setup.callId === sipCallId) this.#setup.ringsWithoutDialog(status);
  }

  flowLost(): void {
    if (this.#dialog === null) this.#setup?.flowLost();
    this.#successor?.flowLost();
    for (const dialog of this.#dialogs()) dialog.flowLost();
  }

  flowReady(): void {
    if (this.#dialog === null && this.#setup instanceof Outgoing) this.#setup.flowReady();
    this.#successor?.flowReady();
    for (const dialog of this.#dialogs()) dialog.flowReady();
  }

  /** Ends everything at once and tells nobody. */
  dispose(): void {
    this.#over = true;
    this.#successor?.dispose();
    this.#dropSuccessor();
    this.#refuseTakeover();
    this.#setup?.dispose();
    for (const dialog of this.#dialogs()) dialog.dispose();
    this.#forgetRetired();
    this.#context.media.closePeer(this.peer);
  }

  #dialogs(): InDialog[] {
    return [...(this.#dialog === null ? [] : [this.#dialog]), ...this.#retired.keys()];
  }

  #newPeer(): string {
    return `${this.id}~${++this.#peerCount}`;
  }

  readonly #noteProduct = (name: string): void => {
    if (name !== '') this.farEndProduct = name;
  };

  #invite(target: URI, peer: string, hold: boolean, extraHeaders: readonly string[], handlers: OutgoingHandlers): Outgoing {
    const callId = this.#context.random.hex(16);
    this.sipCallIds.push(callId);
    const makeDialog = (session: Core.Session): InDialog => this.#makeDialog(session, peer, hold);
    return new Outgoing(this.#context, { target, peer, hold, callId, extraHeaders, makeDialog }, handlers);
  }

  #makeDialog(session: Core.Session, peer: string, held: boolean): InDialog {
    const current = (): boolean => this.#dialog === dialog;
    const tell = (news: CallNews): void => {
      if (current()) this.#tell(news);
    };
    const dialog: InDialog = new InDialog(
      session,
      this.#context,
      { peer, newPeer: () => this.#newPeer(), held, remoteHeld: this.#remoteHeld, ownsCallId: this.#ownsCallId },
      {
        acknowledged: () => {
          // the ACK of a takeover is no news: the call has been standing all along
          if (!this.#acknowledged) tell({ type: 'established', remote: null });
          this.#acknowledged = true;
        },
        failed: (error) => {
          if (current()) this.#end({ type: 'failed', error });
        },
        ended: (by) => this.#dialogEnded(dialog, { type: 'terminated', by }),
        closed: () => this.#dialogEnded(dialog, { type: 'closed' }),
        localHold: (to) => tell({ type: 'local-hold-changed', held: to }),
        localHoldFailed: (to, error) => tell({ type: 'local-hold-failed', held: to, error }),
        remoteHold: (to) => {
          this.#remoteHeld = to;
          tell({ type: 'remote-hold-changed', held: to });
        },
        repaired: (strategy) => tell({ type: 'repair-negotiated', strategy }),
        repairFailed: (strategy, error) => tell({ type: 'repair-failed', strategy, error }),
        peerReplaced: (to) => {
          if (current() && !this.#over) this.#handlers.peerChanged(to);
        },
        product: this.#noteProduct,
      },
    );
    return dialog;
  }

  #dialogEnded(dialog: InDialog, news: CallNews): void {
    this.#retired.get(dialog)?.dispose();
    this.#retired.delete(dialog);
    if (this.#dialog !== dialog) return;
    // a far end may end the replaced dialog before it answers the INVITE that replaces it
    if (this.#successor !== null && !this.#hungUp) this.#orphaned = true;
    else this.#end(news);
  }

  #replace(former: InDialog): void {
    const held = former.negotiation.wantHeld;
    const { remoteURI } = former.session;
    const target = this.#ownsCallId ? remoteURI : this.#handlers.callbackUri(remoteURI);
    let heir: InDialog | null = null;
    const fail = (error: ErrorReport): void => {
      if (this.#successor !== successor) return;
      this.#dropSuccessor();
      if (this.#orphaned) this.#end({ type: 'terminated', by: 'remote' });
      else this.#tell({ type: 'repair-failed', strategy: 'replace', error });
    };
    const successor: Outgoing = this.#invite(target, this.#newPeer(), held, [replacesHeader(former.session), 'Require: replaces'], {
      trying: () => {},
      ringing: () => {},
      earlyMedia: () => {},
      accepted: (dialog) => {
        heir = dialog;
      },
      established: () => {
        if (this.#successor !== successor || heir === null) return;
        const wanted = former.negotiation.wantHeld;
        this.#successor = null;
        this.#orphaned = false;
        this.#ownsCallId = true;
        this.#succeed(former, heir);
        this.#tell({ type: 'repair-negotiated', strategy: 'replace' });
        if (wanted !== held) heir.negotiation.setHold(wanted);
      },
      rejected: (status, reason) =>
        fail(refusalError(status, reason, this.#number) ?? { code: 'call-refused', details: { status, reason } }),
      failed: fail,
      cancelled: () => {},
      product: this.#noteProduct,
    });
    this.#successor = successor;
    void successor.start();
  }

  #dropSuccessor(): void {
    const successor = this.#successor;
    this.#successor = null;
    successor?.cancel();
    if (successor !== null) this.#context.media.closePeer(successor.peer);
  }

  /** The call goes on in another dialog and on another peer connection. */
  #succeed(former: InDialog, heir: InDialog): void {
    const formerPeer = former.negotiation.peer;
    // its peer connection is gone: it must not offer or answer any more
    former.negotiation.close();
    this.#dialog = heir;
    if (!former.isOver) {
      this.#retired.set(
        former,
        this.#context.clock.schedule(retirementMs, () => former.hangUp()),
      );
    }
    this.#handlers.peerChanged(heir.negotiation.peer);
    this.#context.media.closePeer(formerPeer);
  }

  /** The call that was to be taken over is ending. */
  #refuseTakeover(): void {
    const takeover = this.#takeover;
    this.#takeover = null;
    takeover?.reject(481);
    if (takeover !== null) this.#context.media.closePeer(takeover.peer);
  }

  #forgetRetired(): void {
    for (const timer of this.#retired.values()) timer.dispose();
    this.#retired.clear();
  }

  #tell(news: CallNews): void {
    if (!this.#over) this.#handlers.event(news);
  }

  /** The one terminal event. */
  #end(news: CallNews): void {
    if (this.#over) return;
    this.#tell(news);
    this.#over = true;
    this.#dropSuccessor();
    this.#refuseTakeover();
    for (const former of this.#retired.keys()) former.hangUp();
    this.#forgetRetired();
    this.#context.media.closePeer(this.peer);
    this.#handlers.over();
  }
}
