import { Core, type URI } from 'sip.js';
import type { RegisterGrants } from '#shared/registration/register-grants.ts';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import type { HeaderValues } from '#shared/sip/identity.ts';
import { assert } from '#shared/util/assert.ts';
import type { DigestCredentials } from './digest-credentials.ts';
import { ReceivedUri } from './received-uri.ts';

/**
 * Everything that needs to know how sip.js keeps its transactions and dialogs. Calls run on its core (transactions, dialogs),
 * not on its `Session` classes: those leave a BYE unanswered while they are being set up or ended, end a call on a re-INVITE's
 * 2xx without SDP, keep the Contact of a dead flow, and cannot repeat a re-INVITE after a 491.
 */

/** 64*T1: after this time no answer to a request comes any more (RFC 3261 section 17.1.1.2). */
export const transactionLifetimeMs = 32_000;
/** How long a call that was not answered yet shows as ringing when its connection is gone: what rings then may be gone too. */
export const lostFlowMs = 8_000;

export function headersOf(message: { getHeaders(name: string): string[] }): HeaderValues {
  return (name) => message.getHeaders(name);
}

/** The session description of a message; null when it carries none. */
export function sdpOf(message: { readonly body: string; getHeader(name: string): string | undefined }): string | null {
  if (message.body === '' || message.body === undefined) return null;
  const type = (message.getHeader('Content-Type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  return type === 'application/sdp' ? message.body : null;
}

export function sdpBody(sdp: string): Core.Body {
  return { contentDisposition: 'session', contentType: 'application/sdp', content: sdp };
}

/** sip.js invents a 408 when a request is not answered and a 503 when it could not be sent; such answers have no headers. */
export function isInvented(response: Core.IncomingResponseMessage): boolean {
  return !response.hasHeader('Via');
}

/** Seconds of Retry-After between 1 and `most`; undefined when the far end named none. */
export function retryAfterSeconds(response: Core.IncomingResponseMessage, most: number): number | undefined {
  const seconds = Number.parseInt(response.getHeader('Retry-After') ?? '', 10);
  return Number.isNaN(seconds) ? undefined : Math.min(most, Math.max(1, seconds));
}

/** Where a caller who wants to stay unknown is said to be (RFC 3323 section 4.1.1.3). */
export const anonymousHost = 'anonymous.invalid';

/**
 * `Contact` as it is right now: after a reconnection another one than the dialog began with.
 * @param local who we say we are in the dialog; a public GRUU would tell who is behind an anonymous call (RFC 5627 section 3.1)
 */
export function contactHeader(core: Core.UserAgentCore, local?: URI): string {
  const { contact } = core.configuration;
  if (local?.host !== anonymousHost) return `Contact: ${contact.toString()}`;
  return `Contact: <${(contact.tempGruu ?? contact.uri).toRaw()}>`;
}

/** Every method that is taken, inside or outside of dialogs. */
export const takenMethods = ['ACK', 'BYE', 'CANCEL', 'INFO', 'INVITE', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'PRACK', 'REFER', 'UPDATE'] as const;
export const allowHeader = `Allow: ${takenMethods.join(', ')}`;

/** Extensions that a request may require of us, and that our own say we support. */
export const optionTags = ['outbound', 'path', 'gruu', 'replaces', 'timer', '100rel', 'norefersub', 'tdialog'] as const;

/** Ends an INVITE client transaction that nobody will answer any more; sip.js itself would wait without limit after a 1xx. */
export function forgetRequest(core: Core.UserAgentCore, request: Core.OutgoingInviteRequest): void {
  request.dispose();
  for (const [id, client] of core.userAgentClients) {
    if (client === request) core.userAgentClients.delete(id);
  }
}

/**
 * Takes a re-INVITE whose answer got lost with its flow off the dialog, so that a new one may be sent. Should its 2xx still
 * come, it is acknowledged: otherwise the far end would end the call for want of an ACK (RFC 3261 section 14.2).
 */
export function detachReinvite(session: Core.Session, request: Core.OutgoingInviteRequest): void {
  if (!(session instanceof Core.SessionDialog) || !(request instanceof Core.ReInviteUserAgentClient)) return;
  if (session.reinviteUserAgentClient !== request) return;
  session.signalingStateRollback();
  session.reinviteUserAgentClient = undefined;
  request.delegate = {
    onAccept: (response) => {
      const newer = session.reinviteUserAgentClient;
      session.reinviteUserAgentClient = request;
      response.ack();
      session.reinviteUserAgentClient = newer;
    },
  };
}

/** How long the far end may take to acknowledge a 2xx that was repeated to it on a new flow. */
export const lateAckMs = 2_000;

/** Our 2xx to an INVITE or re-INVITE that has no ACK yet may have gone down with its flow: says it once more, on the present one. */
export function repeatAccepted(session: Core.Session): void {
  assert(session instanceof Core.SessionDialog, 'every session of the core is a dialog');
  const first: unknown = Reflect.get(session, 'initialTransaction');
  for (const transaction of [first, session.reinviteUserAgentServer?.transaction]) {
    if (transaction instanceof Core.InviteServerTransaction && transaction.state === Core.TransactionState.Accepted) {
      transaction.retransmitAcceptedResponse();
    }
  }
}

/** No ACK is waited for any more: sip.js would neither send a request in the dialog nor stop repeating its 2xx. */
export function takeAsAcknowledged(session: Core.Session): void {
  assert(session instanceof Core.SessionDialog, 'every session of the core is a dialog');
  session.reinviteUserAgentServer = undefined;
  Reflect.set(session, 'ackWait', false);
}

/** After our BYE sip.js forgets the dialog and would answer a BYE that crosses ours with 481; both ends should see 200. */
export function keepReachable(core: Core.UserAgentCore, session: Core.Session): void {
  if (session instanceof Core.SessionDialog) core.dialogs.set(session.id, session);
}

/**
 * Sets the remote target of a dialog (RFC 3261 section 12.2). sip.js itself takes it from every re-INVITE, also from one that is
 * refused, and from no UPDATE and no 2xx.
 */
export function setRemoteTarget(session: Core.Session, target: URI): void {
  const state: unknown = Reflect.get(session, 'dialogState');
  assert(typeof state === 'object' && state !== null && 'remoteTarget' in state, 'sip.js keeps the remote target in dialogState');
  state.remoteTarget = target;
}

/**
 * 2xx to an INVITE. sip.js writes an Allow of its own into it, with methods that are refused here and without UPDATE: ours takes
 * its place.
 */
export function acceptInvite(request: Core.IncomingInviteRequest, options: Core.ResponseOptions): Core.OutgoingResponseWithSession {
  const reply: unknown = Reflect.get(request, 'reply');
  assert(typeof reply === 'function', 'sip.js answers an INVITE by its reply()');
  const withOwnAllow = (written: Core.ResponseOptions): unknown => {
    const extraHeaders = (written.extraHeaders ?? []).map((header) => (header.startsWith('Allow:') ? allowHeader : header));
    return Reflect.apply(reply, request, [{ ...written, extraHeaders }]);
  };
  Reflect.set(request, 'reply', withOwnAllow);
  return request.accept(options);
}

/** A request inside a dialog for which sip.js has no function, such as UPDATE. */
export function requestInDialog(
  core: Core.UserAgentCore,
  session: Core.Session,
  method: string,
  delegate: Core.OutgoingRequestDelegate,
  options: Core.RequestOptions,
): Core.OutgoingRequest {
  assert(session instanceof Core.SessionDialog, 'every session of the core is a dialog');
  return core.request(session.createOutgoingRequestMessage(method, options), delegate);
}

/** One of our own dialogs as the far end names it. */
export function dialogNameOf({ callId, remoteTag, localTag }: Core.Session): DialogName {
  return { callId, toTag: remoteTag, fromTag: localTag, earlyOnly: false };
}

/** What the registrar gave along becomes the way and the name of requests that begin something (RFC 3608, RFC 5627). */
export function useGrants(core: Core.UserAgentCore, credentials: DigestCredentials, grants: RegisterGrants | undefined): void {
  const { configuration } = core;
  const route = grants?.serviceRoute ?? [];
  // in one header: of several sip.js repeats only the first in the ACK to a refusal
  configuration.routeSet = route.length === 0 ? [] : [route.join(', ')];
  configuration.contact.pubGruu = grants?.publicGruu === undefined ? undefined : new ReceivedUri(grants.publicGruu);
  configuration.contact.tempGruu = grants?.temporaryGruu === undefined ? undefined : new ReceivedUri(grants.temporaryGruu);
  credentials.nextNonce('authorization', grants?.nextNonce.authorization);
  credentials.nextNonce('proxy-authorization', grants?.nextNonce['proxy-authorization']);
}
