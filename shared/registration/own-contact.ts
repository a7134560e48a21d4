import type { SipUri } from '../sip/message.ts';

/**
 * What makes a Contact one of this Commute's. Each binding has a user part of its own, `<key><number>`: a registrar that rewrites host
 * and port of every Contact leaves it alone, and of several connections each can so be named.
 */
export interface ContactIdentity {
  /** 16 hexadecimal digits; the same for the life of this installation, so that a binding that a crash left behind is known again. */
  readonly key: string;
  /** Host part; leads nowhere (RFC 7118 section 5). */
  readonly host: string;
  /** This computer's name, for the person at another device of the number. */
  readonly computerName: string;
  /** `urn:uuid:...`, without angle brackets (RFC 5626). */
  readonly instance: string;
}

/** What one binding says of itself; another wish is another binding, because a registrar keeps the URI that it saw first. */
export interface ContactWish {
  /** Wall time in ms when the person signed in or took the line over. */
  readonly since: number;
  /** Keys of the Commutes from which the line was taken over. */
  readonly over: readonly string[];
}

export const keyLength = 16;
/** Characters of the encoded name; half of the shortest limit that registrars have for a whole URI is left to the rest. */
const longestName = 64;
/** More would make the URI longer than 256 characters. */
export const mostTakenOver = 4;

/** The URI of our Contact in a REGISTER, with what other Commutes of the number read in it. */
export function ownContactUri(identity: ContactIdentity, number: number, { since, over }: ContactWish): string {
  const name = encodedName(identity.computerName);
  const parts = [
    `sip:${contactUser(identity, number)}@${identity.host};transport=ws`,
    ...(name === '' ? [] : [`cm-name=${name}`]),
    `cm-since=${Math.floor(since / 1_000).toString(36)}`,
    ...(over.length === 0 ? [] : [`cm-over=${over.slice(0, mostTakenOver).join('.')}`]),
  ];
  return parts.join(';');
}

/** @param number different for each binding */
export function contactUser({ key }: Pick<ContactIdentity, 'key'>, number: number): string {
  return key + number.toString(36);
}

/** Whether a user part names this Commute, by whichever of its bindings. */
export function isOwnUser(user: string, { key }: Pick<ContactIdentity, 'key'>): boolean {
  return user.startsWith(key) && /^[0-9a-z]{1,11}$/.test(user.slice(key.length));
}

/** The key of a Commute, this one or another; undefined for everybody else's Contact. */
export function commuteKeyOf(uri: SipUri): string | undefined {
  const { user = '', parameters } = uri;
  const written = parameters.has('cm-since') && /^[0-9a-f]{16}[0-9a-z]{1,11}$/.test(user);
  return written ? user.slice(0, keyLength) : undefined;
}

/** The computer's name as others read it. */
export function toldName({ computerName }: Pick<ContactIdentity, 'computerName'>): string {
  return decodeURIComponent(encodedName(computerName));
}

/** Cut between characters, so that it can be decoded. */
function encodedName(name: string): string {
  let text = '';
  for (const character of name.replace(/[\p{Cc}\p{Cs}]/gu, '').trim()) {
    const next = text + encodeURIComponent(character);
    if (next.length > longestName) break;
    text = next;
  }
  return text;
}
