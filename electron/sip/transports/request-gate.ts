import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderValues } from '#shared/sip/identity.ts';
import type { SipRequest, SipUri } from '#shared/sip/message.ts';
import { type BodyPart, bodyParts, findPart } from '#shared/sip/message-body.ts';
import { isTooBrief, leastSessionSeconds } from '#shared/sip/session-expires.ts';
import { tokensOf } from '#shared/sip/token-list.ts';
import { isContactImplied } from '../message-builder.ts';

/** What the gate has to know of the user agent. */
export interface GateContext {
  /** Methods that we take, for the Allow header. */
  readonly methods: readonly string[];
  /** Option tags that a request may require. */
  readonly optionTags: ReadonlySet<string>;
  /** Whether the Request-URI names us: our address of record or our Contact. */
  readonly isOurs: (uri: SipUri) => boolean;
  /** Whether a request with a To tag belongs to a dialog that stands. */
  readonly hasDialog: (request: SipRequest) => boolean;
}

/** An answer that settles a request before the core sees it. */
export interface GateAnswer {
  readonly statusCode: number;
  readonly extraHeaders: string[];
}

/** RFC 3261 section 21.5.2: what is none of these is 501, what is one of these but not ours 405. */
const knownMethods: ReadonlySet<string> = new Set(
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(' '),
);
const alwaysInDialog: ReadonlySet<string> = new Set(['BYE', 'INFO', 'PRACK', 'UPDATE']);
const sessionType = 'application/sdp';

/**
 * The inspection that RFC 3261 section 8.2 asks of every user agent server and that the core leaves out, in the order of that
 * section: method, Request-URI, Require, content, and what the answer could be. `undefined` lets the request pass. ACK and
 * CANCEL always pass: they cannot be refused.
 */
export function inspectRequest(request: SipRequest, context: GateContext): GateAnswer | undefined {
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined;
  return (
    inspectMethod(request, context) ??
    inspectUri(request, context) ??
    inspectRequire(request, context) ??
    inspectContent(request) ??
    settle(request, context)
  );
}

function answer(statusCode: number, ...extraHeaders: string[]): GateAnswer {
  return { statusCode, extraHeaders };
}

function allow(context: GateContext): string {
  return `Allow: ${context.methods.join(', ')}`;
}

function inspectMethod(request: SipRequest, context: GateContext): GateAnswer | undefined {
  if (!knownMethods.has(request.method)) return answer(501, allow(context));
  return context.methods.includes(request.method) ? undefined : answer(405, allow(context));
}

function inspectUri(request: SipRequest, context: GateContext): GateAnswer | undefined {
  if (request.uri.scheme !== 'sip') return answer(416);
  return context.isOurs(request.uri) ? undefined : answer(404);
}

function inspectRequire(request: SipRequest, context: GateContext): GateAnswer | undefined {
  const unsupported = tokensOf(headersOf(request), 'Require').filter((tag) => !context.optionTags.has(tag.toLowerCase()));
  return unsupported.length === 0 ? undefined : answer(420, `Unsupported: ${unsupported.join(', ')}`);
}

function inspectContent(request: SipRequest): GateAnswer | undefined {
  if (request.body.length === 0) return undefined;
  const accepted = acceptedTypes(request.method);
  const disposition = (findHeader(request.headers, 'Content-Disposition') ?? '').toLowerCase();
  if (/;\s*handling\s*=\s*"?optional/.test(disposition)) return undefined;
  const encodings = tokensOf(headersOf(request), 'Content-Encoding').filter((encoding) => encoding.toLowerCase() !== 'identity');
  if (encodings.length > 0) return answer(415, 'Accept-Encoding: identity');
  if (accepted === undefined) return undefined;
  const parts = bodyParts(request.headers, request.body);
  if (parts === undefined) return answer(400);
  // a part beside the one that we need is refused only where its sender insists: half of the callers who send such parts forget to say
  // that they may be left alone (RFC 5621 section 4)
  const understood = (part: BodyPart): boolean => accepted.includes(part.type) || part.handling !== 'required';
  const fits = findPart(parts, accepted) !== undefined && parts.every(understood);
  return fits ? undefined : answer(415, `Accept: ${accepted.join(', ')}, multipart/mixed`);
}

/** Undefined where the body's type is the business of whoever takes the request (INFO packages, NOTIFY events). */
function acceptedTypes(method: string): readonly string[] | undefined {
  if (method === 'INVITE' || method === 'UPDATE' || method === 'PRACK') return [sessionType];
  return method === 'MESSAGE' ? ['text/plain'] : undefined;
}

function settle(request: SipRequest, context: GateContext): GateAnswer | undefined {
  const { method } = request;
  if ((method === 'INVITE' || method === 'OPTIONS') && !acceptsSession(request)) return answer(406);
  if (method === 'INVITE' && request.contacts.length === 0 && !isContactImplied(request)) return answer(400);
  if (refreshesTarget(method) && request.contacts.some(({ uri }) => uri.scheme !== 'sip' && uri.scheme !== 'sips')) return answer(400);
  if (method === 'OPTIONS' && !hasToTag(request)) return capabilities(context);
  const needsDialog = alwaysInDialog.has(method) || hasToTag(request);
  if (needsDialog && method !== 'NOTIFY' && !context.hasDialog(request)) return answer(481);
  if (method === 'OPTIONS') return capabilities(context);
  if (refreshesTarget(method) && isTooBrief(headersOf(request))) return answer(422, `Min-SE: ${leastSessionSeconds}`);
  return undefined;
}

/** Target refresh requests that also carry session timers (RFC 3261 section 12.2, RFC 3311, RFC 4028). */
function refreshesTarget(method: string): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}

/** RFC 3261 section 11.2. */
function capabilities(context: GateContext): GateAnswer {
  return answer(200, allow(context), `Accept: ${sessionType}, multipart/mixed`, 'Accept-Encoding: identity', 'Accept-Language: en, de');
}

/** RFC 3261 section 20.1: no Accept header means `application/sdp`; the answer to an INVITE holds nothing else. */
function acceptsSession(request: SipRequest): boolean {
  const values = findHeaders(request.headers, 'Accept');
  if (values.length === 0) return true;
  return values
    .flatMap((value) => value.split(','))
    .map(mediaType)
    .some((type) => type === sessionType || type === '*/*' || type === 'application/*');
}

function mediaType(value: string): string {
  return (value.split(';', 1)[0] ?? '').replace(/\s+/g, '').toLowerCase();
}

function headersOf(request: SipRequest): HeaderValues {
  return (name) => findHeaders(request.headers, name);
}

function hasToTag(request: SipRequest): boolean {
  return request.to.parameters.has('tag');
}
