import type { CredentialsOutcome } from '#shared/registration/register-answer.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { authorizationFor, type DigestChallenge, type DigestRequest, readChallenges, strengthOf } from './digest.ts';

export type AuthorizationHeader = 'authorization' | 'proxy-authorization';

export interface DigestCredentialsOptions {
  readonly user: string;
  readonly password: () => string | undefined;
  readonly random: Random;
  readonly logger: Logger;
}

/** What happened to the credentials of one request so far. */
interface Rounds {
  readonly answered: { readonly challenge: DigestChallenge; readonly header: AuthorizationHeader }[];
  outcome: CredentialsOutcome;
}

/** A challenge that was met with success lately; its nonce is used again until the server objects. */
interface Remembered {
  readonly challenge: DigestChallenge;
  uses: number;
}

const mostRounds = 3;

/**
 * The credentials of one account, for its own registrar over its own flow, and for nobody else: its realms are pinned by the
 * first successful registration, a server that once used SHA-2 gets no MD5 any more, and before the first success only a
 * REGISTER is answered. Every request gets at most three rounds. A password that a realm refused is not sent there again, by whichever
 * connection, until it is another one or the person says so: no lock-out by a machine that goes on trying.
 */
export class DigestCredentials {
  readonly #options: DigestCredentialsOptions;
  readonly #rounds = new WeakMap<object, Rounds>();
  readonly #remembered = new Map<AuthorizationHeader, Remembered>();
  readonly #realms = new Set<string>();
  /** What each realm refused last. */
  readonly #refused = new Map<string, string>();
  #strength = 0;
  #refusedPassword: string | undefined;

  constructor(options: DigestCredentialsOptions) {
    this.#options = options;
  }

  /** Whether the password is another one than the server refused last. */
  get passwordChanged(): boolean {
    return this.#options.password() !== this.#refusedPassword;
  }

  /** Why a request was left without an answer to its last challenge; `not-challenged` when there was none. */
  outcomeOf(request: object): CredentialsOutcome {
    return this.#rounds.get(request)?.outcome ?? 'not-challenged';
  }

  /** The registrar accepted this REGISTER: from now on the realms and the strength it asked for are the account's. */
  accepted(request: object): void {
    for (const { challenge } of this.#rounds.get(request)?.answered ?? []) {
      this.#realms.add(challenge.realm);
      this.#refused.delete(challenge.realm);
      this.#strength = Math.max(this.#strength, strengthOf(challenge.algorithm));
    }
    if (this.#refused.size === 0) this.#refusedPassword = undefined;
  }

  /** The person wants the password to be tried once more. */
  forgive(): void {
    this.#refused.clear();
    this.#refusedPassword = undefined;
  }

  /**
   * Meets a challenge.
   * @param key the request as an object; rounds are counted by it
   * @param values the `WWW-Authenticate` or `Proxy-Authenticate` headers in the server's order of preference
   * @returns the header's value, or undefined when no credentials may be sent; `outcomeOf` tells why
   */
  answer(key: object, request: DigestRequest, header: AuthorizationHeader, values: readonly string[]): string | undefined {
    const rounds = this.#roundsOf(key);
    const password = this.#options.password();
    const choice = this.#choose(rounds, request, header, values, password);
    if (typeof choice === 'string') {
      rounds.outcome = choice;
      if (choice === 'wrong-password' && request.method === 'REGISTER') this.#noteRefusal(values, password);
      this.#options.logger.warn('challenge not answered', { method: request.method, cause: choice });
      return undefined;
    }
    rounds.answered.push({ challenge: choice, header });
    // until the server says otherwise
    rounds.outcome = 'wrong-password';
    const remembered = { challenge: choice, uses: 0 };
    this.#remembered.set(header, remembered);
    return this.#use(remembered, request, password ?? '');
  }

  /**
   * Credentials for a request that was not challenged yet: the last nonce, counted on (RFC 7616 section 3.3). Only REGISTER and
   * requests that begin something get them; those inside a dialog may be carried to strangers.
   */
  preempt(request: DigestRequest, insideDialog: boolean): { readonly header: AuthorizationHeader; readonly value: string } | undefined {
    if (insideDialog || request.method === 'ACK' || request.method === 'CANCEL') return undefined;
    const order: readonly AuthorizationHeader[] =
      request.method === 'REGISTER' ? ['authorization'] : ['proxy-authorization', 'authorization'];
    const password = this.#options.password();
    if (password === undefined) return undefined;
    for (const header of order) {
      const remembered = this.#remembered.get(header);
      if (remembered === undefined || remembered.challenge.qop === undefined) continue;
      const { realm } = remembered.challenge;
      if (!this.#realms.has(realm) || this.#refused.get(realm) === password) continue;
      return { header, value: this.#use(remembered, request, password) };
    }
    return undefined;
  }

  /** The registrar or its proxy names the nonce that it wants to see next (`nextnonce`, RFC 7616 section 3.5). */
  nextNonce(header: AuthorizationHeader, nonce: string | undefined): void {
    const remembered = this.#remembered.get(header);
    if (nonce === undefined || remembered === undefined || remembered.challenge.nonce === nonce) return;
    this.#remembered.set(header, { challenge: { ...remembered.challenge, nonce, stale: false }, uses: 0 });
  }

  #choose(
    rounds: Rounds,
    request: DigestRequest,
    header: AuthorizationHeader,
    values: readonly string[],
    password: string | undefined,
  ): DigestChallenge | CredentialsOutcome {
    const challenges = readChallenges(values);
    if (challenges.length === 0) return 'unsupported';
    const own = challenges.filter((challenge) =>
      this.#realms.size === 0 ? request.method === 'REGISTER' : this.#realms.has(challenge.realm),
    );
    if (own.length === 0) return 'foreign-realm';
    // RFC 8760 section 2.4: the topmost that the client supports
    const [challenge] = own.filter((candidate) => strengthOf(candidate.algorithm) >= this.#strength);
    if (challenge === undefined) return 'downgraded';
    if (rounds.answered.length >= mostRounds) return 'too-many-rounds';
    const earlier = rounds.answered.filter((round) => round.header === header);
    // credentials sent unasked do not count as a try: a restarted server refuses them although the password is right
    if (earlier.length > 0 && !challenge.stale) return 'wrong-password';
    if (earlier.some((round) => round.challenge.nonce === challenge.nonce)) return 'too-many-rounds';
    if (password === undefined) return 'password-missing';
    return this.#refused.get(challenge.realm) === password ? 'wrong-password' : challenge;
  }

  #noteRefusal(values: readonly string[], password: string | undefined): void {
    this.#refusedPassword = password;
    if (password === undefined) return;
    for (const { realm } of readChallenges(values)) this.#refused.set(realm, password);
  }

  #use(remembered: Remembered, request: DigestRequest, password: string): string {
    remembered.uses++;
    const { user, random } = this.#options;
    return authorizationFor(remembered.challenge, { user, password }, request, remembered.uses, random.hex(12));
  }

  #roundsOf(key: object): Rounds {
    let rounds = this.#rounds.get(key);
    if (rounds === undefined) {
      rounds = { answered: [], outcome: 'not-challenged' };
      this.#rounds.set(key, rounds);
    }
    return rounds;
  }
}
