import type { Core, URI } from 'sip.js';
import type { CallId, Party } from '#shared/calls/call.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';
import type { TransferTarget } from '#shared/calls/transfer-failure.ts';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import type { CallContext } from './call-context.ts';
import { CallDialogs } from './call-dialogs.ts';
import type { CallNews } from './call-news.ts';
import { CallSetup } from './call-setup.ts';
import { type CallerIdentity, ownIdentity } from './caller-identity.ts';
import { Digits } from './digits.ts';
import type { DiversionReason } from './diversion.ts';
import { type InDialog, productOf } from './in-dialog.ts';
import { Outgoing, type OutgoingHandlers } from './outgoing.ts';
import type { OutgoingOrder } from './outgoing-order.ts';
import { readInvite } from './received-invite.ts';
import { ConferenceWatch } from './subscriptions/conference-watch.ts';
import { Succession } from './succession.ts';
import { answeredConsultation, type Consultation, ringingConsultation } from './transfers/consultation.ts';
import { notifyInside, type SendNotify } from './transfers/notify-dialog.ts';
import { Referrals } from './transfers/referrals.ts';
import { Transfers } from './transfers/transfers.ts';

export interface SipCallHandlers {
  event(news: CallNews): void;
  peerChanged(peer: string): void;
  /** The terminal event is out; the call must be forgotten. `referrals`: one of the far end's that still waits for an answer. */
  over(referrals: Referrals | null): void;
  /** A pager message inside of a dialog: like one outside (RFC 3428 section 8). */
  message(request: Core.IncomingMessageRequest): void;
  /** Where a caller with this address can be reached through our own server. */
  callbackUri(remote: URI): URI;
}

const nobody: Party = { displayName: '', number: '', uri: '' };

/**
 * One call: its INVITE, then its dialog, then perhaps the dialog that replaced it. Turns what they say into the line's events
 * and sees to it that exactly one terminal event is the last.
 */
export class SipCall {
  readonly id: CallId;
  readonly sipCallIds: string[] = [];
  farEndProduct = '';
  /** What the far end asks us to call. */
  readonly referrals: Referrals;
  readonly #context: CallContext;
  readonly #handlers: SipCallHandlers;
  readonly #dialogs: CallDialogs;
  readonly #setup: CallSetup;
  readonly #succession: Succession;
  readonly #transfers: Transfers;
  readonly #digits: Digits;
  readonly #conference: ConferenceWatch;
  #identity: CallerIdentity;
  /** Who is at the far end, as far as it was told. */
  #remote = nobody;
  #establishedTold = false;
  #hungUp = false;
  #over = false;
  readonly #afterEnd: (() => void)[] = [];

  constructor(id: CallId, context: CallContext, handlers: SipCallHandlers) {
    this.id = id;
    this.#context = context;
    this.#handlers = handlers;
    this.#identity = ownIdentity(context.core, context.account);
    this.#transfers = new Transfers(context, this.#tell, () => this.#dialogs.current?.negotiation.refresh());
    this.referrals = new Referrals(context, (news) => handlers.event(news));
    this.#dialogs = new CallDialogs(id, context, {
      tell: this.#tell,
      // the ACK of a takeover is no news: the call has been standing all along
      acknowledged: () => this.#tellEstablished(null),
      remoteChanged: this.#remoteChanged,
      focusChanged: () => this.#followConference(),
      peerChanged: (peer) => {
        if (!this.#over) handlers.peerChanged(peer);
      },
      product: this.#noteProduct,
      over: (dialog, news) => {
        if (news.type === 'terminated') this.#transfers.farEndLeft(dialog.session);
        if (this.#succession.dialogEnded(dialog)) this.#end(news);
      },
      broken: this.#end,
      refer: (dialog, request) => this.receiveRefer(request, () => notifyInside(context, dialog)),
      notify: (session, request) => this.#transfers.receiveNotify(session, request),
      message: (request) => handlers.message(request),
    });
    this.#setup = new CallSetup(context, this.#dialogs, {
      tell: this.#tell,
      end: this.#end,
      established: (remote) => this.#tellEstablished(remote),
      remoteChanged: this.#remoteChanged,
      unlessRemote: (party) => (party?.number === this.#remote.number ? null : party),
      product: this.#noteProduct,
      isLeaving: () => this.#hungUp,
    });
    this.#succession = this.#makeSuccession();
    this.#conference = new ConferenceWatch(context, (roster) => this.#tell({ type: 'roster-changed', roster }));
    this.#digits = new Digits(
      context,
      () => ({ session: this.#dialogs.current?.session ?? null, peer: this.#dialogs.peer }),
      (digits, error) => this.#tell({ type: 'digits-failed', digits, error }),
    );
  }

  startOutgoing(order: OutgoingOrder): void {
    const { target, number, identity, headers } = order;
    this.#remote = { ...nobody, number, uri: target.toRaw() };
    this.#identity = identity;
    this.#dialogs.ownsCallId = true;
    this.#handlers.peerChanged(this.id);
    this.#setup.dial(order, (handlers) => this.#makeOutgoing(target, this.id, false, headers, true, handlers));
  }

  /** Tells of the INVITE before it returns: the 180 must not wait for anything. */
  startIncoming(request: Core.IncomingInviteRequest): void {
    const invite = readInvite(this.#context.core, request.message);
    this.#remote = invite.remote;
    this.#noteProduct(productOf(request.message));
    this.sipCallIds.push(request.message.callId);
    this.#setup.receive(request, this.id, (hasOffer) => this.#tell({ type: 'invite-received', ...invite, hasOffer }));
    if (!this.#over) this.#handlers.peerChanged(this.id);
  }

  /** Whether a Replaces header names a dialog of this call that may be replaced: one that stands, or our own that still rings. */
  owns(name: DialogName): 'confirmed' | 'early' | null {
    if (this.#dialogs.isNamed(name)) return 'confirmed';
    return this.#setup.ownsEarly(name) ? 'early' : null;
  }

  /** Whether somebody who knows these tags knows our dialog, from whichever side he looks at it. */
  isKnownTo(callId: string, [one, other]: readonly [string, string]): boolean {
    return [
      { callId, toTag: one, fromTag: other },
      { callId, toTag: other, fromTag: one },
    ].some((name) => this.#dialogs.isNamed(name));
  }

  /** The far end, or somebody in its place, takes the call over with a new INVITE (RFC 3891). */
  takeOver(request: Core.IncomingInviteRequest): void {
    this.#succession.takeOver(request);
  }

  ring(): void {
    this.#setup.ring();
  }

  accept(): void {
    this.#setup.accept();
  }

  reject(status: 480 | 486 | 603): void {
    this.#refuse(() => this.#setup.unansweredHere?.reject(status));
  }

  redirect(target: URI, why: DiversionReason): void {
    this.#refuse(() => this.#setup.redirect(target, why));
  }

  hangUp(): void {
    if (this.#hungUp || this.#over) return;
    if (this.#setup.unansweredHere !== null) {
      this.reject(603);
      return;
    }
    // our last word in the dialog is the BYE
    this.referrals.decline();
    this.#hungUp = true;
    this.#succession.abort();
    if (this.#succession.isOrphaned) queueMicrotask(() => this.#end({ type: 'closed' }));
    else if (this.#dialogs.current !== null) this.#dialogs.current.hangUp();
    else this.#setup.unanswered?.cancel();
    this.#context.media.closePeer(this.#dialogs.peer);
  }

  setHold(held: boolean): void {
    if (!this.#hungUp) this.#dialogs.current?.negotiation.setHold(held);
  }

  sendDtmf(digits: string, by: 'rtp' | 'info'): void {
    if (!this.#hungUp) this.#digits.send(digits, by);
  }

  repair(strategy: RepairStrategy): void {
    const dialog = this.#dialogs.current;
    if (dialog === null || this.#hungUp) return;
    if (strategy !== 'replace') dialog.negotiation.repair(strategy);
    else this.#succession.replace(dialog, this.#addressOf(dialog.session));
  }

  /** Asks the far end to call `uri`. */
  transfer(uri: URI, target: TransferTarget): void {
    this.#transfers.refer(this.#askable, uri.toRaw(), target);
  }

  /** Asks the far end to take our place in another call. */
  connectWith(other: SipCall): void {
    const { displayName: name, number } = other.#remote;
    this.#transfers.connect(this.#askable, () => (other === this ? null : other.#asConsultation()), { name, number });
  }

  /** REFER in a dialog of the call, or outside of it from somebody who knows it. */
  receiveRefer(request: Core.IncomingReferRequest, dialog: (toTag: string) => SendNotify): void {
    if (this.#hungUp || this.#over) request.reject({ statusCode: 603 });
    else this.referrals.receive(request, dialog);
  }

  ringsWithoutDialog(sipCallId: string, status: number): void {
    this.#setup.ringsWithoutDialog(sipCallId, status);
  }

  flowLost(): void {
    this.#setup.flowLost();
    this.#succession.flowLost();
    this.#conference.flowLost();
    for (const dialog of this.#standing) dialog.flowLost();
  }

  flowReady(): void {
    this.#setup.flowReady();
    this.#succession.flowReady();
    this.#conference.flowReady();
    for (const dialog of this.#standing) dialog.flowReady();
  }

  /** Ends everything at once and tells nobody. */
  dispose(): void {
    this.#over = true;
    this.#setup.dispose();
    this.#succession.dispose();
    this.#conference.flowLost();
    this.#dialogs.current?.dispose();
    this.referrals.dispose();
    this.#release();
  }

  /** Whether an INVITE, ours or theirs, waits for its final answer. */
  get isUnanswered(): boolean {
    return this.#setup.unanswered !== null || this.#setup.unansweredHere !== null;
  }

  get #standing(): InDialog[] {
    const { current } = this.#dialogs;
    return [...(current === null ? [] : [current]), ...this.#succession.retired];
  }

  /** The dialog in which the far end can be asked for something. */
  get #askable(): Core.Session | null {
    return this.#hungUp ? null : (this.#dialogs.current?.session ?? null);
  }

  #asConsultation(): Consultation | null {
    if (this.#hungUp || this.#over) return null;
    const end = (then: () => void): void => {
      this.#afterEnd.push(then);
      this.hangUp();
    };
    const session = this.#dialogs.current?.session;
    if (session !== undefined) return answeredConsultation(session, this.#addressOf(session), end);
    const { unanswered } = this.#setup;
    return unanswered === null ? null : ringingConsultation(unanswered, end);
  }

  /** Where a new INVITE reaches the far end of a dialog: at its device when that has an address of its own (RFC 5627). */
  #addressOf({ remoteTarget, remoteURI }: Core.Session): URI {
    if (remoteTarget.hasParam('gr')) return remoteTarget;
    return this.#dialogs.ownsCallId ? remoteURI : this.#handlers.callbackUri(remoteURI);
  }

  #refuse(how: () => void): void {
    if (this.#setup.unansweredHere === null || this.#hungUp) return;
    this.#hungUp = true;
    how();
    queueMicrotask(() => this.#end({ type: 'closed' }));
  }

  readonly #noteProduct = (name: string): void => {
    if (name !== '') this.farEndProduct = name;
  };

  #makeOutgoing(
    target: URI,
    peer: string,
    hold: boolean,
    extraHeaders: readonly string[],
    followsRedirects: boolean,
    handlers: OutgoingHandlers,
  ): Outgoing {
    const callId = this.#context.random.hex(16);
    this.sipCallIds.push(callId);
    const makeDialog = (session: Core.Session): InDialog => this.#dialogs.make(session, peer, hold);
    const identity = this.#identity;
    return new Outgoing(this.#context, { target, peer, hold, callId, identity, extraHeaders, followsRedirects, makeDialog }, handlers);
  }

  readonly #remoteChanged = (remote: Party): void => {
    if (remote.number === this.#remote.number && remote.displayName === this.#remote.displayName) return;
    this.#remote = remote;
    this.#tell({ type: 'remote-changed', remote });
  };

  #tellEstablished(remote: Party | null): void {
    if (this.#establishedTold) return;
    this.#establishedTold = true;
    if (remote !== null) this.#remote = remote;
    this.#tell({ type: 'established', remote });
    this.#followConference();
  }

  #followConference(): void {
    if (this.#establishedTold && !this.#over) this.#conference.follow(this.#dialogs.focus);
  }

  readonly #tell = (news: CallNews): void => {
    if (!this.#over) this.#handlers.event(news);
  };

  /** The one terminal event. */
  readonly #end = (news: CallNews): void => {
    if (this.#over) return;
    if (!(news.type === 'terminated' && news.by === 'remote')) this.referrals.callLost();
    this.#tell(news);
    this.#over = true;
    this.#succession.finish();
    this.#release();
    this.#handlers.over(this.referrals.isWaiting ? this.referrals : null);
    for (const action of this.#afterEnd.splice(0)) action();
  };

  #release(): void {
    this.#transfers.dispose();
    this.#digits.dispose();
    this.#conference.dispose();
    this.#context.media.closePeer(this.#dialogs.peer);
  }

  #makeSuccession(): Succession {
    return new Succession(this.#context, {
      dialogs: this.#dialogs,
      setup: this.#setup,
      remote: () => this.#remote,
      isLeaving: () => this.#hungUp,
      invite: (target, peer, hold, headers, handlers) => this.#makeOutgoing(target, peer, hold, headers, false, handlers),
      remoteChanged: this.#remoteChanged,
      product: this.#noteProduct,
      tell: this.#tell,
      end: this.#end,
      noteSipCallId: (sipCallId) => this.sipCallIds.push(sipCallId),
    });
  }
}
