import { parseChallenges } from '#shared/sip/parse-auth-header.ts';
import type { Random } from '#shared/util/random.ts';
import { authorizationFor, type DigestChallenge, readChallenges, strengthOf } from '../../digest.ts';
import type { ProxyCredentials } from './credentials-guard.ts';

/** One way of saying who we are that a proxy asked for: RFC 7617 or RFC 7616. */
type Scheme = { readonly kind: 'basic' } | { readonly kind: 'digest'; readonly challenge: DigestChallenge };

/** Values of `Proxy-Authorization` for CONNECT to one proxy. What it accepted once goes along unasked from then on. */
export class ProxyAuthorization {
  readonly #random: Random;
  #accepted: { readonly scheme: Scheme; uses: number } | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The strongest scheme among the challenges, so that a password goes in the clear only to a proxy that knows no better. */
  choose(challenges: readonly string[]): Scheme | undefined {
    const [digest] = readChallenges(challenges).sort((one, other) => strengthOf(other.algorithm) - strengthOf(one.algorithm));
    if (digest !== undefined) return { kind: 'digest', challenge: digest };
    return parseChallenges(challenges).some(({ scheme }) => scheme.toLowerCase() === 'basic') ? { kind: 'basic' } : undefined;
  }

  /** The header's value for a first answer to a challenge. @param authority `host:port` of the request */
  answer(scheme: Scheme, credentials: ProxyCredentials, authority: string): string {
    return this.#write(scheme, credentials, authority, 1);
  }

  accepted(scheme: Scheme): void {
    this.#accepted = { scheme, uses: 1 };
  }

  /** The header's value before any challenge, where an earlier one tells what is wanted. */
  unasked(credentials: ProxyCredentials, authority: string): string | undefined {
    if (this.#accepted === undefined) return undefined;
    this.#accepted.uses += 1;
    return this.#write(this.#accepted.scheme, credentials, authority, this.#accepted.uses);
  }

  /** What went along unasked was not taken. @returns whether that speaks against the credentials, not only against an old nonce */
  refusedUnasked(): boolean {
    const isBasic = this.#accepted?.scheme.kind === 'basic';
    this.#accepted = undefined;
    return isBasic;
  }

  #write(scheme: Scheme, { user, password }: ProxyCredentials, authority: string, uses: number): string {
    if (scheme.kind === 'basic') return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
    const request = { method: 'CONNECT', uri: authority, body: '' };
    return authorizationFor(scheme.challenge, { user, password }, request, uses, this.#random.hex(8));
  }
}
