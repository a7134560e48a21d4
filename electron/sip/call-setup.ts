import type { Core, URI } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import type { CallContext } from './call-context.ts';
import type { CallDialogs } from './call-dialogs.ts';
import type { CallNews } from './call-news.ts';
import { divertedContact, type DiversionReason } from './diversion.ts';
import { Incoming } from './incoming.ts';
import { Outgoing, type OutgoingHandlers } from './outgoing.ts';
import type { OutgoingOrder } from './outgoing-order.ts';

export interface CallSetupHandlers {
  tell(news: CallNews): void;
  end(news: CallNews): void;
  /** Our INVITE was answered and the descriptions are in force. */
  established(remote: Party | null): void;
  remoteChanged(remote: Party): void;
  /** The party, unless it is the one that we know to be at the far end. */
  unlessRemote(party: Party | null): Party | null;
  product(name: string): void;
  /** The call is being ended by us. */
  isLeaving(): boolean;
}

/** The first INVITE of a call, in either direction, until its dialog stands or another INVITE has taken its place. */
export class CallSetup {
  readonly #context: CallContext;
  readonly #dialogs: CallDialogs;
  readonly #handlers: CallSetupHandlers;
  #invite: Outgoing | Incoming | null = null;

  constructor(context: CallContext, dialogs: CallDialogs, handlers: CallSetupHandlers) {
    this.#context = context;
    this.#dialogs = dialogs;
    this.#handlers = handlers;
  }

  /** @param make an INVITE of ours with these handlers */
  dial({ refusal }: Pick<OutgoingOrder, 'refusal'>, make: (handlers: OutgoingHandlers) => Outgoing): void {
    const { isLeaving, established, unlessRemote } = this.#handlers;
    let answeredBy: Party | null = null;
    const ifOurs = (action: () => void): void => {
      if (this.#invite === outgoing) action();
    };
    const tell = (news: CallNews): void => ifOurs(() => this.#handlers.tell(news));
    const end = (news: CallNews): void => ifOurs(() => this.#handlers.end(news));
    const outgoing: Outgoing = make({
      trying: () => tell({ type: 'trying' }),
      ringing: () => tell({ type: 'ringing' }),
      earlyMedia: () => tell({ type: 'early-media' }),
      remoteChanged: (remote) => this.#handlers.remoteChanged(remote),
      redirected: (to) => tell({ type: 'redirected', to }),
      accepted: (dialog, remote) => {
        this.#dialogs.current = dialog;
        answeredBy = remote;
      },
      established: () => ifOurs(() => established(answeredBy)),
      rejected: ({ status, reasonPhrase, cleared, who }) =>
        end({ type: 'rejected', status, reasonPhrase, cleared, who: unlessRemote(who), error: refusal(status, reasonPhrase) }),
      failed: (error) => end(isLeaving() ? { type: 'closed' } : { type: 'failed', error }),
      cancelled: () => end({ type: 'closed' }),
      product: (name) => this.#handlers.product(name),
    });
    this.#invite = outgoing;
    void outgoing.start();
  }

  /** Listens for what the caller does; `begun` runs before anything is answered. */
  receive(request: Core.IncomingInviteRequest, peer: string, begun: (hasOffer: boolean) => void): void {
    const { end, isLeaving, unlessRemote } = this.#handlers;
    const incoming = new Incoming(
      this.#context,
      { request, peer, hold: false, makeDialog: (session) => this.#dialogs.make(session, peer, false) },
      {
        accepted: (dialog) => {
          this.#dialogs.current = dialog;
          if (isLeaving()) dialog.hangUp();
        },
        remoteChanged: (remote) => this.#handlers.remoteChanged(remote),
        cancelled: (answeredElsewhere, who) =>
          end(isLeaving() ? { type: 'closed' } : { type: 'cancelled', answeredElsewhere, who: unlessRemote(who) }),
        failed: (error) => end(isLeaving() ? { type: 'closed' } : { type: 'failed', error }),
      },
    );
    this.#invite = incoming;
    incoming.start();
    begun(incoming.hasOffer);
    incoming.trying();
  }

  /** Our own INVITE while no dialog stands. */
  get unanswered(): Outgoing | null {
    return this.#dialogs.current === null && this.#invite instanceof Outgoing ? this.#invite : null;
  }

  /** The INVITE that waits for our answer. */
  get unansweredHere(): Incoming | null {
    return this.#dialogs.current === null && this.#invite instanceof Incoming ? this.#invite : null;
  }

  ownsEarly(name: DialogName): boolean {
    return this.unanswered?.ownsEarly(name) === true;
  }

  ring(): void {
    if (this.#invite instanceof Incoming) this.#invite.ring();
  }

  accept(): void {
    if (this.#invite instanceof Incoming) this.#invite.accept();
  }

  redirect(target: URI, why: DiversionReason): void {
    const incoming = this.unansweredHere;
    incoming?.redirect(divertedContact(this.#context.core, incoming.message, target, why));
  }

  ringsWithoutDialog(sipCallId: string, status: number): void {
    if (this.#invite instanceof Outgoing && this.#invite.callId === sipCallId) this.#invite.ringsWithoutDialog(status);
  }

  /** It is no longer the call's business. */
  forget(): void {
    this.#invite = null;
  }

  flowLost(): void {
    if (this.#dialogs.current === null) this.#invite?.flowLost();
  }

  flowReady(): void {
    this.unanswered?.flowReady();
  }

  dispose(): void {
    this.#invite?.dispose();
  }
}
