import { URI } from 'sip.js';
import { encodeUserPart } from '#shared/profiles/sip-address.ts';
import type { SipUri } from '#shared/sip/message.ts';
import { parseUri, percentDecode } from '#shared/sip/parse-uri.ts';
import { ReceivedUri } from './received-uri.ts';

/**
 * Where a request goes that a person asked for.
 * @param target digits, `*`, `#`, `+`, or a SIP URI
 * @param host of our own server, where plain numbers are dialled
 * @returns undefined when the text is neither a number nor a SIP URI with a user
 */
export function dialUri(target: string, host: string): URI | undefined {
  if (!/^sips?:/i.test(target)) return target === '' ? undefined : new URI('sip', encodeUserPart(target), host);
  const uri = parseUri(target);
  return uri?.user === undefined ? undefined : new URI(uri.scheme, uri.user, uri.host, uri.port, Object.fromEntries(uri.parameters));
}

/** Where a request goes that somebody else named (Refer-To, Contact of a 3xx): exactly there; telephone numbers to our own server. */
export function namedUri(uri: SipUri, host: string): URI {
  return uri.scheme === 'tel'
    ? new URI('sip', encodeUserPart(percentDecode(uri.user ?? '').replace(/[-.()\s]/g, '')), host)
    : new ReceivedUri(uri);
}
