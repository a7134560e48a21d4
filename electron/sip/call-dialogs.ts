import type { Core, URI } from 'sip.js';
import type { CallId, Party } from '#shared/calls/call.ts';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import type { CallContext } from './call-context.ts';
import type { CallNews } from './call-news.ts';
import { InDialog } from './in-dialog.ts';

export interface CallDialogsHandlers {
  /** News of the dialog that carries the call. */
  tell(news: CallNews): void;
  /** Its first ACK came. */
  acknowledged(): void;
  remoteChanged(remote: Party): void;
  /** The far end may have become a conference, or ceased to be one. */
  focusChanged(): void;
  peerChanged(peer: string): void;
  product(name: string): void;
  /** A dialog is over: the one of now, or a former one. */
  over(dialog: InDialog, news: CallNews): void;
  /** It broke on our side; BYE is on its way. */
  broken(news: CallNews): void;
  refer(dialog: InDialog, request: Core.IncomingReferRequest): void;
  notify(session: Core.Session, request: Core.IncomingNotifyRequest): void;
  message(request: Core.IncomingMessageRequest): void;
}

/** The dialog that carries a call, and how those of one call are made: they share peer connections' names and what is held. */
export class CallDialogs {
  readonly #id: CallId;
  readonly #context: CallContext;
  readonly #handlers: CallDialogsHandlers;
  /** Null until one stands. */
  current: InDialog | null = null;
  /** Whether the call's dialog was begun by us. */
  ownsCallId = false;
  #peerCount = 1;
  #remoteHeld = false;

  constructor(id: CallId, context: CallContext, handlers: CallDialogsHandlers) {
    this.#id = id;
    this.#context = context;
    this.#handlers = handlers;
  }

  get peer(): string {
    return this.current?.negotiation.peer ?? this.#id;
  }

  newPeer(): string {
    return `${this.#id}~${++this.#peerCount}`;
  }

  /** The call goes on in `heir`. */
  moveTo(heir: InDialog, begunBy: 'us' | 'them'): void {
    this.current = heir;
    this.ownsCallId = begunBy === 'us';
    this.#handlers.peerChanged(heir.negotiation.peer);
    this.#handlers.focusChanged();
  }

  /** Whether a dialog of these tags, ours first, carries the call. */
  isNamed({ callId, toTag, fromTag }: Omit<DialogName, 'earlyOnly'>): boolean {
    const session = this.current?.session;
    return session?.callId === callId && session.localTag === toTag && session.remoteTag === fromTag;
  }

  /** Where the far end is reached when it is a conference. */
  get focus(): URI | null {
    return this.current?.isFocus === true ? this.current.session.remoteTarget : null;
  }

  make(session: Core.Session, peer: string, held: boolean): InDialog {
    const handlers = this.#handlers;
    const ifCurrent = (action: () => void): void => {
      if (this.current === dialog) action();
    };
    const tell = (news: CallNews): void => ifCurrent(() => handlers.tell(news));
    const dialog: InDialog = new InDialog(
      session,
      this.#context,
      { peer, newPeer: () => this.newPeer(), held, remoteHeld: this.#remoteHeld, ownsCallId: this.ownsCallId },
      {
        acknowledged: () => ifCurrent(() => handlers.acknowledged()),
        failed: (error) => ifCurrent(() => handlers.broken({ type: 'failed', error })),
        ended: (by) => handlers.over(dialog, { type: 'terminated', by }),
        closed: () => handlers.over(dialog, { type: 'closed' }),
        localHold: (to) => tell({ type: 'local-hold-changed', held: to }),
        localHoldFailed: (to, error) => tell({ type: 'local-hold-failed', held: to, error }),
        remoteHold: (to) => {
          this.#remoteHeld = to;
          tell({ type: 'remote-hold-changed', held: to });
        },
        repaired: (strategy) => tell({ type: 'repair-negotiated', strategy }),
        repairFailed: (strategy, error) => tell({ type: 'repair-failed', strategy, error }),
        peerReplaced: (to) => ifCurrent(() => handlers.peerChanged(to)),
        product: (name) => handlers.product(name),
        remoteChanged: (remote) => ifCurrent(() => handlers.remoteChanged(remote)),
        focusChanged: () => ifCurrent(() => handlers.focusChanged()),
        refer: (request) => handlers.refer(dialog, request),
        notify: (request) => handlers.notify(session, request),
        message: (request) => handlers.message(request),
      },
    );
    return dialog;
  }
}
