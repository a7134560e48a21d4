import { Core, NameAddrHeader } from 'sip.js';
import type { SipRequest, SipUri } from '#shared/sip/message.ts';
import { optionTags, setRemoteTarget, takenMethods } from './core-access.ts';
import type { ReceivedRequest } from './message-builder.ts';
import { comparableUser } from './received-uri.ts';
import { type GateContext, inspectRequest } from './transports/request-gate.ts';

/** A request to be answered. */
export type DialogRequest = Pick<Core.IncomingRequest, 'message' | 'accept' | 'reject'>;

/** What a dialog is told of requests that the core of sip.js does not know, or not well enough. */
export interface DialogDelegate extends Core.SessionDelegate {
  /** UPDATE (RFC 3311). A new remote target takes effect by `refreshTarget`, once the request is accepted. */
  onUpdate?(request: DialogRequest): void;
  /** PRACK (RFC 3262). sip.js would mistake the answer that it carries for one of ours. */
  onPrack?(request: DialogRequest): void;
}

/**
 * What the gate has to know of a core: everything that does not depend on the single request.
 * @param isOwnContact whether a user part names one of our Contacts, also one of an earlier connection
 */
export function gateOf(core: Core.UserAgentCore, isOwnContact: (user: string) => boolean = () => false): GateContext {
  return {
    methods: takenMethods,
    optionTags: new Set(optionTags),
    isOurs: (uri) => isOurs(core, uri) || isOwnContact(comparableUser(uri.user)),
    hasDialog: (request) => core.dialogs.has(dialogId(request)),
  };
}

/**
 * Brings a request that could be read to where it belongs: the transaction that it repeats, the gate that answers it at once,
 * its dialog, or the core.
 */
export function takeRequest(core: Core.UserAgentCore, gate: GateContext, request: ReceivedRequest): void {
  const known = core.userAgentServers.has(request.viaBranch);
  const settled = known ? undefined : inspectRequest(request.sip, gate);
  if (settled !== undefined) {
    core.replyStateless(request, settled);
    return;
  }
  // the core knows our present Contact only, and would answer 404 to who knows an earlier one
  if (gate.isOurs(request.sip.uri)) request.ruri = core.configuration.contact.uri;
  try {
    if (known || !takeInDialog(core, request)) core.receiveIncomingRequestFromTransport(request);
  } catch (error) {
    // whatever broke: its sender gets an answer
    if (request.method !== 'ACK' && !known) refuse(core, request);
    throw error;
  }
}

function refuse(core: Core.UserAgentCore, request: ReceivedRequest): void {
  const server = core.userAgentServers.get(request.viaBranch);
  try {
    if (server === undefined) core.replyStateless(request, { statusCode: 500 });
    else server.reject({ statusCode: 500 });
  } catch {
    // it was answered before it broke
  }
}

/** Makes the Contact of a target refresh request or of its 2xx the address of the far end (RFC 3261 section 12.2). */
export function refreshTarget(session: Core.Session, message: Core.IncomingMessage): void {
  const contact: unknown = message.parseHeader('contact');
  if (contact instanceof NameAddrHeader && /^sips?$/.test(contact.uri.scheme)) setRemoteTarget(session, contact.uri);
}

/** @returns false when the core should see the request */
function takeInDialog(core: Core.UserAgentCore, request: ReceivedRequest): boolean {
  const dialog = core.dialogs.get(dialogId(request.sip));
  // only the caller may end an early dialog by BYE (RFC 3261 section 15); sip.js would forget it and later not know the call that was answered
  if (request.method === 'BYE' && dialog instanceof Core.SessionDialog && dialog.early && dialog.delegate?.onBye === undefined) {
    core.replyStateless(request, { statusCode: 481 });
    return true;
  }
  if (request.method !== 'UPDATE' && request.method !== 'PRACK') return false;
  if (!(dialog instanceof Core.SessionDialog)) {
    core.replyStateless(request, { statusCode: 481 });
    return true;
  }
  if (dialog.remoteSequenceNumber !== undefined && request.cseq <= dialog.remoteSequenceNumber) {
    core.replyStateless(request, { statusCode: 500 });
    return true;
  }
  // notes the sequence number, and nothing else
  Core.Dialog.prototype.receiveRequest.call(dialog, request);
  const server = new Core.UserAgentServer(Core.NonInviteServerTransaction, core, request);
  const delegate: DialogDelegate | undefined = dialog.delegate;
  if (request.method === 'UPDATE' && delegate?.onUpdate !== undefined) delegate.onUpdate(server);
  else if (request.method === 'PRACK' && delegate?.onPrack !== undefined) delegate.onPrack(server);
  // nothing that waits for a PRACK, or a dialog that is on its way out
  else server.reject({ statusCode: 481 });
  return true;
}

/** Our address of record or one of our Contacts, by the user part: hosts on the way may have rewritten theirs. */
function isOurs(core: Core.UserAgentCore, uri: SipUri): boolean {
  const user = comparableUser(uri.user);
  const { aor, contact } = core.configuration;
  return user !== '' && [aor, contact.uri, contact.pubGruu, contact.tempGruu].some((own) => own?.user === user);
}

function dialogId(request: SipRequest): string {
  const tagOf = (parameters: ReadonlyMap<string, string | null>): string => parameters.get('tag') ?? '';
  return request.callId + tagOf(request.to.parameters) + tagOf(request.from.parameters);
}
