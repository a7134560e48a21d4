import { createHash } from 'node:crypto';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipRequest } from '#shared/sip/message.ts';
import { parseCredentials } from '#shared/sip/parse-auth-header.ts';
import type { ReceivedSip, Script } from './scripted-server.ts';

export interface DigestRegistrarOptions {
  readonly user?: string;
  readonly password?: string;
  readonly realm?: string;
  /** Challenges offered, topmost first; default MD5. */
  readonly algorithms?: readonly string[];
  readonly qop?: string | null;
  /** Contacts that are bound already. */
  readonly otherContacts?: readonly string[];
  /** More headers of the 200. */
  readonly grants?: readonly HeaderField[];
  /** More parameters of the granted Contact. */
  readonly grantedContact?: string;
  /** Replaces `expires` of the granted Contact. */
  readonly grant?: (requested: number) => string;
}

const hashes: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };

/**
 * Answers REGISTER as a registrar that checks passwords; its digest is computed apart from Commute's. Bindings are kept by their URI, as
 * before RFC 5626. Several servers may share one registrar.
 */
export class DigestRegistrar {
  /** Contact values that are bound, by their URI. */
  readonly bound = new Map<string, string>();
  /** Requests with credentials that were right, wrong. */
  right = 0;
  wrong = 0;
  /** Nonces that count as stale from now on are refused with `stale=true`. */
  readonly staleNonces = new Set<string>();
  password: string;
  algorithms: readonly string[];
  readonly issued: string[] = [];
  /** More headers of its 200s. */
  readonly grants: HeaderField[];
  readonly #options: DigestRegistrarOptions;

  constructor(options: DigestRegistrarOptions = {}) {
    this.#options = options;
    this.grants = [...(options.grants ?? [])];
    this.password = options.password ?? 'secret';
    this.algorithms = options.algorithms ?? ['MD5'];
    for (const contact of options.otherContacts ?? []) this.bind(contact);
  }

  /** @param contact value of a Contact header */
  bind(contact: string): void {
    this.bound.set(uriIn(contact), contact);
  }

  readonly script: Script = (received) => {
    const { request } = received;
    const verdict = this.#check(request);
    if (verdict === 'right') {
      this.right++;
      if (request.method === 'REGISTER') received.reply(200, [...this.#bindings(request), ...this.grants]);
      else received.reply(200);
      return;
    }
    if (verdict === 'wrong') this.wrong++;
    this.challenge(received, verdict === 'stale');
  };

  challenge(received: ReceivedSip, stale = false): void {
    const { realm = 'office', qop = 'auth' } = this.#options;
    const nonce = `nonce-${this.issued.length + 1}`;
    this.issued.push(nonce);
    const suffix = `${qop === null ? '' : `, qop="${qop}"`}${stale ? ', stale=true' : ''}`;
    received.reply(
      401,
      this.algorithms.map((algorithm) => ({
        name: 'WWW-Authenticate',
        value: `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}${suffix}`,
      })),
    );
  }

  #check(request: SipRequest): 'none' | 'right' | 'wrong' | 'stale' {
    const header = findHeader(request.headers, 'Authorization');
    const parameters = header === undefined ? undefined : parseCredentials(header)?.parameters;
    if (parameters === undefined) return 'none';
    const value = (name: string): string => parameters.get(name) ?? '';
    if (this.staleNonces.has(value('nonce'))) return 'stale';
    const named = value('algorithm') === '' ? 'MD5' : value('algorithm');
    if (!this.algorithms.includes(named) || !this.issued.includes(value('nonce'))) return 'wrong';
    const session = named.endsWith('-sess');
    const hash = (text: string): string =>
      createHash(hashes[named.replace('-sess', '')] ?? 'md5')
        .update(text)
        .digest('hex');
    const secret = hash(`${this.#options.user ?? '201'}:${this.#options.realm ?? 'office'}:${this.password}`);
    const a1 = session ? hash(`${secret}:${value('nonce')}:${value('cnonce')}`) : secret;
    const body = Buffer.from(request.body).toString();
    const a2 = hash(`${request.method}:${value('uri')}${value('qop') === 'auth-int' ? `:${hash(body)}` : ''}`);
    const middle = value('qop') === '' ? '' : `${value('nc')}:${value('cnonce')}:${value('qop')}:`;
    return hash(`${a1}:${value('nonce')}:${middle}${a2}`) === value('response') ? 'right' : 'wrong';
  }

  #bindings(request: SipRequest): HeaderField[] {
    if (request.contactStar) this.bound.clear();
    for (const contact of findHeaders(request.headers, 'Contact')) {
      const requested = Number(/;expires=(\d+)/.exec(contact)?.[1] ?? 0);
      const granted = this.#options.grant?.(requested) ?? String(requested);
      if (requested === 0) this.bound.delete(uriIn(contact));
      else this.bind(contact.replace(/;expires=\d+/, granted === '' ? '' : `;expires=${granted}`) + (this.#options.grantedContact ?? ''));
    }
    return [...this.bound.values()].map((value) => ({ name: 'Contact', value }));
  }
}

function uriIn(contact: string): string {
  return /<([^>]*)>/.exec(contact)?.[1] ?? contact;
}
