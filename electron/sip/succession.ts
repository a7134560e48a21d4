import type { Core, URI } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import { refusalError } from '#shared/calls/refusal.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { writeReplaces } from '#shared/sip/dialog-name.ts';
import { callingParty } from '#shared/sip/identity.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import type { CallDialogs } from './call-dialogs.ts';
import type { CallNews } from './call-news.ts';
import type { CallSetup } from './call-setup.ts';
import { dialogNameOf, headersOf } from './core-access.ts';
import type { InDialog } from './in-dialog.ts';
import { Incoming } from './incoming.ts';
import type { Outgoing, OutgoingHandlers } from './outgoing.ts';

/** What a succession needs of its call. */
export interface SuccessionCall {
  readonly dialogs: CallDialogs;
  readonly setup: CallSetup;
  /** Who is at the far end. */
  remote(): Party;
  /** It is being ended. */
  isLeaving(): boolean;
  invite(target: URI, peer: string, hold: boolean, headers: readonly string[], handlers: OutgoingHandlers): Outgoing;
  remoteChanged(remote: Party): void;
  product(name: string): void;
  tell(news: CallNews): void;
  end(news: CallNews): void;
  noteSipCallId(sipCallId: string): void;
}

/** How long the far end may take to end a dialog that another one has replaced, before we do it. */
const retirementMs = 2_000;

/**
 * How a call changes from one dialog to another (RFC 3891): by our own INVITE with Replaces, which repairs it, or by one that
 * the far end sends, or somebody who takes its place. Sees to the end of what was replaced.
 */
export class Succession {
  readonly #context: CallContext;
  readonly #call: SuccessionCall;
  /** Our own INVITE with Replaces that is under way. */
  #successor: Outgoing | null = null;
  /** The far end's INVITE with Replaces that is being answered. */
  #takeover: Incoming | null = null;
  /** Our first INVITE, which somebody else's replaced: it waits for the end of its CANCEL. */
  #abandoned: Outgoing | null = null;
  /** The old dialog was ended by the far end while its successor is on the way: wait for the successor. */
  #orphaned = false;
  readonly #retired = new Map<InDialog, Disposable>();

  constructor(context: CallContext, call: SuccessionCall) {
    this.#context = context;
    this.#call = call;
  }

  /** The former dialog is gone and its successor not yet there. */
  get isOrphaned(): boolean {
    return this.#orphaned;
  }

  /** Dialogs that were replaced and are not over. */
  get retired(): InDialog[] {
    return [...this.#retired.keys()];
  }

  /** Repairs the call by an INVITE with Replaces of its own dialog. Does nothing while another one is under way. */
  replace(former: InDialog, target: URI): void {
    if (this.#successor !== null) return;
    const call = this.#call;
    const held = former.negotiation.wantHeld;
    let heir: InDialog | null = null;
    const fail = (error: ErrorReport): void => {
      if (this.#successor !== successor) return;
      this.#dropSuccessor();
      if (this.#orphaned) call.end({ type: 'terminated', by: 'remote' });
      else call.tell({ type: 'repair-failed', strategy: 'replace', error });
    };
    const successor: Outgoing = call.invite(
      target,
      call.dialogs.newPeer(),
      held,
      [`Replaces: ${writeReplaces(dialogNameOf(former.session))}`, 'Require: replaces'],
      {
        trying: () => {},
        ringing: () => {},
        earlyMedia: () => {},
        redirected: () => {},
        accepted: (dialog) => {
          heir = dialog;
        },
        established: () => {
          if (this.#successor !== successor || heir === null) return;
          const wanted = former.negotiation.wantHeld;
          this.#successor = null;
          this.#orphaned = false;
          this.#succeed(former, heir, 'us');
          call.tell({ type: 'repair-negotiated', strategy: 'replace' });
          if (wanted !== held) heir.negotiation.setHold(wanted);
        },
        rejected: ({ status, reasonPhrase: reason }) =>
          fail(refusalError(status, reason, call.remote().number) ?? { code: 'call-refused', details: { status, reason } }),
        failed: fail,
        cancelled: () => {},
        product: (name) => call.product(name),
      },
    );
    this.#successor = successor;
    void successor.start();
  }

  /**
   * Somebody takes the call over with a new INVITE: answered at once, it stays the same call. While our own INVITE still rings,
   * that one is cancelled (RFC 3891 section 3). When both ends do so at the same time, the INVITE of the one who began the call
   * wins; the other's is refused with 491.
   */
  takeOver(request: Core.IncomingInviteRequest): void {
    const call = this.#call;
    const before = call.dialogs.current;
    if (call.isLeaving() || (before === null ? call.setup.unanswered === null : before.isOver)) {
      request.reject({ statusCode: 603 });
      return;
    }
    if (this.#takeover !== null || (this.#successor !== null && call.dialogs.ownsCallId)) {
      request.reject({ statusCode: 491 });
      return;
    }
    const yielded = this.#successor !== null;
    this.#dropSuccessor();
    const remote = callingParty(headersOf(request.message));
    const peer = call.dialogs.newPeer();
    const hold = before?.negotiation.wantHeld ?? false;
    const giveUp = (): void => {
      this.#takeover = null;
      this.#context.media.closePeer(peer);
      if (yielded) call.tell({ type: 'repair-failed', strategy: 'replace', error: { code: 'call-refused', details: {} } });
    };
    call.noteSipCallId(request.message.callId);
    this.#takeover = new Incoming(
      this.#context,
      { request, peer, hold, makeDialog: (session) => call.dialogs.make(session, peer, hold) },
      {
        accepted: (dialog) => {
          this.#takeover = null;
          this.#inherit(dialog);
          call.remoteChanged(remote);
          if (yielded) call.tell({ type: 'repair-negotiated', strategy: 'replace' });
        },
        cancelled: giveUp,
        failed: giveUp,
      },
    );
    this.#takeover.start();
    this.#takeover.accept();
  }

  /**
   * A dialog of the call is over.
   * @returns whether that ends the call
   */
  dialogEnded(dialog: InDialog): boolean {
    this.#retired.get(dialog)?.dispose();
    this.#retired.delete(dialog);
    if (this.#call.dialogs.current !== dialog) return false;
    // a far end may end the replaced dialog before it answers the INVITE that replaces it
    if (this.#successor === null || this.#call.isLeaving()) return true;
    this.#orphaned = true;
    return false;
  }

  flowLost(): void {
    this.#successor?.flowLost();
  }

  flowReady(): void {
    this.#successor?.flowReady();
    this.#abandoned?.flowReady();
  }

  /** Gives up whatever is under way: the call is being ended. */
  abort(): void {
    this.#dropSuccessor();
    const takeover = this.#takeover;
    this.#takeover = null;
    takeover?.reject(481);
    if (takeover !== null) this.#context.media.closePeer(takeover.peer);
  }

  /** The call is over: what it left behind is ended too. */
  finish(): void {
    this.abort();
    for (const former of this.#retired.keys()) former.hangUp();
    this.#forgetRetired();
  }

  /** Ends everything at once, without a word. */
  dispose(): void {
    this.#successor?.dispose();
    this.#abandoned?.dispose();
    this.abort();
    for (const former of this.#retired.keys()) former.dispose();
    this.#forgetRetired();
  }

  /** What carried the call until now gives way to the dialog of a takeover. */
  #inherit(heir: InDialog): void {
    // our INVITE may have been answered while we answered the one that replaces it
    const { dialogs } = this.#call;
    const former = dialogs.current;
    const { unanswered } = this.#call.setup;
    if (former !== null) {
      this.#succeed(former, heir, 'them');
      former.hangUp();
    } else if (unanswered !== null) {
      this.#abandoned = unanswered;
      this.#call.setup.forget();
      dialogs.moveTo(heir, 'them');
      unanswered.cancel();
      this.#context.media.closePeer(unanswered.peer);
    }
  }

  #succeed(former: InDialog, heir: InDialog, begunBy: 'us' | 'them'): void {
    const formerPeer = former.negotiation.peer;
    // its peer connection is gone: it must not offer or answer any more
    former.negotiation.close();
    if (!former.isOver) {
      this.#retired.set(
        former,
        this.#context.clock.schedule(retirementMs, () => former.hangUp()),
      );
    }
    this.#call.dialogs.moveTo(heir, begunBy);
    this.#context.media.closePeer(formerPeer);
  }

  #dropSuccessor(): void {
    const successor = this.#successor;
    this.#successor = null;
    successor?.cancel();
    if (successor !== null) this.#context.media.closePeer(successor.peer);
  }

  #forgetRetired(): void {
    for (const timer of this.#retired.values()) timer.dispose();
    this.#retired.clear();
  }
}
