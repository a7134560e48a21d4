import type { Core, URI } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import { type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import { type DialogName, writeReplaces } from '#shared/sip/dialog-name.ts';
import { assertedParty, saysCleared } from '#shared/sip/identity.ts';
import { isFollowed, redirectedParty, RedirectTargets } from '#shared/sip/redirect-targets.ts';
import { raisedMinSe, sessionTimerHeaders } from '#shared/sip/session-expires.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import type { CallerIdentity } from './caller-identity.ts';
import {
  allowHeader,
  contactHeader,
  forgetRequest,
  headersOf,
  isInvented,
  lostFlowMs,
  sdpBody,
  transactionLifetimeMs,
} from './core-access.ts';
import { namedUri } from './dial-uri.ts';
import { EarlySession, type Settled } from './early-session.ts';
import { type InDialog, productOf } from './in-dialog.ts';

export interface OutgoingHandlers {
  trying(): void;
  ringing(): void;
  earlyMedia(): void;
  /** Somebody else rings (UPDATE with another asserted identity). */
  remoteChanged?(remote: Party): void;
  /** 181, or a 3xx that was followed: the next INVITE is out. */
  redirected(to: Party): void;
  /** 2xx: the dialog stands. The answer is applied next. */
  accepted(dialog: InDialog, remote: Party | null): void;
  /** The answer is in force. */
  established(): void;
  /** A final answer of 300 and above. `who` gave it, when the server said so. Nothing follows. */
  rejected(refusal: {
    readonly status: number;
    readonly reasonPhrase: string;
    readonly cleared: boolean;
    readonly who: Party | null;
  }): void;
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
  readonly identity: CallerIdentity;
  readonly extraHeaders: readonly string[];
  /** Whether 3xx answers are followed; otherwise they refuse the call. */
  readonly followsRedirects: boolean;
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
  readonly #redirects: RedirectTargets;
  readonly #fromTag: string;
  #request: Core.OutgoingInviteRequest | null = null;
  #sendAgain: () => void = () => {};
  #offer = '';
  /** The dialogs that provisional answers made, the newest last. */
  readonly #earlyDialogs = new Map<string, Core.Session>();
  /** What a 422 demanded. */
  #minSe = 0;
  #provisionalSeen = false;
  #tryingTold = false;
  #finalSeen = false;
  #ringingTold = false;
  readonly #early: EarlySession;
  #dialog: InDialog | null = null;
  #deadline: Disposable | null = null;

  constructor(context: CallContext, options: OutgoingOptions, handlers: OutgoingHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
    this.#redirects = new RedirectTargets(options.target.toRaw());
    this.#fromTag = context.random.hex(8);
    this.#early = new EarlySession(context, options, {
      earlyMedia: () => {
        if (this.#state === 'inviting') handlers.earlyMedia();
      },
      remoteChanged: (remote) => handlers.remoteChanged?.(remote),
    });
  }

  get callId(): string {
    return this.#options.callId;
  }

  get peer(): string {
    return this.#options.peer;
  }

  /** To whom the INVITE went first. */
  get target(): URI {
    return this.#options.target;
  }

  /** The dialog that rings, as its far end is told of it; the newest of several. Null without one or when it is answered. */
  get early(): { readonly name: DialogName; readonly remoteTarget: URI } | null {
    const session = [...this.#earlyDialogs.values()].at(-1);
    if (session === undefined || this.#state !== 'inviting') return null;
    const name = { callId: session.callId, toTag: session.remoteTag, fromTag: session.localTag, earlyOnly: false };
    return { name, remoteTarget: session.remoteTarget };
  }

  /** Whether a Replaces header names one of the dialogs that ring. */
  ownsEarly(name: DialogName): boolean {
    if (this.#state !== 'inviting' || name.callId !== this.callId || name.toTag !== this.#fromTag) return false;
    return this.#earlyDialogs.has(name.fromTag);
  }

  async start(): Promise<void> {
    const { target, peer, hold } = this.#options;
    try {
      this.#offer = await this.#context.media.createOffer(peer, { iceRestart: false, hold });
      if (this.#state !== 'offering') return;
      this.#state = 'inviting';
      this.#send(target, this.#options.extraHeaders);
    } catch (error) {
      if (this.#isOver()) return;
      this.#finish(() => this.#handlers.failed(reportOf(error)));
    }
  }

  /** The INVITE, and after a 3xx the same INVITE for somebody else: same To, From and Call-ID (RFC 3261 section 8.1.3.4). */
  #send(requestUri: URI, extraHeaders: readonly string[]): void {
    this.#sendAgain = () => this.#send(requestUri, extraHeaders);
    const { core } = this.#context;
    const { target, callId, identity } = this.#options;
    const message = core.makeOutgoingRequestMessage(
      'INVITE',
      requestUri,
      identity.from,
      target,
      { callId, fromTag: this.#fromTag, fromDisplayName: identity.displayName, cseq: (this.#request?.message.cseq ?? 0) + 1 },
      [
        contactHeader(core, identity.from),
        allowHeader,
        ...sessionTimerHeaders(undefined, this.#minSe),
        ...identity.headers,
        ...extraHeaders,
      ],
      sdpBody(this.#offer),
    );
    this.#provisionalSeen = false;
    this.#finalSeen = false;
    this.#ringingTold = false;
    this.#earlyDialogs.clear();
    this.#request = core.invite(message, {
      onTrying: () => this.#provisional(),
      onProgress: (progress) => this.#progressed(progress),
      onAccept: (response) => this.#accepted(response),
      onReject: ({ message: response }) => this.#rejected(response),
      onRedirect: ({ message: response }) => this.#rejected(response),
    });
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
      else if (this.#state === 'inviting' && !this.#tryingTold) {
        this.#tryingTold = true;
        this.#handlers.trying();
      }
    }
    if (this.#state === 'inviting') this.#clearDeadline();
  }

  #ring(): void {
    if (this.#state !== 'inviting' || this.#ringingTold) return;
    this.#ringingTold = true;
    this.#handlers.ringing();
  }

  #progressed(progress: Core.PrackableIncomingResponseWithSession): void {
    const { message: response, session } = progress;
    this.#handlers.product(productOf(response));
    this.#provisional();
    if (this.#state !== 'inviting') return;
    this.#earlyDialogs.delete(session.remoteTag);
    this.#earlyDialogs.set(session.remoteTag, session);
    if (response.statusCode === 181) {
      const to = redirectedParty(headersOf(response));
      if (to !== null) this.#handlers.redirected(to);
    }
    if (!this.#early.progressed(progress) && isRinging(response.statusCode)) this.#ring();
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
      dialog.start({ response: message });
      this.#handlers.accepted(dialog, assertedParty(headersOf(message)));
      void this.#apply(dialog, message);
    }
  }

  async #apply(dialog: InDialog, message: Core.IncomingResponseMessage): Promise<void> {
    let settled: Settled;
    try {
      settled = await this.#early.settle(message, this.#offer);
    } catch (error) {
      if (this.#isOver() || dialog.isLeaving) return;
      this.#state = 'over';
      dialog.hangUp('SIP;cause=488;text="Not Acceptable Here"');
      this.#handlers.failed(reportOf(error));
      return;
    }
    if (this.#isOver() || dialog.isLeaving) return;
    this.#handlers.established();
    dialog.negotiation.begin(settled.theirs, settled.ours);
    if (settled.isStrange) dialog.negotiation.repair('renegotiate');
  }

  #rejected(response: Core.IncomingResponseMessage): void {
    if (this.#isOver()) return;
    this.#finalSeen = true;
    const status = response.statusCode ?? 500;
    if (this.#state === 'cancelling') this.#finish(() => this.#handlers.cancelled());
    else if (isInvented(response)) this.#finish(() => this.#handlers.failed({ code: 'connection-lost', details: { status } }));
    else {
      this.#handlers.product(productOf(response));
      if (this.#repeated(status, response) || this.#followed(status, response)) return;
      const who = assertedParty(headersOf(response));
      const refusal = { status, reasonPhrase: response.reasonPhrase ?? '', cleared: saysCleared(headersOf(response)), who };
      this.#finish(() => this.#handlers.rejected(refusal));
    }
  }

  /** 422: the same INVITE once more, with the session interval that was demanded (RFC 4028 section 7.3). */
  #repeated(status: number, response: Core.IncomingResponseMessage): boolean {
    const minSe = status === 422 ? raisedMinSe(headersOf(response), this.#minSe) : undefined;
    if (minSe === undefined) return false;
    this.#minSe = minSe;
    this.#sendAgain();
    return true;
  }

  /** Goes on to the next target, if the answer names one or one is left of those before (RFC 3261 section 8.1.3.4). */
  #followed(status: number, response: Core.IncomingResponseMessage): boolean {
    if (!this.#options.followsRedirects || status >= 600) return false;
    if (isFollowed(status)) this.#redirects.add(response.getHeaders('Contact'));
    const next = this.#redirects.next();
    if (next === undefined) return false;
    const replaces = next.replaces === null ? [] : [`Replaces: ${writeReplaces(next.replaces)}`];
    const others = this.#options.extraHeaders.filter((header) => !/^(?:replaces|require)\s*:/i.test(header));
    this.#send(namedUri(next.uri, this.#context.core.configuration.aor.host), [...others, ...replaces]);
    this.#handlers.redirected(next.party);
    return true;
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
