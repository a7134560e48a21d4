import { type Core, NameAddrHeader } from 'sip.js';
import { assert } from '#shared/util/assert.ts';
import type { CallContext } from '../call-context.ts';
import { contactHeader } from '../core-access.ts';
import type { InDialog } from '../in-dialog.ts';

/** Sends one NOTIFY of a subscription; how it is answered comes back through the delegate. */
export type SendNotify = (options: Core.RequestOptions, delegate: Core.OutgoingRequestDelegate) => void;

/** NOTIFYs inside the dialog of a call; none overtakes our BYE. The far end's BYE ends its session, not its subscription. */
export function notifyInside({ core }: CallContext, dialog: InDialog): SendNotify {
  return (options, delegate) => {
    if (dialog.hasHungUp) return;
    dialog.session.notify(delegate, { ...options, extraHeaders: [contactHeader(core), ...(options.extraHeaders ?? [])] });
  };
}

/**
 * NOTIFYs in the dialog that a REFER outside of every dialog makes (RFC 3515 section 2.4.4, RFC 3261 section 12.1.1). Nothing
 * that comes back in it is of interest: it ends with its subscription.
 * @param toTag our tag in the answer to the REFER
 */
export function notifyOutside({ core }: CallContext, request: Core.IncomingRequestMessage, toTag: string): SendNotify {
  const contact: unknown = request.parseHeader('Contact');
  assert(contact instanceof NameAddrHeader, 'a REFER without a Contact is refused before');
  const target = contact.uri;
  const routeSet = request.getHeaders('Record-Route');
  let sequence = 0;
  return (options, delegate) => {
    sequence++;
    const message = core.makeOutgoingRequestMessage(
      'NOTIFY',
      target,
      request.to.uri,
      request.from.uri,
      { callId: request.callId, cseq: sequence, fromTag: toTag, toTag: request.fromTag, routeSet },
      [contactHeader(core), ...(options.extraHeaders ?? [])],
      options.body,
    );
    core.request(message, delegate);
  };
}
