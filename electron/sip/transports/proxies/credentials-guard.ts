import { AppError, type ErrorDetails } from '#shared/errors/app-error.ts';

export interface ProxyCredentials {
  readonly user: string;
  readonly password: string;
}

/** What an attempt says when the proxy did not take the credentials. */
export const credentialsRefused = Symbol('credentials refused');

/**
 * Keeps a proxy from seeing the same wrong password twice: accounts of a company's directory are locked after a few tries. As long as
 * nobody knows whether credentials are right, one connection tries them and the others wait for what it finds.
 */
export class CredentialsGuard {
  readonly #credentials: () => ProxyCredentials | undefined;
  #proven: string | undefined;
  #refused: string | undefined;
  #trial: Promise<undefined> | undefined;

  constructor(credentials: () => ProxyCredentials | undefined) {
    this.#credentials = credentials;
  }

  /** Credentials that may be sent now: there are some, and the proxy has not refused them. */
  get usable(): ProxyCredentials | undefined {
    const credentials = this.#credentials();
    return credentials === undefined || keyOf(credentials) === this.#refused ? undefined : credentials;
  }

  /** Whether these are known to be taken. */
  isProven(credentials: ProxyCredentials): boolean {
    return keyOf(credentials) === this.#proven;
  }

  refused(credentials: ProxyCredentials): void {
    this.#refused = keyOf(credentials);
    this.#proven = undefined;
  }

  /** Lets `attempt` use the credentials. @throws AppError proxy-password-needed when there are none, or when they are refused */
  async use<T>(details: ErrorDetails, attempt: (credentials: ProxyCredentials) => Promise<T | typeof credentialsRefused>): Promise<T> {
    while (this.#trial !== undefined) await this.#trial;
    const credentials = this.usable;
    if (credentials === undefined) throw this.#needed(details);
    const trial = Promise.withResolvers<undefined>();
    if (!this.isProven(credentials)) this.#trial = trial.promise;
    try {
      const outcome = await attempt(credentials);
      if (outcome !== credentialsRefused) {
        this.#proven = keyOf(credentials);
        return outcome;
      }
      this.refused(credentials);
      throw this.#needed(details);
    } finally {
      if (this.#trial === trial.promise) this.#trial = undefined;
      trial.resolve(undefined);
    }
  }

  #needed(details: ErrorDetails): AppError {
    const refused = this.#credentials() !== undefined;
    return new AppError('proxy-password-needed', { details: { ...details, ...(refused ? { refused } : {}) } });
  }
}

function keyOf({ user, password }: ProxyCredentials): string {
  return `${user}\0${password}`;
}
