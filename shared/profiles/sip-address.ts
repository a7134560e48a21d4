import type { Account } from './account.ts';

/** `sip:user@domain` of the line, user part percent-encoded by the rules of RFC 3261 section 25.1. */
export function addressOfRecord(account: Account): string {
  const host = account.domain ?? account.servers[0]?.host ?? 'invalid';
  return `sip:${encodeUserPart(account.user)}@${bracketed(host)}`;
}

/** Escapes what may not stand in a SIP user part; `*` and `+` stay, `#` becomes `%23`. */
export function encodeUserPart(user: string): string {
  return encodeURIComponent(user).replace(/%(2A|2B|24|26|2C|3B|3D|3F|2F|21|27|28|29)/gi, (escaped) => decodeURIComponent(escaped));
}

/** Puts brackets around a bare IPv6 literal. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
