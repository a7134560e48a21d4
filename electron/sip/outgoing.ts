import type { Core, URI } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import { AppError, type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import { assertedParty } from '#shared/sip/identity.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import {
  allowHeader,
  contactHeader,
  forgetRequest,
  headersOf,
  isInvented,
  lostFlowMs,
  sdpBody,
  sdpOf,
  transactionLifetimeMs,
} from './core-access.ts';
import { type InDialog, productOf } from './in-dialog.ts';

export interface OutgoingHandlers {
  trying(): void;
  ringing(): void;
  earlyMedia(): void;
  /** 2xx: the dialog stands. The answer is applied next. */
  accepted(dialog: InDialog, remote: Party | null): void;
  /** The answer is in force. */
  established(): void;
  /** A final answer of 300 and above. Nothing follows. */
  rejected(status: number, reason: string): void;
  /** Nothing follows, except the BYE of a dialog that was accepted. */
  failed(error: ErrorReport): void;
  /** Our CANCEL is done. Nothing follows. */
  cancelled(): void;
  product(name: string): void;
}

export interface OutgoingOptions {
  readonly target: URI;
  readonly peer: string;
  readonly hold: boolean;
  readonly callId: string;
  readonly extraHeaders: readonly string[];
  readonly makeDialog: (session: Core.Session) => InDialog;
}

/**
 * An INVITE that we send, until its dialog stands or it is refused.
 *
 *   offering --offer made--> inviting --2xx--> answered --answer applied--> (established)
 *      |                        |  cancel         |  cancel: BYE of the dialog
 *      +--cancel--> over     cancelling --487, 2xx (ACK and BYE), 32 s--> over
 */
export class Outgoing {
  readonly #context: CallContext;
  readonly #options: OutgoingOptions;
  readonly #handlers: OutgoingHandlers;
  #state: 'offering' | 'inviting' | 'cancelling' | 'answered' | 'over' = 'offering';
  #request: Core.OutgoingInviteRequest | null = null;
  #offer = '';
  #provisionalSeen = false;
  #finalSeen = false;
  #ringingTold = false;
  /** The early dialog whose description we play; those of other forks are left alone. */
  #early: { readonly toTag: string; readonly sdp: string } | null = null;
  #applying: Promise<unknown> = Promise.resolve();
  #dialog: InDialog | null = null;
  #deadline: Disposable | null = null;

  constructor(context: CallContext, options: OutgoingOptions, handlers: OutgoingHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
  }

  get callId(): string {
    return this.#options.callId;
  }

  get peer(): string {
    return this.#options.peer;
  }

  async start(): Promise<void> {
    const { core, media, account, random } = this.#context;
    const { target, peer, hold, callId } = this.#options;
    try {
      this.#offer = await media.createOffer(peer, { iceRestart: false, hold });
      if (this.#state !== 'offering') return;
      const identity = { callId, fromTag: random.hex(8), fromDisplayName: account.displayName };
      const headers = [contactHeader(core), allowHeader, ...this.#options.extraHeaders];
      const message = core.makeOutgoingRequestMessage(
        'INVITE',
        target,
        core.configuration.aor,
        target,
        identity,
        headers,
        sdpBody(this.#offer),
      );
      this.#state = 'inviting';
      this.#request = core.invite(message, {
        onTrying: () => this.#provisional(),
        onProgress: ({ message: response }) => this.#progressed(response),
        onAccept: (response) => this.#accepted(response),
        onReject: ({ message: response }) => this.#rejected(response),
        onRedirect: ({ message: response }) => this.#rejected(response),
      });
    } catch (error) {
      if (this.#isOver()) return;
      this.#finish(() => this.#handlers.failed(reportOf(error)));
    }
  }

  /** CANCEL before the answer, BYE after it. */
  cancel(): void {
    switch (this.#state) {
      case 'offering':
        this.#finish(() => queueMicrotask(() => this.#handlers.cancelled()));
        break;
      case 'inviting':
        this.#state = 'cancelling';
        this.#setDeadline(transactionLifetimeMs, () => this.#handlers.cancelled());
        // before a 1xx there is nothing to cancel yet (RFC 3261 section 9.1)
        if (this.#provisionalSeen) this.#request?.cancel();
        break;
      case 'answered':
        this.#dialog?.hangUp();
        break;
      default:
    }
  }

  /**
   * A 1xx that sip.js throws away because it names no dialog (no To tag or no Contact): it rings all the same.
   * @param status 101 to 199
   */
  ringsWithoutDialog(status: number): void {
    this.#provisional();
    if (isRinging(status)) this.#ring();
  }

  /** Without a dialog nobody can find us on the next flow: the answer may be lost for good. */
  flowLost(): void {
    if (this.#state === 'inviting') this.#setDeadline(lostFlowMs, () => this.#handlers.failed({ code: 'connection-lost', details: {} }));
  }

  flowReady(): void {
    if (this.#state === 'cancelling' && this.#provisionalSeen) this.#request?.cancel();
  }

  /** Forgets the request without another message. */
  dispose(): void {
    this.#finish(() => {});
  }

  #isOver(): boolean {
    return this.#state === 'over';
  }

  #provisional(): void {
    if (!this.#provisionalSeen) {
      this.#provisionalSeen = true;
      if (this.#state === 'cancelling') this.#request?.cancel();
      else if (this.#state === 'inviting') this.#handlers.trying();
    }
    if (this.#state === 'inviting') this.#clearDeadline();
  }

  #ring(): void {
    if (this.#state !== 'inviting' || this.#ringingTold) return;
    this.#ringingTold = true;
    this.#handlers.ringing();
  }

  #progressed(response: Core.IncomingResponseMessage): void {
    this.#handlers.product(productOf(response));
    this.#provisional();
    if (this.#state !== 'inviting') return;
    const sdp = sdpOf(response);
    if (sdp === null) {
      if (isRinging(response.statusCode)) this.#ring();
    } else if (this.#early === null) {
      this.#early = { toTag: response.toTag, sdp };
      this.#applying = this.#context.media.applyAnswer(this.#options.peer, sdp, { provisional: true }).then(
        () => {
          if (this.#state === 'inviting') this.#handlers.earlyMedia();
        },
        (error: unknown) => this.#context.logger.info('early media was not taken', { error: String(error) }),
      );
    }
  }

  #accepted(response: Core.AckableIncomingResponseWithSession): void {
    const { message, session } = response;
    this.#finalSeen = true;
    this.#handlers.product(productOf(message));
    response.ack();
    if (this.#state === 'cancelling') {
      // the answer crossed our CANCEL (RFC 3261 section 15): the far end talks to nobody, so end it
      session.bye();
      this.#finish(() => this.#handlers.cancelled());
    } else if (this.#state !== 'inviting') {
      // another fork answered too (RFC 3261 section 13.2.2.4)
      session.bye();
    } else {
      this.#clearDeadline();
      this.#state = 'answered';
      const dialog = this.#options.makeDialog(session);
      this.#dialog = dialog;
      dialog.start();
      this.#handlers.accepted(dialog, assertedParty(headersOf(message)));
      void this.#apply(dialog, message);
    }
  }

  async #apply(dialog: InDialog, message: Core.IncomingResponseMessage): Promise<void> {
    const early = this.#early;
    // a 2xx may leave out what its 1xx said already (RFC 3261 section 13.2.1)
    const answer = sdpOf(message) ?? (early?.toTag === message.toTag ? early.sdp : null);
    // a connection that has met the devices of one fork cannot turn to another: the dialog gets a new one
    const strange = early !== null && early.toTag !== message.toTag;
    try {
      await this.#applying;
      if (answer === null) throw new AppError('media-failed', { details: { what: 'INVITE answered without a description' } });
      if (!strange) await this.#context.media.applyAnswer(this.#options.peer, answer, { provisional: false });
    } catch (error) {
      if (this.#isOver() || dialog.isLeaving) return;
      this.#state = 'over';
      dialog.hangUp('SIP;cause=488;text="Not Acceptable Here"');
      this.#handlers.failed(reportOf(error));
      return;
    }
    if (this.#isOver() || dialog.isLeaving) return;
    this.#handlers.established();
    dialog.negotiation.begin(answer, this.#offer);
    if (strange) dialog.negotiation.repair('renegotiate');
  }

  #rejected(response: Core.IncomingResponseMessage): void {
    if (this.#isOver()) return;
    this.#finalSeen = true;
    const status = response.statusCode ?? 500;
    if (this.#state === 'cancelling') this.#finish(() => this.#handlers.cancelled());
    else if (isInvented(response)) this.#finish(() => this.#handlers.failed({ code: 'connection-lost', details: { status } }));
    else {
      this.#handlers.product(productOf(response));
      this.#finish(() => this.#handlers.rejected(status, response.reasonPhrase ?? ''));
    }
  }

  #setDeadline(afterMs: number, tell: () => void): void {
    this.#clearDeadline();
    this.#deadline = this.#context.clock.schedule(afterMs, () => this.#finish(tell));
  }

  #clearDeadline(): void {
    this.#deadline?.dispose();
    this.#deadline = null;
  }

  #finish(tell: () => void): void {
    if (this.#isOver()) return;
    this.#state = 'over';
    this.#clearDeadline();
    // an answered or refused transaction ends by its own timers, and acknowledges what is repeated until then
    if (this.#request !== null && !this.#finalSeen) forgetRequest(this.#context.core, this.#request);
    tell();
  }
}

/** 180 Ringing, 181 Call Is Being Forwarded, 182 Queued. */
function isRinging(status: number | undefined): boolean {
  return status === 180 || status === 181 || status === 182;
}
