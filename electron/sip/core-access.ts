import { Core } from 'sip.js';
import type { HeaderValues } from '#shared/sip/identity.ts';

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

/** `Contact` as it is right now: after a reconnection another one than the dialog began with. */
export function contactHeader(core: Core.UserAgentCore): string {
  return `Contact: ${core.configuration.contact.toString()}`;
}

export const allowHeader = 'Allow: ACK, BYE, CANCEL, INFO, INVITE, NOTIFY, OPTIONS';

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

/** After our BYE sip.js forgets the dialog and would answer a BYE that crosses ours with 481; both ends should see 200. */
export function keepReachable(core: Core.UserAgentCore, session: Core.Session): void {
  if (session instanceof Core.SessionDialog) core.dialogs.set(session.id, session);
}

export interface DialogName {
  readonly callId: string;
  /** Tag of the one who receives the Replaces header. */
  readonly toTag: string;
  readonly fromTag: string;
  readonly earlyOnly: boolean;
}

/** Reads a Replaces header (RFC 3891 section 6.1). */
export function readReplaces(value: string): DialogName | undefined {
  const [callId = '', ...parameters] = value.split(';').map((part) => part.trim());
  const find = (name: string): string | undefined =>
    parameters.find((part) => part.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const toTag = find('to-tag');
  const fromTag = find('from-tag');
  if (callId === '' || toTag === undefined || fromTag === undefined) return undefined;
  return { callId, toTag, fromTag, earlyOnly: parameters.some((part) => part.toLowerCase() === 'early-only') };
}

/** The Replaces header that takes over one of our own dialogs, as the far end names it. */
export function replacesHeader(session: Core.Session): string {
  return `Replaces: ${session.callId};to-tag=${session.remoteTag};from-tag=${session.localTag}`;
}
