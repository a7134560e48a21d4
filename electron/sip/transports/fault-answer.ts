import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, ParseFault } from '#shared/sip/message.ts';
import { serializeResponse } from '#shared/sip/serialize-message.ts';

/**
 * The answer to a request that could not be read, from the headers that could (RFC 3261 section 8.2.6).
 * @param tag our To tag
 * @returns undefined when the parser says that none may be sent
 */
export function faultAnswer(fault: ParseFault, tag: string, userAgentName: string): Uint8Array | undefined {
  const { answerStatus, salvaged } = fault;
  if (answerStatus === undefined) return undefined;
  const headers: HeaderField[] = findHeaders(salvaged.headers, 'Via').map((value) => ({ name: 'Via', value }));
  for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
    const value = findHeader(salvaged.headers, name);
    if (value === undefined) continue;
    const tagged = name === 'To' && !/;\s*tag\s*=/i.test(value) ? `${value};tag=${tag}` : value;
    headers.push({ name, value: tagged });
  }
  headers.push({ name: 'Server', value: userAgentName });
  headers.push({ name: 'Warning', value: `399 invalid "${fault.message.replace(/["\\]/g, '\\$&')}"` });
  return serializeResponse({ status: answerStatus, headers });
}
