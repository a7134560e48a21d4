import type { Core } from 'sip.js';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from '../call-context.ts';
import type { CallNews } from '../call-news.ts';
import type { SendNotify } from './notify-dialog.ts';
import { readRefer, ReceivedReferral } from './received-referral.ts';

/** The REFERs that the far end of one call sent; one at a time waits for an answer. */
export class Referrals implements Disposable {
  readonly #context: CallContext;
  readonly #tell: (news: CallNews) => void;
  #current: ReceivedReferral | null = null;

  constructor(context: CallContext, tell: (news: CallNews) => void) {
    this.#context = context;
    this.#tell = tell;
  }

  /** Answers the REFER. Nothing is dialled before somebody agrees. */
  receive(request: Core.IncomingReferRequest, dialog: (toTag: string) => SendNotify): void {
    const order = readRefer(request.message);
    if (typeof order === 'number') request.reject({ statusCode: order });
    else if (this.isWaiting) request.reject({ statusCode: 603 });
    else {
      const referral = new ReceivedReferral(this.#context, order, () => this.#tell({ type: 'referral-withdrawn' }));
      this.#current = referral;
      referral.accept(request, dialog);
      this.#tell({ type: 'referral-received', referral: referral.referral });
    }
  }

  get isWaiting(): boolean {
    return this.#current?.isWaiting === true;
  }

  decline(): void {
    this.#current?.decline();
  }

  /** The referral that is carried out from now on; null when none waits any more. */
  take(): ReceivedReferral | null {
    const referral = this.#current;
    if (referral?.isWaiting !== true) return null;
    referral.take();
    return referral;
  }

  /**
   * The call with the one who referred us is over otherwise than by their BYE. After a BYE a referral goes on: its subscription is a
   * usage of the dialog that outlives the session (RFC 5057 section 4.1), and many say good-bye as soon as their REFER is taken
   * (RFC 5589 section 6.1).
   */
  callLost(): void {
    this.#current?.callLost();
  }

  dispose(): void {
    this.#current?.dispose();
  }
}
