import { createHash } from 'node:crypto';
import { findHeaders } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { tagOf } from './header-edits.ts';

/**
 * A short mark of everything that decides where a request goes. It ends the branch of the office's Via: a request that comes
 * back with a Via of the same mark would go the same way again and is a loop (RFC 3261 section 16.6 step 8).
 */
export function requestDigest(request: SipRequest): string {
  const parts = [
    request.uri.text,
    request.callId,
    tagOf(request.from) ?? '',
    tagOf(request.to) ?? '',
    String(request.cseq.sequence),
    request.method,
    ...findHeaders(request.headers, 'Route'),
    ...findHeaders(request.headers, 'Proxy-Require'),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
