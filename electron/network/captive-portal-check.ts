import { lookup } from 'node:dns/promises';
import { request } from 'node:http';
import { isLoopbackHost } from '#shared/network/addresses.ts';
import { evidenceOf, type PortalEvidence, type PortalProbe } from '#shared/network/captive-portal.ts';
import { bracketed } from '#shared/profiles/sip-address.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';

export interface CaptivePortalCheckOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** First address of a name; rejects when there is none. The system's by default. */
  readonly addressOf?: (name: string) => Promise<string>;
  /** Where servers answer plain HTTP; another port in tests. */
  readonly httpPort?: number;
}

/** A portal is near and quick. */
export const probeDeadlineMs = 1_500;

/**
 * Looks whether the network answers in a server's place. Nobody but that server's own host and the name service is asked: no page of a
 * third party that would see every Commute.
 */
export class CaptivePortalCheck {
  readonly #options: Required<CaptivePortalCheckOptions>;

  constructor(options: CaptivePortalCheckOptions) {
    this.#options = { addressOf: async (name) => (await lookup(name)).address, httpPort: 80, ...options };
  }

  /** Never rejects; resolves after at most `probeDeadlineMs`, with undefined when nothing shows a portal. */
  readonly evidence = async (host: string): Promise<PortalEvidence | undefined> => {
    if (isLoopbackHost(host)) return undefined;
    const { clock, logger, random } = this.#options;
    const ended = new AbortController();
    const deadline = clock.schedule(probeDeadlineMs, () => ended.abort());
    const stray = this.#addressOf(`commute-${random.hex(6)}.invalid`, ended.signal);
    const address = await this.#addressOf(host, ended.signal);
    const [http, strayAddress] = await Promise.all([address === null ? null : this.#ask(host, address, ended.signal), stray]);
    deadline.dispose();
    const probe: PortalProbe = { host, http, address, strayAddress };
    const evidence = evidenceOf(probe);
    logger.info('Looked for a portal', { host, evidence, status: http?.status, location: http?.location, address, strayAddress });
    return evidence;
  };

  #ask(host: string, address: string, signal: AbortSignal): Promise<PortalProbe['http']> {
    return new Promise((resolve) => {
      const headers = { Host: bracketed(host), Connection: 'close' };
      const asked = request({ host: address, port: this.#options.httpPort, path: '/', agent: false, signal, headers }, (response) => {
        const { statusCode = 0, headers } = response;
        const location = headers.location === undefined ? undefined : URL.parse(headers.location)?.hostname;
        resolve({ status: statusCode, location: location?.replace(/^\[|\]$/g, '').slice(0, 253) ?? null });
        response.destroy();
      });
      asked.on('error', () => resolve(null));
      asked.end();
    });
  }

  async #addressOf(name: string, signal: AbortSignal): Promise<string | null> {
    const late = Promise.withResolvers<null>();
    signal.addEventListener('abort', () => late.resolve(null), { once: true });
    return Promise.race([this.#options.addressOf(name).catch(() => null), late.promise]);
  }
}
