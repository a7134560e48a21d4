import type { DialogName } from './dialog-name.ts';
import { assertedParty, type HeaderValues, partyOf } from './identity.ts';
import type { Party } from '../calls/call.ts';
import type { NameAddress, SipUri } from './message.ts';
import { parseNameAddressList } from './parse-name-address.ts';
import { replacesOf } from './refer-to.ts';

/** Somewhere else that a call may be sent to. */
export interface RedirectTarget {
  readonly uri: SipUri;
  readonly party: Party;
  readonly replaces: DialogName | null;
}

/** So many targets of one call are tried before it is given up (RFC 3261 section 8.1.3.4 asks for a limit). */
export const mostRedirections = 5;

/** 305 and 380 ask for more than another address. */
export function isFollowed(status: number): boolean {
  return status === 300 || status === 301 || status === 302;
}

/**
 * The targets of a call that is sent on by 3xx, best first: each is tried once, whoever names it (RFC 3261 section 8.1.3.4).
 * Targets that were named later come before the older ones, because they are what the better ones became.
 */
export class RedirectTargets {
  readonly #seen = new Set<string>();
  readonly #waiting: RedirectTarget[] = [];
  #taken = 0;

  /** @param first Request-URI of the first INVITE: to be sent back to it is a loop */
  constructor(first: string) {
    this.#seen.add(keyOf(first));
  }

  /** @param contacts values of the Contact headers of the 3xx */
  add(contacts: readonly string[]): void {
    const named = contacts.flatMap(parseNameAddressList).flatMap((address) => {
      const replaces = replacesOf(address.uri);
      const dialled = address.uri.scheme === 'sip' || address.uri.scheme === 'sips' || address.uri.scheme === 'tel';
      if (!dialled || replaces === undefined || this.#seen.has(keyOf(address.uri.text))) return [];
      this.#seen.add(keyOf(address.uri.text));
      return [{ target: { uri: address.uri, party: partyOf(address), replaces }, q: weightOf(address) }];
    });
    // sort is stable: equals stay in the order in which they were named
    named.sort((one, other) => other.q - one.q);
    this.#waiting.unshift(...named.map(({ target }) => target));
  }

  /** The next one to try; undefined when there is none or too many were tried. */
  next(): RedirectTarget | undefined {
    if (this.#taken >= mostRedirections) return undefined;
    this.#taken++;
    return this.#waiting.shift();
  }
}

/** To whom a call goes now, as a 181 tells it: the last entry of History-Info (RFC 7044), else the asserted identity; null if neither. */
export function redirectedParty(headers: HeaderValues): Party | null {
  const last = headers('History-Info').flatMap(parseNameAddressList).at(-1);
  return last === undefined ? assertedParty(headers) : partyOf(last);
}

function weightOf({ parameters }: NameAddress): number {
  const q = Number.parseFloat(parameters.get('q') ?? '1');
  return Number.isNaN(q) ? 1 : Math.min(1, Math.max(0, q));
}

function keyOf(uri: string): string {
  return uri.toLowerCase();
}
