import { safeText } from '../sip/identity.ts';
import type { NameAddress } from '../sip/message.ts';
import type { OtherContact } from './other-contact.ts';
import { commuteKeyOf, type ContactIdentity, isOwnUser, toldName } from './own-contact.ts';

/** What a registrar has bound to the number, as its 200 lists it (RFC 3261 section 10.3 step 8), seen from one of our bindings. */
export interface BindingList {
  /** Our own binding; undefined when it is not listed. */
  readonly own: NameAddress | undefined;
  /** What is left of earlier bindings of ours. */
  readonly stale: readonly StaleContact[];
  readonly others: readonly OtherContact[];
  /** Commutes that have taken the line over from us. */
  readonly claims: readonly Claim[];
}

export interface StaleContact {
  /** As the registrar wrote it. */
  readonly uri: string;
  readonly user: string;
}

export interface Claim {
  /** The same as long as it is the same takeover. */
  readonly id: string;
  /** Name of the computer that took over; may be empty. */
  readonly name: string;
}

/** More contacts than this are not worth showing to anybody. */
const mostContacts = 20;
const longestUri = 1_024;

/**
 * Sorts the contacts of a registrar's 200.
 * @param user user part of our present Contact; undefined when we have none
 */
export function readBindingList(contacts: readonly NameAddress[], identity: ContactIdentity, user: string | undefined): BindingList {
  const own = contacts.find((contact) => isPresent(contact, identity, user));
  const rest = contacts.filter((contact) => contact !== own && contact.uri.text.length <= longestUri);
  const isStale = (contact: NameAddress): boolean => isLeftBehind(contact, identity);
  return {
    own,
    stale: rest.filter(isStale).map(({ uri }) => ({ uri: uri.text, user: uri.user ?? '' })),
    others: rest
      .filter((contact) => !isStale(contact))
      .slice(0, mostContacts)
      .map(readOther),
    claims: rest.flatMap((contact) => readClaim(contact, identity)),
  };
}

/** Whether a Contact is the binding made with this user part, also where the server has put another user into it. */
export function isPresent({ uri, parameters }: NameAddress, identity: ContactIdentity, user: string | undefined): boolean {
  if (user === undefined) return false;
  return uri.user === user || (hasInstance(parameters.get('+sip.instance'), identity) && !isOwnUser(uri.user ?? '', identity));
}

/** A copy of this installation on another computer is another device. */
function isLeftBehind({ uri, parameters }: NameAddress, identity: ContactIdentity): boolean {
  const name = uri.parameters.get('cm-name');
  if (typeof name === 'string' && name !== toldName(identity)) return false;
  return isOwnUser(uri.user ?? '', identity) || hasInstance(parameters.get('+sip.instance'), identity);
}

function hasInstance(value: string | null | undefined, { instance }: ContactIdentity): boolean {
  return typeof value === 'string' && value.replace(/^<|>$/g, '').toLowerCase() === instance.toLowerCase();
}

/** What another device says of itself. */
function readOther({ uri }: NameAddress): OtherContact {
  const key = commuteKeyOf(uri);
  const since = Number.parseInt(uri.parameters.get('cm-since') ?? '', 36) * 1_000;
  return {
    uri: uri.text,
    key: (key ?? `${uri.user ?? ''}@${uri.host}`).slice(0, 256),
    name: key === undefined ? '' : nameOf(uri.parameters.get('cm-name')),
    host: uri.host.slice(0, 253),
    since: key !== undefined && Number.isSafeInteger(since) ? since : null,
    isCommute: key !== undefined,
  };
}

function readClaim({ uri }: NameAddress, identity: ContactIdentity): Claim[] {
  const key = commuteKeyOf(uri);
  const over = uri.parameters.get('cm-over')?.toLowerCase().split('.') ?? [];
  if (key === undefined || !over.includes(identity.key)) return [];
  return [{ id: `${key} ${uri.parameters.get('cm-since') ?? ''}`, name: nameOf(uri.parameters.get('cm-name')) }];
}

function nameOf(value: string | null | undefined): string {
  return safeText(value ?? '', 64);
}
