import type { Party } from '../calls/call.ts';
import { partyOf } from './identity.ts';
import { type DialogName, readReplaces, writeReplaces } from './dialog-name.ts';
import type { SipUri } from './message.ts';
import { parseNameAddress } from './parse-name-address.ts';

/** Whom a REFER asks to call. */
export interface ReferredTarget {
  readonly uri: SipUri;
  readonly party: Party;
  /** The dialog that the new call is to replace; of all URI headers the only one that is taken over. */
  readonly replaces: DialogName | null;
}

/**
 * Refer-To (RFC 3515 section 2.1) without a display name, which some servers do not read.
 * @param uri a SIP URI without URI headers
 */
export function writeReferTo(uri: string, replaces: DialogName | null): string {
  return replaces === null ? `<${uri}>` : `<${uri}?Replaces=${encodeURIComponent(writeReplaces(replaces))}>`;
}

/**
 * Reads Refer-To. We call people and nothing else: another method, another scheme, or a Replaces that names nothing is refused.
 * @param values of all Refer-To headers of the request: exactly one is right (RFC 3515 section 2.4.1)
 * @returns the target, or the status to refuse the request with
 */
export function readReferTo(values: readonly string[]): ReferredTarget | 400 | 416 | 603 {
  const [value] = values;
  const address = value === undefined || values.length > 1 ? undefined : parseNameAddress(value);
  if (address === undefined) return 400;
  const { uri } = address;
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return 416;
  if ((uri.parameters.get('method') ?? 'INVITE').toUpperCase() !== 'INVITE') return 603;
  const asked = replacesOf(uri);
  if (asked === undefined) return 400;
  return { uri, party: partyOf(address), replaces: asked };
}

/** The dialog that a URI asks to replace; null when it asks for none, undefined when it cannot be read. */
export function replacesOf(uri: SipUri): DialogName | null | undefined {
  const values = [...uri.headers].flatMap(([name, texts]) => (name.toLowerCase() === 'replaces' ? texts : []));
  if (values.length === 0) return null;
  return values.length > 1 ? undefined : readReplaces(values[0] ?? '');
}
