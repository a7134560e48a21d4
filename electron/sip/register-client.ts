import type { CredentialsOutcome } from '#shared/registration/register-answer.ts';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { SipResponse } from '#shared/sip/message.ts';
import { parseDeltaSeconds } from '#shared/sip/parse-delta-seconds.ts';
import type { Random } from '#shared/util/random.ts';
import type { AuthorizationHeader, DigestCredentials } from './digest-credentials.ts';
import { registerRequest, type RegisterSender } from './register-request.ts';

/** What a REGISTER is written to. */
export interface RegisterFlow {
  readonly protocol: 'WS' | 'WSS';
  /** Throws when there is no connection any more. */
  write(bytes: Uint8Array): void;
}

/** What the registrar has taught us; all connections of a line share it. */
export interface RegisterTerms {
  /** Lifetime of a binding; raised by a 423. */
  expiresSeconds: number;
  /** Number of the last REGISTER (RFC 3261 section 10.2). */
  sequence: number;
}

/** What a REGISTER says, as far as it depends on what the server wants. */
export interface RegisterContent {
  readonly contacts: (terms: { readonly expiresSeconds: number; readonly outbound: boolean }) => readonly string[];
  /** Undefined: no Expires header. */
  readonly expires: 'lifetime' | 0 | undefined;
}

export interface RegisterAnswer {
  /** A final answer. */
  readonly response: SipResponse;
  readonly credentials: CredentialsOutcome;
  /** What the last request asked for. */
  readonly expiresSeconds: number;
  /** How many requests it took. */
  readonly requests: number;
}

export interface RegisterHandlers {
  /** A provisional answer or a challenge that is being met: the server is alive. */
  progress(): void;
  answered(answer: RegisterAnswer): void;
}

interface Transaction extends RegisterHandlers {
  readonly content: RegisterContent;
  readonly credentials: Map<AuthorizationHeader, string>;
  branch: string;
  raised: boolean;
  requests: number;
}

const longestMinExpiresSeconds = 86_400;
/** Challenges, a 423 and a 439: nothing honest takes more. */
const mostRequests = 8;

/**
 * REGISTER over one connection, apart from the transactions of the dialogs: two connections can register at the same time while
 * calls run over one of them. Meets challenges, asks for a longer time when told so (423), does without outbound where the first hop
 * knows none (439, RFC 5626 section 6). One request at a time. WebSocket and TCP deliver or break: nothing is sent again by time, and
 * whoever waits has the clock.
 */
export class RegisterClient {
  readonly #sender: RegisterSender;
  readonly #flow: RegisterFlow;
  readonly #credentials: DigestCredentials;
  readonly #terms: RegisterTerms;
  readonly #random: Random;
  readonly #isFamiliar: () => boolean;
  #outbound = true;
  #present: Transaction | undefined;

  constructor(options: {
    readonly sender: RegisterSender;
    readonly flow: RegisterFlow;
    readonly credentials: DigestCredentials;
    readonly terms: RegisterTerms;
    readonly random: Random;
    /** Whether the nonce that was used last came from this server: credentials that nobody asked for go to no other. */
    readonly isFamiliar: () => boolean;
  }) {
    this.#sender = options.sender;
    this.#flow = options.flow;
    this.#credentials = options.credentials;
    this.#terms = options.terms;
    this.#random = options.random;
    this.#isFamiliar = options.isFamiliar;
  }

  /** Throws when the connection is gone. An earlier request is forgotten. */
  send(content: RegisterContent, handlers: RegisterHandlers): void {
    const credentials = new Map<AuthorizationHeader, string>();
    const request = { method: 'REGISTER', uri: this.#sender.registrarUri, body: '' };
    const unasked = this.#isFamiliar() ? this.#credentials.preempt(request, false) : undefined;
    if (unasked !== undefined) credentials.set(unasked.header, unasked.value);
    this.#present = {
      content,
      credentials,
      branch: '',
      raised: false,
      requests: 0,
      progress: () => handlers.progress(),
      answered: (answer) => handlers.answered(answer),
    };
    this.#write(this.#present);
  }

  /** An answer to a REGISTER that came over this connection; what is not for the present request is ignored. */
  receive(response: SipResponse): void {
    const present = this.#present;
    if (present === undefined || response.via[0]?.branch !== present.branch) return;
    if (response.status < 200) return present.progress();
    if (present.requests < mostRequests && this.#asksForMore(present, response)) {
      present.progress();
      this.#write(present);
      return;
    }
    this.#present = undefined;
    if (response.status < 300) this.#credentials.accepted(present);
    present.answered({
      response,
      credentials: this.#credentials.outcomeOf(present),
      expiresSeconds: this.#terms.expiresSeconds,
      requests: present.requests,
    });
  }

  /** No longer interested in the answer. */
  forget(): void {
    this.#present = undefined;
  }

  #write(transaction: Transaction): void {
    const { content, credentials } = transaction;
    const { expiresSeconds } = this.#terms;
    transaction.branch = `z9hG4bK${this.#random.hex(8)}`;
    transaction.requests++;
    this.#flow.write(
      registerRequest(this.#sender, {
        protocol: this.#flow.protocol,
        branch: transaction.branch,
        fromTag: this.#random.hex(5),
        sequence: ++this.#terms.sequence,
        contacts: content.contacts({ expiresSeconds, outbound: this.#outbound }),
        expiresSeconds: content.expires === 'lifetime' ? expiresSeconds : content.expires,
        outbound: this.#outbound,
        credentials: [...credentials].map(([header, value]) => ({ name: headerNames[header], value })),
      }),
    );
  }

  /** Whether the same may be asked again in other words. */
  #asksForMore(transaction: Transaction, response: SipResponse): boolean {
    switch (response.status) {
      case 401:
        return this.#authorize(transaction, 'authorization', findHeaders(response.headers, 'WWW-Authenticate'));
      case 407:
        return this.#authorize(transaction, 'proxy-authorization', findHeaders(response.headers, 'Proxy-Authenticate'));
      case 423:
        return this.#raise(transaction, parseDeltaSeconds(findHeader(response.headers, 'Min-Expires')));
      case 439: {
        const dropped = this.#outbound;
        this.#outbound = false;
        return dropped;
      }
      default:
        return false;
    }
  }

  #authorize(transaction: Transaction, header: AuthorizationHeader, challenges: readonly string[]): boolean {
    const request = { method: 'REGISTER', uri: this.#sender.registrarUri, body: '' };
    const value = this.#credentials.answer(transaction, request, header, challenges);
    if (value !== undefined) transaction.credentials.set(header, value);
    return value !== undefined;
  }

  #raise(transaction: Transaction, seconds: number | undefined): boolean {
    const helps = seconds !== undefined && seconds > this.#terms.expiresSeconds && seconds <= longestMinExpiresSeconds;
    if (transaction.content.expires !== 'lifetime' || transaction.raised || !helps) return false;
    transaction.raised = true;
    this.#terms.expiresSeconds = seconds;
    return true;
  }
}

const headerNames = { authorization: 'Authorization', 'proxy-authorization': 'Proxy-Authorization' } as const;
