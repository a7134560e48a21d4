import { type Core, NameAddrHeader, type URI } from 'sip.js';
import type { Party } from '#shared/calls/call.ts';
import { assertedParty } from '#shared/sip/identity.ts';
import { listsToken } from '#shared/sip/token-list.ts';
import type { CallContext } from './call-context.ts';
import { allowHeader, contactHeader, headersOf, requestInDialog, setRemoteTarget } from './core-access.ts';
import { refreshTarget } from './request-intake.ts';
import { SessionTimer } from './session-timer.ts';

export interface DialogUpkeepHandlers {
  /** The session is to be refreshed by a re-INVITE, because the far end takes no UPDATE. */
  reinvite(): void;
  /** The far end knows the dialog no more. */
  gone(): void;
  /** Nobody refreshed the session in time. */
  expired(): void;
  remoteChanged(remote: Party): void;
  /** The far end has become a conference, or is none any more (RFC 4579 section 5.1). */
  focusChanged(): void;
}

/**
 * What keeps one confirmed dialog true on both sides, beside offers and answers: the remote target (RFC 3261 section 12.2), the
 * session timer (RFC 4028), and who is asserted to be at the far end (RFC 5876).
 */
export class DialogUpkeep {
  readonly #session: Core.Session;
  readonly #context: CallContext;
  readonly #handlers: DialogUpkeepHandlers;
  readonly #timer: SessionTimer;
  #target: URI;
  #remote: Party | null = null;
  #isFocus = false;
  #takesUpdate = false;
  #update: Core.OutgoingRequest | null = null;

  constructor(session: Core.Session, context: CallContext, handlers: DialogUpkeepHandlers) {
    this.#session = session;
    this.#context = context;
    this.#handlers = handlers;
    this.#target = session.remoteTarget;
    this.#timer = new SessionTimer(context.clock, { refresh: () => this.#refresh(), expired: () => handlers.expired() });
  }

  /** The INVITE that we accepted, or the 2xx to ours. */
  start(first: Core.IncomingRequestMessage | Core.IncomingResponseMessage): void {
    const headers = headersOf(first);
    this.#remote = assertedParty(headers);
    this.#noteAllow(first);
    this.#isFocus = isFocus(first);
    if ('statusCode' in first) this.#timer.accepted(headers);
    else this.#timer.answer(headers);
  }

  /** The far end is a conference. */
  get isFocus(): boolean {
    return this.#isFocus;
  }

  /** Of a re-INVITE or UPDATE. */
  requestHeaders(): string[] {
    return [contactHeader(this.#context.core, this.#session.localURI), allowHeader, ...this.#timer.requestHeaders()];
  }

  /** 2xx to such a request. */
  accepted(response: Core.IncomingResponseMessage): void {
    this.#take(response);
    this.#timer.accepted(headersOf(response));
  }

  /** Of our 2xx to a re-INVITE or UPDATE, which is in force from now on. */
  answerHeaders(request: Core.IncomingRequestMessage): string[] {
    this.#take(request);
    return [contactHeader(this.#context.core, this.#session.localURI), allowHeader, ...this.#timer.answer(headersOf(request))];
  }

  /** A re-INVITE arrived, and sip.js has followed its Contact already: not before it is accepted (RFC 3261 section 12.2.2). */
  keepTarget(): void {
    setRemoteTarget(this.#session, this.#target);
  }

  /** A request that was to refresh the session did not. @returns true when the same may be sent again at once */
  refreshFailed(response: Core.IncomingResponseMessage | null): boolean {
    if (response?.statusCode === 422 && this.#timer.raise(headersOf(response))) return true;
    this.#timer.refreshFailed();
    return false;
  }

  flowLost(): void {
    this.#timer.flowLost();
    // its answer went down with the flow; the re-INVITE on the next one does its work
    this.#update = null;
  }

  flowReady(): void {
    this.#timer.flowReady();
  }

  dispose(): void {
    this.#timer.dispose();
    this.#update = null;
  }

  #refresh(): void {
    if (this.#update !== null) return;
    if (!this.#takesUpdate) {
      this.#handlers.reinvite();
      return;
    }
    const current = (action: () => void): void => {
      if (this.#update !== update) return;
      this.#update = null;
      action();
    };
    const refused = ({ message }: Core.IncomingResponse): void => current(() => this.#refused(message));
    const delegate: Core.OutgoingRequestDelegate = {
      onAccept: ({ message }) => current(() => this.accepted(message)),
      onReject: refused,
      onRedirect: refused,
    };
    const options = { extraHeaders: this.requestHeaders() };
    const update: Core.OutgoingRequest = requestInDialog(this.#context.core, this.#session, 'UPDATE', delegate, options);
    this.#update = update;
  }

  /** RFC 3261 section 12.2.1.2 has a request without an answer end the dialog; it is tried again as long as the session lasts. */
  #refused(response: Core.IncomingResponseMessage): void {
    const status = response.statusCode ?? 500;
    if (status === 481) this.#handlers.gone();
    else if (status === 405 || status === 501) {
      this.#takesUpdate = false;
      this.#handlers.reinvite();
    } else if (this.refreshFailed(response)) this.#refresh();
  }

  #take(message: Core.IncomingMessage): void {
    refreshTarget(this.#session, message);
    this.#target = this.#session.remoteTarget;
    this.#noteAllow(message);
    if (message.hasHeader('Contact') && isFocus(message) !== this.#isFocus) {
      this.#isFocus = !this.#isFocus;
      this.#handlers.focusChanged();
    }
    const remote = assertedParty(headersOf(message));
    if (remote === null || (remote.number === this.#remote?.number && remote.displayName === this.#remote.displayName)) return;
    this.#remote = remote;
    this.#handlers.remoteChanged(remote);
  }

  #noteAllow(message: Core.IncomingMessage): void {
    if (message.hasHeader('Allow')) this.#takesUpdate = listsToken(headersOf(message), 'Allow', 'UPDATE');
  }
}

function isFocus(message: Core.IncomingMessage): boolean {
  const contact: unknown = message.parseHeader('contact');
  return contact instanceof NameAddrHeader && contact.hasParam('isfocus');
}
