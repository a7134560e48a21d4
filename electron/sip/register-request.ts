import type { Account } from '#shared/profiles/account.ts';
import { addressOfRecord, bracketed } from '#shared/profiles/sip-address.ts';
import type { HeaderField } from '#shared/sip/message.ts';
import { serializeRequest } from '#shared/sip/serialize-message.ts';
import { allowHeader } from './core-access.ts';

/** Who registers, in the words of a REGISTER. */
export interface RegisterSender {
  readonly addressOfRecord: string;
  readonly registrarUri: string;
  readonly displayName: string;
  /** Leads nowhere (RFC 7118 section 5.2). */
  readonly viaHost: string;
  /** One for all REGISTERs of this user agent (RFC 3261 section 10.2). */
  readonly callId: string;
  readonly userAgentName: string;
}

export interface RegisterParts {
  readonly protocol: 'WS' | 'WSS';
  readonly branch: string;
  readonly fromTag: string;
  readonly sequence: number;
  /** Contact values; none asks what is bound (RFC 3261 section 10.2.3). */
  readonly contacts: readonly string[];
  readonly expiresSeconds: number | undefined;
  /** Whether the binding names its flow (RFC 5626). */
  readonly outbound: boolean;
  readonly credentials: readonly HeaderField[];
}

export function senderOf(account: Account, rest: Omit<RegisterSender, 'addressOfRecord' | 'registrarUri' | 'displayName'>): RegisterSender {
  const host = account.domain ?? account.servers[0]?.host ?? 'invalid';
  return { ...rest, addressOfRecord: addressOfRecord(account), registrarUri: `sip:${bracketed(host)}`, displayName: account.displayName };
}

/** One REGISTER as it goes on the wire (RFC 3261 section 10.2, RFC 5626 section 4.2). It takes no route (RFC 3608 section 5). */
export function registerRequest(sender: RegisterSender, parts: RegisterParts): Uint8Array {
  const { addressOfRecord: own, displayName } = sender;
  const name = displayName === '' ? '' : `"${displayName.replace(/["\\]/g, '\\$&')}" `;
  const [allow, methods] = splitHeader(allowHeader);
  return serializeRequest({
    method: 'REGISTER',
    uri: sender.registrarUri,
    headers: [
      { name: 'Via', value: `SIP/2.0/${parts.protocol} ${sender.viaHost};branch=${parts.branch}` },
      { name: 'Max-Forwards', value: '70' },
      { name: 'To', value: `<${own}>` },
      { name: 'From', value: `${name}<${own}>;tag=${parts.fromTag}` },
      { name: 'Call-ID', value: sender.callId },
      { name: 'CSeq', value: `${parts.sequence} REGISTER` },
      ...parts.contacts.map((value) => ({ name: 'Contact', value })),
      ...(parts.expiresSeconds === undefined ? [] : [{ name: 'Expires', value: String(parts.expiresSeconds) }]),
      ...parts.credentials,
      { name: 'Supported', value: parts.outbound ? 'outbound, path, gruu' : 'path, gruu' },
      { name: allow, value: methods },
      { name: 'User-Agent', value: sender.userAgentName },
    ],
  });
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(': ');
  return [line.slice(0, colon), line.slice(colon + 2)];
}
