import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { RegistrationProbe } from '#shared/network/doctor/evidence.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import { contactUser, type ContactIdentity } from '#shared/registration/own-contact.ts';
import { readRegisterAnswer } from '#shared/registration/register-answer.ts';
import { findHeader } from '#shared/sip/find-header.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { DigestCredentials } from './digest-credentials.ts';
import { type RegisterAnswer, RegisterClient, type RegisterContent } from './register-client.ts';
import { senderOf } from './register-request.ts';
import type { TransportCore, TransportListener } from './transports/transport-core.ts';

export interface RegisterProbeOptions {
  readonly account: Account;
  readonly server: Server;
  /**
   * `register`: binds a Contact of its own and takes it back; where a number has room for one device it drives the line's binding out.
   * `query`: only asks what is bound (RFC 3261 section 10.2.3).
   */
  readonly mode: 'register' | 'query';
  /** Whose contacts are not "others". */
  readonly identity: ContactIdentity;
  /** Those of the line: a password that it was refused with is not sent again. */
  readonly credentials: DigestCredentials;
  /** Begins to connect to the server. */
  readonly open: (listener: TransportListener) => TransportCore;
  readonly userAgentName: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export interface RegisterProbeResult extends RegistrationProbe {
  /** `Server` or `User-Agent` of the answer; empty when it said none. */
  readonly product: string;
  /** How long it took to connect, and from then to the answer, in ms; null for what did not happen. */
  readonly connectedMs: number | null;
  readonly answeredMs: number | null;
  /** REGISTERs that it took to get the answer: two with one challenge. */
  readonly requests: number;
}

const answerDeadlineMs = 8_000;
const removalDeadlineMs = 2_000;
/** Long enough for every registrar to take it, short enough to be gone soon should the removal be lost. */
const probeSeconds = 60;

/**
 * Asks a registrar over a connection of its own what it thinks of the account, without touching the line: another Call-ID, another
 * Contact, no instance. Never rejects; no answer is `connection-timed-out`.
 */
export async function probeRegistration(options: RegisterProbeOptions): Promise<RegisterProbeResult> {
  const probe = new Probe(options);
  try {
    return await probe.run();
  } finally {
    probe.dispose();
  }
}

class Probe {
  readonly #options: RegisterProbeOptions;
  readonly #flow: TransportCore;
  readonly #client: RegisterClient;
  readonly #connected: Promise<null>;
  readonly #ended: Promise<ErrorReport>;
  readonly #uri: string;
  readonly #user: string;
  readonly #startedMs: number;
  #connectedMs: number | null = null;

  constructor(options: RegisterProbeOptions) {
    this.#options = options;
    const { account, server, identity, credentials, userAgentName, clock, random } = options;
    this.#startedMs = clock.monotonicMs();
    // not one of the line's: nothing of it may be taken for a binding that was left behind
    this.#user = contactUser({ key: random.hex(8) }, 0);
    this.#uri = `sip:${this.#user}@${identity.host};transport=ws`;
    const connected = Promise.withResolvers<null>();
    const ended = Promise.withResolvers<ErrorReport>();
    this.#connected = connected.promise;
    this.#ended = ended.promise;
    this.#flow = options.open({
      connected: () => {
        this.#connectedMs = clock.monotonicMs() - this.#startedMs;
        connected.resolve(null);
      },
      message: (bytes) => {
        const result = parseMessage(bytes);
        if (result.ok && result.message.kind === 'response') this.#client.receive(result.message);
      },
      disconnected: (error) => ended.resolve(error.toReport()),
    });
    const write = (bytes: Uint8Array): void => this.#flow.write(bytes);
    this.#client = new RegisterClient({
      sender: senderOf(account, { viaHost: identity.host, callId: random.hex(16), userAgentName }),
      flow: { protocol: server.transport === 'ws' ? 'WS' : 'WSS', write },
      credentials,
      terms: { expiresSeconds: probeSeconds, sequence: 0 },
      random,
      isFamiliar: () => false,
    });
  }

  async run(): Promise<RegisterProbeResult> {
    const failure = await this.#within(this.#connected);
    if (failure !== undefined) return this.#result({ error: failure });
    const bind = ({ expiresSeconds }: { readonly expiresSeconds: number }): string[] => [`<${this.#uri}>;expires=${expiresSeconds}`];
    const isQuery = this.#options.mode === 'query';
    const content: RegisterContent = isQuery ? { contacts: () => [], expires: undefined } : { contacts: bind, expires: 'lifetime' };
    const answer = await this.#ask(content, answerDeadlineMs);
    if ('code' in answer) return this.#result({ error: answer });
    const answeredMs = this.#options.clock.monotonicMs() - this.#startedMs - (this.#connectedMs ?? 0);
    if (!isQuery && answer.response.status < 300) {
      await this.#ask({ contacts: () => [`<${this.#uri}>;expires=0`], expires: 0 }, removalDeadlineMs);
    }
    return this.#read(answer, answeredMs);
  }

  dispose(): void {
    this.#client.forget();
    this.#flow.close();
  }

  #read({ response, credentials, expiresSeconds, requests }: RegisterAnswer, answeredMs: number): RegisterProbeResult {
    const { account, server, identity } = this.#options;
    const question = { host: server.host, user: account.user, identity, contactUser: this.#user, requestedSeconds: expiresSeconds };
    const verdict = readRegisterAnswer(response, question, credentials);
    const date = Date.parse(findHeader(response.headers, 'Date') ?? '');
    return this.#result({
      error: verdict.kind === 'accepted' ? null : verdict.error,
      others: verdict.kind === 'accepted' ? verdict.bound.others : [],
      dateMs: Number.isNaN(date) ? null : date,
      product: findHeader(response.headers, 'Server') ?? findHeader(response.headers, 'User-Agent') ?? '',
      answeredMs,
      requests,
    });
  }

  #result(known: Partial<RegisterProbeResult>): RegisterProbeResult {
    const nothing = { error: null, others: [], dateMs: null, product: '', answeredMs: null, requests: 0 };
    return { ...nothing, connectedMs: this.#connectedMs, ...known };
  }

  async #ask(content: RegisterContent, deadlineMs: number): Promise<RegisterAnswer | ErrorReport> {
    const answered = Promise.withResolvers<RegisterAnswer>();
    try {
      this.#client.send(content, { progress: () => undefined, answered: answered.resolve });
    } catch {
      return { code: 'connection-lost', details: {} };
    }
    let answer: RegisterAnswer | undefined;
    const failure = await this.#within(
      answered.promise.then((received) => (answer = received)),
      deadlineMs,
    );
    return answer ?? failure ?? timedOut;
  }

  /** Undefined: it happened; else why it did not. */
  async #within(happening: Promise<unknown>, deadlineMs?: number): Promise<ErrorReport | undefined> {
    const { signal, clock } = this.#options;
    const late = Promise.withResolvers<ErrorReport>();
    const giveUp = (): void => late.resolve(timedOut);
    if (signal.aborted) return timedOut;
    signal.addEventListener('abort', giveUp, { once: true });
    const timer = deadlineMs === undefined ? undefined : clock.schedule(deadlineMs, giveUp);
    try {
      return await Promise.race([happening.then(() => undefined), this.#ended, late.promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      timer?.dispose();
    }
  }
}

const timedOut: ErrorReport = { code: 'connection-timed-out', details: {} };
