import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { splitAtCommas, unquote } from '#shared/sip/characters.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';

export type DigestVerdict =
  | { readonly kind: 'absent' }
  /** The password was right, the nonce is too old or was used before. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'accepted'; readonly user: string };

interface DigestGuardOptions {
  readonly realm: string;
  readonly secret: string;
  readonly passwords: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly random: Random;
}

/** In order of preference: a client takes the first that it knows (RFC 8760 section 2.4). */
const algorithms = [
  { name: 'SHA-256', hash: 'sha256' },
  { name: 'MD5', hash: 'md5' },
] as const;

const nonceLifetimeMs = 300_000;
const maxTrackedNonces = 4096;

/**
 * Digest authentication of requests (RFC 7616, RFC 8760 for SIP), `qop=auth` only. A nonce carries its time and a keyed hash
 * of it, so that it needs no memory; the highest count of each one is remembered against replays until it is too old.
 */
export class DigestGuard {
  readonly #options: DigestGuardOptions;
  readonly #counts = new Map<string, { count: number; readonly issuedMs: number }>();

  constructor(options: DigestGuardOptions) {
    this.#options = options;
  }

  /** Values for WWW-Authenticate or Proxy-Authenticate, one for each algorithm. */
  challenges(stale: boolean): string[] {
    const { realm, clock, random } = this.#options;
    const issued = `${Math.floor(clock.monotonicMs()).toString(16)}.${random.hex(8)}`;
    const nonce = `${issued}.${this.#proof(issued)}`;
    const flag = stale ? ', stale=true' : '';
    return algorithms.map(({ name }) => `Digest realm="${realm}", nonce="${nonce}", algorithm=${name}, qop="auth"${flag}`);
  }

  /** @param values of all Authorization (or Proxy-Authorization) headers of the request. */
  verify(values: readonly string[], method: string, requestUri: string): DigestVerdict {
    const mine = values.map(parseCredentials).find((fields) => fields?.get('realm') === this.#options.realm);
    if (mine === undefined) return { kind: 'absent' };
    const user = mine.get('username') ?? '';
    const nonce = mine.get('nonce') ?? '';
    const count = mine.get('nc') ?? '';
    if (mine.get('uri') !== requestUri || !/^[0-9a-f]{8}$/i.test(count)) return { kind: 'refused' };
    if (!this.#isRight(mine, user, method)) return { kind: 'refused' };
    return this.#spend(nonce, Number.parseInt(count, 16)) ? { kind: 'accepted', user } : { kind: 'stale' };
  }

  #isRight(fields: ReadonlyMap<string, string>, user: string, method: string): boolean {
    const wanted = (fields.get('algorithm') ?? 'MD5').toUpperCase();
    const algorithm = algorithms.find(({ name }) => name === wanted);
    const password = this.#options.passwords.get(user);
    if (algorithm === undefined || password === undefined || fields.get('qop') !== 'auth') return false;
    const hash = (text: string): string => createHash(algorithm.hash).update(text, 'utf8').digest('hex');
    const a1 = hash(`${user}:${this.#options.realm}:${password}`);
    const a2 = hash(`${method}:${fields.get('uri')}`);
    const expected = hash([a1, fields.get('nonce'), fields.get('nc'), fields.get('cnonce'), 'auth', a2].join(':'));
    return sameText(expected, (fields.get('response') ?? '').toLowerCase());
  }

  /** Takes note of a use of the nonce; false when it is not ours, too old, or this count was seen. */
  #spend(nonce: string, count: number): boolean {
    const [time = '', salt = '', proof = ''] = nonce.split('.');
    if (!sameText(this.#proof(`${time}.${salt}`), proof)) return false;
    const issuedMs = Number.parseInt(time, 16);
    const oldestMs = this.#options.clock.monotonicMs() - nonceLifetimeMs;
    if (issuedMs < oldestMs) return false;
    const seen = this.#counts.get(nonce);
    if (seen !== undefined && count <= seen.count) return false;
    if (seen === undefined) {
      this.#forget(oldestMs);
      this.#counts.set(nonce, { count, issuedMs });
    } else seen.count = count;
    return true;
  }

  /** Nonces stand in the order of their first use: what is too old, and then what is too much, is at the front. */
  #forget(oldestMs: number): void {
    for (const [nonce, { issuedMs }] of this.#counts) {
      if (issuedMs >= oldestMs && this.#counts.size < maxTrackedNonces) return;
      this.#counts.delete(nonce);
    }
  }

  #proof(issued: string): string {
    return createHmac('sha256', this.#options.secret).update(`nonce:${issued}`).digest('hex').slice(0, 32);
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Parameters of a Digest credential, names in lower case, values unquoted; undefined for another scheme. */
function parseCredentials(value: string): ReadonlyMap<string, string> | undefined {
  const [, rest] = /^\s*Digest\s+([^]*)$/i.exec(value) ?? [];
  if (rest === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const element of splitAtCommas(rest)) {
    const equals = element.indexOf('=');
    if (equals < 0) continue;
    const text = element.slice(equals + 1).trim();
    const name = element.slice(0, equals).trim().toLowerCase();
    fields.set(name, text.startsWith('"') && text.endsWith('"') ? unquote(text, 0, text.length) : text);
  }
  return fields;
}
