import type { Core, URI } from 'sip.js';
import { transferFailure, type TransferTarget, transferRefusal } from '#shared/calls/transfer-failure.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import { parseEvent, parseSubscriptionState } from '#shared/sip/event-header.ts';
import { writeReferTo } from '#shared/sip/refer-to.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from '../call-context.ts';
import type { CallNews } from '../call-news.ts';
import type { Consultation } from './consultation.ts';
import { Transfer } from './transfer.ts';

/** What the far end is asked to call. */
export interface TransferOrder {
  /** SIP URI without URI headers. */
  readonly uri: string;
  readonly replaces: DialogName | null;
  readonly target: TransferTarget;
}

/** The REFERs of one call, one at a time; the word of older ones is taken note of. */
export class Transfers implements Disposable {
  readonly #context: CallContext;
  readonly #tell: (news: CallNews) => void;
  readonly #doubted: () => void;
  readonly #sent: Transfer[] = [];
  /** The consultation is being ended, the REFER follows. */
  #preparing = false;
  #acceptedTold = false;
  #disposed = false;

  /** @param doubted the far end agreed and the transfer failed: it may be gone, and its server waits for our next word to say so */
  constructor(context: CallContext, tell: (news: CallNews) => void, doubted: () => void) {
    this.#context = context;
    this.#tell = tell;
    this.#doubted = doubted;
  }

  /**
   * Asks the far end to call somebody (RFC 5589 section 6.1).
   * @param session null when there is no far end to ask
   */
  refer(session: Core.Session | null, uri: string, target: TransferTarget): void {
    this.#begin(session, target, (open) => this.#send(open, { uri, replaces: null, target }, this.#failed));
  }

  /**
   * Connects the far end with that of another call: by Replaces of its dialog (RFC 5589 section 7.3). While that one still
   * rings, only a server that carries both calls can do it; whether it does, it says by its answer. Otherwise, and when it will
   * not, the consultation is ended and its target called by the far end anew (RFC 5589 section 7.4).
   * @param consultation how the other call stands now; null when it is none that somebody could be connected with
   */
  connect(session: Core.Session | null, consultation: () => Consultation | null, target: TransferTarget): void {
    this.#begin(consultation() === null ? null : session, target, (open) => {
      const other = consultation();
      const early = other?.dialog === null ? other.early : null;
      if (other !== null && early !== null && sameServer(open.remoteTarget, early.remoteTarget)) {
        const refused = (): void => this.#connectAnew(open, consultation, target);
        // the server gives our INVITE up by itself, with whatever status it finds for that
        this.#send(open, { uri: other.uri, replaces: early.name, target }, refused, () => other.end(() => {}));
      } else this.#connectAnew(open, consultation, target);
    });
  }

  /** A NOTIFY in one of the call's dialogs. Answers it. */
  receiveNotify(session: Core.Session, request: Core.IncomingNotifyRequest): void {
    const { message } = request;
    const name = parseEvent(message.getHeader('Event'));
    if (name?.event !== 'refer') {
      request.reject({ statusCode: 489, extraHeaders: ['Allow-Events: refer'] });
      return;
    }
    request.accept();
    const here = this.#sent.filter((transfer) => transfer.session === session);
    // the first of a dialog may go without an id (RFC 3515 section 2.4.6), and some never give one
    const transfer = name.id === undefined ? here.find(({ isOver }) => !isOver) : here.find(({ id }) => id === name.id);
    transfer?.receiveNotify(message.body ?? '', parseSubscriptionState(message.getHeader('Subscription-State')));
  }

  /** The far end ended a dialog of the call. */
  farEndLeft(session: Core.Session): void {
    for (const transfer of this.#sent) if (transfer.session === session) transfer.farEndLeft();
  }

  dispose(): void {
    this.#disposed = true;
    for (const transfer of this.#sent) transfer.dispose();
  }

  #begin(session: Core.Session | null, target: TransferTarget, begin: (open: Core.Session) => void): void {
    if (this.#preparing || this.#sent.at(-1)?.isOver === false) {
      this.#context.logger.warn('a second transfer while one is under way');
      return;
    }
    this.#acceptedTold = false;
    // a command never tells its outcome before it returns
    if (session === null) queueMicrotask(() => this.#failed(transferRefusal(0, target)));
    else begin(session);
  }

  #send(
    session: Core.Session,
    { uri, replaces, target }: TransferOrder,
    failed: (error: ErrorReport) => void,
    succeeded: () => void = () => {},
  ): void {
    const transfer = new Transfer(
      this.#context,
      { session, referTo: writeReferTo(uri, replaces), target },
      {
        accepted: () => {
          if (!this.#acceptedTold) this.#tell({ type: 'transfer-accepted' });
          this.#acceptedTold = true;
        },
        ringing: () => this.#tell({ type: 'transfer-ringing' }),
        succeeded: () => {
          succeeded();
          this.#tell({ type: 'transfer-succeeded' });
        },
        failed,
      },
    );
    this.#sent.push(transfer);
    transfer.start();
  }

  /** Without the early dialog: by the one that stands by now, or by a call of its own. */
  #connectAnew(session: Core.Session, consultation: () => Consultation | null, target: TransferTarget): void {
    const other = consultation();
    if (other === null) this.#failed(transferFailure(480, target));
    else if (other.dialog !== null) this.#send(session, { uri: other.uri, replaces: other.dialog, target }, this.#failed);
    else {
      this.#preparing = true;
      other.end(() => {
        this.#preparing = false;
        if (!this.#disposed) this.#send(session, { uri: other.uri, replaces: null, target }, this.#failed);
      });
    }
  }

  readonly #failed = (error: ErrorReport): void => {
    if (this.#disposed) return;
    this.#tell({ type: 'transfer-failed', error });
    if (this.#acceptedTold) this.#doubted();
  };
}

/** Whether two dialogs end at the same place: a server that stands in the middle of both. */
function sameServer(one: URI, other: URI): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port;
}
