import { isLoopbackHost } from '#shared/network/addresses.ts';
import { directOnly, parseProxyList, type ProxyChoice } from '#shared/network/proxy-list.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';

export interface ProxyResolverOptions {
  /** Asks the system for a URL; answers as a configuration script does (Electron's `session.resolveProxy`). */
  readonly resolveProxy: (url: string) => Promise<string>;
  /** Whether the system can be asked already. */
  readonly ready: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A script that takes longer is not waited for: the way is direct, and what it says later counts for the next connection. */
export const askDeadlineMs = 1_000;
/** Settings and scripts change while Commute runs. */
export const answerKeptMs = 60_000;

interface Answer {
  readonly choices: readonly ProxyChoice[];
  readonly untilMs: number;
}

/**
 * Which of the system's proxies lead to a server. Never rejects and never delays a start: what cannot be asked yet, fails, or takes too
 * long is direct.
 */
export class SystemProxyResolver implements Disposable {
  readonly #options: ProxyResolverOptions;
  readonly #answers = new Map<string, Answer>();
  readonly #asking = new Map<string, Promise<readonly ProxyChoice[] | undefined>>();
  /** What was answered with `direct` before the system could be asked. */
  readonly #unasked = new Set<string>();
  readonly #found = new Emitter<void>();
  /** Raised by each change of network: a late answer belongs to the network before. */
  #network = 0;

  /** A server that was taken for directly reachable, before the system could be asked, has a proxy before it. */
  readonly onProxyFound = this.#found.event;

  constructor(options: ProxyResolverOptions) {
    this.#options = options;
  }

  /** @param url of the server: `wss:` or `ws:` */
  readonly resolve = async (url: string): Promise<readonly ProxyChoice[]> => {
    const question = questionOf(url);
    if (question === undefined) return directOnly;
    const known = this.#answers.get(question);
    if (known !== undefined && known.untilMs > this.#options.clock.monotonicMs()) return known.choices;
    if (!this.#options.ready()) {
      this.#unasked.add(question);
      return directOnly;
    }
    return this.#withinDeadline(question, this.#ask(question));
  };

  /** To be told when the system can be asked. */
  becameReady(): void {
    const questions = [...this.#unasked];
    this.#unasked.clear();
    const asked = questions.map(async (question) => (await this.#ask(question))?.[0]?.kind ?? 'direct');
    void Promise.all(asked).then((kinds) => {
      if (kinds.some((kind) => kind !== 'direct')) this.#found.fire();
    });
  }

  /** Forgets what was true on another network. */
  networkChanged(): void {
    this.#network += 1;
    this.#answers.clear();
    this.#asking.clear();
  }

  dispose(): void {
    this.networkChanged();
    this.#found.dispose();
  }

  /** Undefined when the system could not say. Connections that ask at the same time share one question. */
  #ask(question: string): Promise<readonly ProxyChoice[] | undefined> {
    const asked = this.#asking.get(question) ?? this.#askSystem(question);
    this.#asking.set(question, asked);
    return asked;
  }

  async #askSystem(question: string): Promise<readonly ProxyChoice[] | undefined> {
    const { resolveProxy, clock, logger } = this.#options;
    const network = this.#network;
    try {
      const choices = parseProxyList(await resolveProxy(question));
      if (network === this.#network) this.#answers.set(question, { choices, untilMs: clock.monotonicMs() + answerKeptMs });
      return choices;
    } catch (error) {
      logger.warn('The system did not say which proxy to use', { cause: String(error) });
      return undefined;
    } finally {
      if (network === this.#network) this.#asking.delete(question);
    }
  }

  async #withinDeadline(question: string, asked: Promise<readonly ProxyChoice[] | undefined>): Promise<readonly ProxyChoice[]> {
    const { clock, logger } = this.#options;
    const late = Promise.withResolvers<undefined>();
    const deadline = clock.schedule(askDeadlineMs, () => {
      logger.warn('The system takes long to say which proxy to use', { url: question });
      late.resolve(undefined);
    });
    const choices = await Promise.race([asked, late.promise]);
    deadline.dispose();
    return choices ?? directOnly;
  }
}

/** What the system is asked: it knows the schemes of the web. Undefined where no proxy can help. */
function questionOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || isLoopbackHost(parsed.hostname.replace(/^\[|\]$/g, ''))) return undefined;
  return `${parsed.protocol === 'ws:' ? 'http' : 'https'}://${parsed.host}/`;
}
