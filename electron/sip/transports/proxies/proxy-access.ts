import type { Socket } from 'node:net';
import { AppError } from '#shared/errors/app-error.ts';
import { type Proxy, type ProxyChoice, proxyName, type ProxyResolver } from '#shared/network/proxy-list.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { Target } from '../connect-error.ts';
import { CredentialsGuard, type ProxyCredentials } from './credentials-guard.ts';
import { openTunnel } from './proxy-tunnel.ts';
import { ProxyAuthorization } from './proxy-authorization.ts';

export interface ProxyAccessOptions {
  readonly resolve: ProxyResolver;
  /** User and password at the system's proxies; undefined when the person has given none. Read at the moment of a challenge. */
  readonly credentials: () => ProxyCredentials | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** What is remembered of one proxy. */
interface KnownProxy {
  readonly guard: CredentialsGuard;
  readonly authorization: ProxyAuthorization;
}

/**
 * The system's proxies: which ones lead to a server, and the way through them. One for the whole app, so that a password that a proxy
 * refused is not tried there again by the next connection.
 */
export class ProxyAccess {
  readonly #options: ProxyAccessOptions;
  readonly #known = new Map<string, KnownProxy>();

  constructor(options: ProxyAccessOptions) {
    this.#options = options;
  }

  /** The ways to a `wss:` or `ws:` URL, the preferred one first. */
  waysTo(url: string): Promise<readonly ProxyChoice[]> {
    return this.#options.resolve(url);
  }

  /** The person has entered a password: what was refused before may be tried once more. */
  credentialsChanged(): void {
    this.#known.clear();
  }

  /**
   * Connects to `target` through a proxy. Rejects with `proxy-unreachable`, `proxy-refused`, `proxy-password-needed`; with whatever
   * error when `signal` aborted, which also ends what was begun.
   */
  async open(proxy: Proxy, target: Target, signal: AbortSignal): Promise<Socket> {
    const { clock } = this.#options;
    const details = { proxy: proxyName(proxy), host: target.host, port: target.port };
    try {
      return await openTunnel({ proxy, target, signal, clock, details, ...this.#knownOf(proxy) });
    } catch (error) {
      if (error instanceof AppError) throw error;
      // the proxy hung up, or what it said is no answer
      throw new AppError('proxy-refused', {
        details: { ...details, cause: String(error instanceof Error ? error.message : error) },
        cause: error,
      });
    }
  }

  #knownOf(proxy: Proxy): KnownProxy {
    const key = `${proxy.kind} ${proxyName(proxy)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { credentials, random } = this.#options;
    const fresh = { guard: new CredentialsGuard(credentials), authorization: new ProxyAuthorization(random) };
    this.#known.set(key, fresh);
    return fresh;
  }
}
