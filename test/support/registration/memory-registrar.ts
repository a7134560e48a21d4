import type { HeaderField, NameAddress, SipRequest } from '#shared/sip/message.ts';

/**
 * How registrars keep bindings:
 *   - `by-uri`: by the whole URI, as RFC 3261 has it;
 *   - `by-connection`: host and port are replaced by those of the connection, and the lists show the old ones: Asterisk with
 *     `rewrite_contact`. What a binding said first stays; one device too many drives out the oldest;
 *   - `by-instance`: RFC 5626.
 */
export type RegistrarKind = 'by-uri' | 'by-connection' | 'by-instance';

interface Bound {
  readonly key: string;
  readonly connection: number;
  readonly contact: NameAddress;
  readonly expiresAtMs: number;
}

export interface MemoryRegistrarOptions {
  readonly kind: RegistrarKind;
  readonly mostDevices?: number;
  /** Answers a query with this status. */
  readonly queryStatus?: number;
}

/** A registrar of one number, without passwords. */
export class MemoryRegistrar {
  /** Every REGISTER, by the connection and by what it did. */
  readonly log: { readonly atMs: number; readonly connection: number; readonly what: 'bind' | 'remove' | 'clear' | 'query' }[] = [];
  #bound: Bound[] = [];
  readonly #options: MemoryRegistrarOptions;

  constructor(options: MemoryRegistrarOptions) {
    this.#options = options;
  }

  /** User parts of what is bound. */
  get users(): string[] {
    return this.#bound.map(({ contact }) => contact.uri.user ?? '');
  }

  register(request: SipRequest, connection: number, nowMs: number): { status: number; headers: HeaderField[] } {
    const { kind, mostDevices = 10, queryStatus = 200 } = this.#options;
    this.#bound = this.#bound.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    const what = request.contactStar ? 'clear' : (workOf(request.contacts) ?? 'query');
    this.log.push({ atMs: nowMs, connection, what });
    if (what === 'query' && queryStatus !== 200) return { status: queryStatus, headers: [] };
    if (request.contactStar) this.#bound = [];
    for (const contact of request.contacts) {
      const key = this.#keyOf(contact, connection);
      const known = this.#bound.find((bound) => bound.key === key);
      this.#bound = this.#bound.filter((bound) => bound !== known);
      const seconds = expiresOf(contact);
      if (seconds === 0) continue;
      if (this.#bound.length >= mostDevices) {
        if (kind !== 'by-connection') return { status: 403, headers: [] };
        this.#bound.shift();
      }
      const kept = kind === 'by-connection' ? (known?.contact ?? contact) : contact;
      this.#bound.push({ key, connection, contact: kept, expiresAtMs: nowMs + seconds * 1_000 });
    }
    return { status: 200, headers: this.#bound.map((bound) => ({ name: 'Contact', value: written(bound, nowMs) })) };
  }

  /** As after a restart. */
  forget(): void {
    this.#bound = [];
  }

  /** The end of a connection as the server saw it. */
  closed(connection: number): void {
    if (this.#options.kind !== 'by-uri') this.#bound = this.#bound.filter((bound) => bound.connection !== connection);
  }

  #keyOf(contact: NameAddress, connection: number): string {
    const { uri, parameters } = contact;
    if (this.#options.kind === 'by-connection') return `${uri.user ?? ''} ${connection}`;
    const instance = this.#options.kind === 'by-instance' ? parameters.get('+sip.instance') : undefined;
    return typeof instance === 'string' ? `${instance} ${parameters.get('reg-id') ?? ''}` : uri.text;
  }
}

function workOf(contacts: readonly NameAddress[]): 'bind' | 'remove' | undefined {
  if (contacts.length === 0) return undefined;
  return contacts.some((contact) => expiresOf(contact) > 0) ? 'bind' : 'remove';
}

function expiresOf({ parameters }: NameAddress): number {
  return Number(parameters.get('expires') ?? 0);
}

function written({ contact, expiresAtMs }: Bound, nowMs: number): string {
  const instance = contact.parameters.get('+sip.instance');
  const quoted = typeof instance === 'string' ? `;+sip.instance="${instance}"` : '';
  return `<${contact.uri.text}>${quoted};expires=${Math.ceil((expiresAtMs - nowMs) / 1_000)}`;
}
