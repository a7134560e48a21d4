import type { HeaderField, SipResponse } from '#shared/sip/message.ts';
import { serializeRequest } from '#shared/sip/serialize-message.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { ClientTransaction } from './client-transaction.ts';
import { header } from './header-edits.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { Target } from './stage.ts';

/** A forked request on its way to one target. */
export interface Branch {
  readonly target: Target;
  readonly id: string;
  transaction: ClientTransaction | undefined;
  state: 'calling' | 'proceeding' | 'accepted' | 'failed';
  /** Reason fields of the CANCEL that is to be sent or was sent. */
  cancel: readonly HeaderField[] | undefined;
  timer: Disposable | undefined;
  /** The office gave it up: after timer C, or because the call went on to the next stage. */
  givenUp: boolean;
  /** The final answer; undefined for silence. */
  failure: SipResponse | undefined;
}

/** What all branches of a request have in common. */
export interface ForkedMessage {
  readonly server: ServerTransaction;
  /** The request's fields without the office's Via and Record-Route. */
  readonly headers: readonly HeaderField[];
  /** Record-Route fields for the way to this target; empty inside a dialog. */
  readonly recordRoutes: (target: Target) => readonly HeaderField[];
  /** sent-by of the office's Via. */
  readonly sentBy: string;
}

export function isPending(branch: Branch): boolean {
  return branch.state === 'calling' || branch.state === 'proceeding';
}

/** The request as it goes to a branch's target. */
export function requestFor(branch: Branch, { server, headers, recordRoutes, sentBy }: ForkedMessage): Uint8Array {
  const { method, body } = server.request;
  const { target } = branch;
  const fields = [viaOf(branch, sentBy), ...recordRoutes(target), ...headers, ...target.headers];
  return serializeRequest({ method, uri: target.uri, headers: fields, body });
}

/** An ACK or CANCEL for a branch's INVITE: same URI, Via, From, Call-ID and number (RFC 3261 sections 9.1 and 17.1.1.3). */
export function companionOf(
  branch: Branch,
  { server, headers, sentBy }: ForkedMessage,
  method: 'ACK' | 'CANCEL',
  answered?: SipResponse,
): Uint8Array {
  const to = (answered?.headers ?? headers).filter((field) => field.name === 'To').slice(0, 1);
  const kept = headers.filter((field) => ['From', 'Call-ID', 'Route'].includes(field.name));
  const sequence = header('CSeq', `${server.request.cseq.sequence} ${method}`);
  const reasons = method === 'CANCEL' ? (branch.cancel ?? []) : [];
  const fields = [viaOf(branch, sentBy), header('Max-Forwards', 70), ...kept, ...to, sequence, ...reasons];
  return serializeRequest({ method, uri: branch.target.uri, headers: fields });
}

function viaOf({ id }: Branch, sentBy: string): HeaderField {
  return header('Via', `SIP/2.0/WSS ${sentBy};branch=${id}`);
}
