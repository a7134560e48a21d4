import type { Core } from 'sip.js';
import type { Referral } from '#shared/calls/call.ts';
import { partyOf } from '#shared/sip/identity.ts';
import { parseNameAddress } from '#shared/sip/parse-name-address.ts';
import { writeReplaces } from '#shared/sip/dialog-name.ts';
import type { SipUri } from '#shared/sip/message.ts';
import { type ReferredTarget, readReferTo } from '#shared/sip/refer-to.ts';
import { writeSipfrag } from '#shared/sip/sipfrag.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from '../call-context.ts';
import type { CallNews } from '../call-news.ts';
import { contactHeader, isInvented } from '../core-access.ts';
import type { SendNotify } from './notify-dialog.ts';

/** How long the person may think about it, and the call that comes of it may ring. In seconds. */
const lifeSeconds = 600;

/** The order to call somebody that a REFER brought. */
export interface ReferralOrder {
  readonly target: ReferredTarget;
  /** Referred-By as received (RFC 3892); null when the far end did not say who asks. */
  readonly referredBy: string | null;
}

/** Reads a REFER; the status to refuse it with when it asks for what is not done here. */
export function readRefer(message: Core.IncomingRequestMessage): ReferralOrder | 400 | 416 | 603 {
  const target = readReferTo(message.getHeaders('Refer-To'));
  if (typeof target === 'number') return target;
  const [referredBy] = message.getHeaders('Referred-By');
  return { target, referredBy: referredBy === undefined || parseNameAddress(referredBy) === undefined ? null : referredBy };
}

/**
 * A REFER that we took: what it asks for, and the subscription by which the far end is told how it goes (RFC 3515 section 2.4.4).
 *
 *   waiting --take()--> taken --note(final)--> over
 *      |                  |
 *      +--decline(), too long, callLost()--+--> over
 *
 * A NOTIFY that is refused ends the subscription alone: what was asked for still stands (RFC 3515 section 2.4.4).
 */
export class ReceivedReferral implements Disposable {
  readonly order: ReferralOrder;
  readonly #context: CallContext;
  readonly #withdrawn: () => void;
  #notify: SendNotify | null = null;
  #event = '';
  #status = 100;
  #state: 'waiting' | 'taken' | 'over' = 'waiting';
  #deadline: Disposable | null = null;

  /** @param withdrawn it is over before anybody took it up */
  constructor(context: CallContext, order: ReferralOrder, withdrawn: () => void) {
    this.#context = context;
    this.order = order;
    this.#withdrawn = withdrawn;
  }

  get referral(): Referral {
    const { target, referredBy } = this.order;
    const by = referredBy === null ? undefined : parseNameAddress(referredBy);
    return { to: target.party, by: by === undefined ? null : partyOf(by) };
  }

  get uri(): SipUri {
    return this.order.target.uri;
  }

  /** Headers of the INVITE that it leads to. */
  get headers(): string[] {
    const { target, referredBy } = this.order;
    return [
      ...(referredBy === null ? [] : [`Referred-By: ${referredBy}`]),
      ...(target.replaces === null ? [] : [`Replaces: ${writeReplaces(target.replaces)}`]),
    ];
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  /** 202 and the first NOTIFY. */
  accept(request: Core.IncomingReferRequest, dialog: (toTag: string) => SendNotify): void {
    const { core, clock } = this.#context;
    const { message } = request;
    // RFC 4488: who asks for silence gets it
    const silent = (message.getHeader('Refer-Sub') ?? '').trim().toLowerCase() === 'false';
    const { message: answer } = request.accept({
      statusCode: 202,
      extraHeaders: [contactHeader(core), ...(silent ? ['Refer-Sub: false'] : [])],
    });
    this.#event = `refer;id=${message.cseq}`;
    if (!silent) this.#notify = dialog(/^To:.*;tag=([^;\s]+)/im.exec(answer)?.[1] ?? '');
    this.#deadline = clock.schedule(lifeSeconds * 1000, () => {
      if (this.#state === 'waiting') this.#withdraw(() => this.#tellFinal(408));
    });
    this.#tell(100);
  }

  /** Somebody calls the target: `note` says how that goes. */
  take(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'taken';
    this.#deadline?.dispose();
  }

  decline(): void {
    if (this.#state === 'waiting') this.#end(() => this.#tellFinal(603));
  }

  /** What became of the call to the target. */
  note(news: CallNews): void {
    if (this.#state !== 'taken') return;
    if (news.type === 'ringing') this.#tell(180);
    else if (news.type === 'early-media') this.#tell(183);
    else {
      const final = finalStatus(news);
      if (final !== undefined) this.#end(() => this.#tellFinal(final));
    }
  }

  /** Nobody is there any more who could be told. */
  callLost(): void {
    if (this.#state === 'waiting') this.#withdraw(() => {});
    else this.dispose();
  }

  dispose(): void {
    this.#state = 'over';
    this.#deadline?.dispose();
  }

  #withdraw(before: () => void): void {
    this.#end(before);
    this.#withdrawn();
  }

  #end(before: () => void): void {
    if (this.#state === 'over') return;
    before();
    this.dispose();
  }

  #tell(status: number): void {
    if (status < this.#status) return;
    this.#status = status;
    this.#send(`active;expires=${lifeSeconds}`, status);
  }

  #tellFinal(status: number): void {
    this.#send('terminated;reason=noresource', status);
  }

  #send(subscription: string, status: number): void {
    const rejected = ({ message }: Core.IncomingResponse): void => {
      // a flow that is down does not mean that nobody listens
      if (isInvented(message) && message.statusCode === 503) return;
      this.#notify = null;
    };
    try {
      this.#notify?.(
        {
          extraHeaders: [`Event: ${this.#event}`, `Subscription-State: ${subscription}`],
          body: { contentDisposition: 'render', contentType: 'message/sipfrag;version=2.0', content: writeSipfrag(status) },
        },
        { onReject: rejected, onRedirect: rejected },
      );
    } catch (error) {
      this.#context.logger.info('NOTIFY was not possible', { error: String(error) });
    }
  }
}

/** What the far end is told of the end of the call to the target; undefined while it is not known. */
function finalStatus(news: CallNews): number | undefined {
  switch (news.type) {
    case 'established':
      return 200;
    case 'rejected':
      return news.status;
    case 'failed':
      return 503;
    case 'closed':
    case 'terminated':
      return 487;
    default:
      return undefined;
  }
}
