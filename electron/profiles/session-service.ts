import { AppError, type ErrorCode, type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import type { SignIn } from '#shared/ipc/ui-contract.ts';
import type { RegistrationProbe } from '#shared/network/doctor/evidence.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { SessionState } from '#shared/state/app-state.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { CertificateLearned, ReconnectReason, SipLine } from '../sip/sip-line.ts';
import { LineHolder } from './line-holder.ts';
import type { AccountSettings, OfficePort, PasswordStore } from './session-ports.ts';

export interface SessionServiceOptions {
  readonly settings: AccountSettings;
  readonly secrets: PasswordStore;
  readonly office: OfficePort;
  readonly createLine: (account: Account, password: () => string | undefined) => SipLine;
  /** Ends calls before the line goes; resolves when they are gone or after a short while. */
  readonly endCalls: () => Promise<void>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Logger;
}

interface Attempt {
  readonly account: Account;
  readonly password: string | undefined;
  readonly remember: boolean;
  /** A person waits on the sign-in page: the first failure goes there instead of into back-off. */
  readonly interactive: boolean;
}

/** Refusals that only the fields of the sign-in page can put right. */
const needsTyping: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['wrong-password', 'user-unknown']);

/** Lifetime of a binding that is asked for, in seconds. */
const registerExpires = 600;

/**
 * Who is signed in, and the line that goes with it.
 *
 *   starting -> signed-out -> signing-in -> signed-in -> (sign out) signed-out
 *       |           ^             |
 *       |           +-- failed ---+
 *       +--> signed-in  (an account and its password are kept: the line registers by itself)
 *                |
 *                +--> signed-out  (the server no longer takes user or password)
 */
export class SessionService implements Disposable {
  readonly #options: SessionServiceOptions;
  readonly #stateChanged = new Emitter<SessionState>();
  readonly #held = new LineHolder();
  #state: SessionState = { stage: 'starting', account: null, error: null };
  #attempt: Attempt | undefined;
  /** Raised by each new beginning, so that a late answer to an old one changes nothing. */
  #generation = 0;
  #lookingForOffice = false;
  /** Whether the present line has ever been registered: before that, there is no call that losing it could cut. */
  #wasRegistered = false;

  readonly onStateChanged = this.#stateChanged.event;
  readonly onRegistrationChanged = this.#held.onRegistrationChanged;
  readonly onLineChanged = this.#held.onChanged;

  constructor(options: SessionServiceOptions) {
    this.#options = options;
  }

  get state(): SessionState {
    return this.#state;
  }

  /**
   * Signs in with the account of the last time, if there is one; asks for its password where that was not kept. May run before
   * passwords can be read: `checkPassword` follows when they can.
   */
  async restore(): Promise<void> {
    const account = this.#options.settings.account();
    if (account === null) return this.#setState({ stage: 'signed-out', account: null, error: null });
    const generation = this.#begin();
    if (account.kind === 'practice-office') {
      this.#setState({ stage: 'signed-in', account, error: null });
      return this.#connectToOffice(account.user, account.id, false, generation);
    }
    if (!this.#options.secrets.has(account.id)) return this.#askForPassword(account);
    this.#setState({ stage: 'signed-in', account, error: null });
    this.#startLine({ account, password: undefined, remember: true, interactive: false });
  }

  /** Passwords can be read now: one that was kept but cannot be decrypted any more must be asked for. */
  checkPassword(): void {
    const attempt = this.#attempt;
    if (this.#state.stage !== 'signed-in' || attempt === undefined || attempt.account.kind !== 'server') return;
    if (attempt.password !== undefined || this.#options.secrets.get(attempt.account.id) !== undefined) return;
    this.#begin();
    this.#askForPassword(attempt.account);
  }

  signIn(request: SignIn): void {
    this.#begin();
    const account: Account = {
      id: this.#options.newId(),
      kind: 'server',
      user: request.user,
      authUser: request.authUser === '' ? null : request.authUser,
      displayName: request.displayName,
      domain: request.domain === '' ? null : request.domain,
      servers: request.servers,
      registerExpires,
    };
    this.#setState({ stage: 'signing-in', account, error: null });
    this.#startLine({ account, password: request.password, remember: request.remember, interactive: true });
  }

  async signInPracticeOffice(user: string | null): Promise<void> {
    const generation = this.#begin();
    this.#setState({ stage: 'signing-in', account: null, error: null });
    await this.#connectToOffice(user, this.#options.newId(), true, generation);
  }

  cancelSignIn(): void {
    if (this.#state.stage !== 'signing-in') return;
    this.#begin();
    this.#setState({ stage: 'signed-out', account: this.#state.account, error: null });
  }

  /** Ends calls, removes the registration, and forgets the account and its password. */
  async signOut(): Promise<void> {
    const line = this.#held.line;
    const account = this.#state.account;
    const generation = ++this.#generation;
    await this.#options.endCalls();
    if (line !== undefined) await line.unregister();
    if (account !== null) this.#options.secrets.remove(account.id);
    this.#options.settings.save(null);
    if (generation !== this.#generation) return;
    this.#held.drop();
    this.#setState({ stage: 'signed-out', account: null, error: null });
  }

  /** To the sign-in page, with the account kept and the reason shown, when the server takes it no longer. */
  async signInAgain(): Promise<void> {
    const line = this.#held.line;
    const { account } = this.#state;
    if (line === undefined || account === null) return;
    const { registration } = line;
    await this.#options.endCalls();
    if (line !== this.#held.line) return;
    this.#begin();
    this.#setState({ stage: 'signed-out', account, error: 'error' in registration ? registration.error : null });
  }

  /** For quitting: the binding is removed, the account stays for the next start. Never rejects. */
  async leave(): Promise<void> {
    await this.#options.endCalls();
    await this.#held.line?.unregister();
  }

  /** Pins a certificate for the address of the last attempt and tries again. */
  trustCertificate(host: string, port: number, fingerprint: string): void {
    const attempt = this.#attempt;
    if (attempt === undefined) throw new AppError('not-signed-in');
    const isNamed = (server: Server) => server.host === host && server.port === port;
    if (!attempt.account.servers.some(isNamed)) throw new AppError('request-invalid', { details: { host, port } });
    const servers = attempt.account.servers.map((server): Server =>
      isNamed(server) ? { ...server, trust: { kind: 'pinned', fingerprint } } : server,
    );
    const account = { ...attempt.account, servers };
    if (this.#state.stage === 'signed-in') this.#options.settings.save(account);
    this.#tryAgain({ ...attempt, account });
  }

  /** Does not wait for the next attempt; on the sign-in page tries what failed there once more. */
  retryNow(why: ReconnectReason = 'asked'): void {
    if (this.#held.line === undefined) {
      if (why === 'asked' && this.#state.error !== null && this.#attempt !== undefined) this.#tryAgain(this.#attempt);
      return;
    }
    // A refused registration does not try again by itself; the network may not try it either where another device took the line over.
    if (this.#held.line.registration.phase === 'refused' && why === 'asked') this.#held.line.start();
    else this.#held.line.reconnect(why);
  }

  /** Removes the bindings of all other devices of this number; also after another one took the line over. */
  takeOver(): void {
    this.#held.line?.takeOver();
  }

  /** Name of the device that took the line over; null when none did. */
  get takenOverBy(): string | null {
    const registration = this.#held.line?.registration;
    if (registration?.phase !== 'refused' || registration.error.code !== 'taken-over') return null;
    return String(registration.error.details['name'] ?? '');
  }

  /** Calls ring elsewhere from now on; the line stays connected. */
  standBy(): void {
    this.#held.line?.standBy();
  }

  /** Asks a server of the account what it thinks of it, for the doctor. Rejects with `not-signed-in`. */
  async probeRegistration(server: Server, signal: AbortSignal): Promise<RegistrationProbe> {
    if (this.#held.line === undefined) throw new AppError('not-signed-in');
    return this.#held.line.probeRegistration(server, signal);
  }

  ringHere(): void {
    this.#held.line?.start();
  }

  dispose(): void {
    this.#generation += 1;
    this.#held.dispose();
    this.#stateChanged.dispose();
  }

  #begin(): number {
    this.#held.drop();
    this.#attempt = undefined;
    return ++this.#generation;
  }

  #askForPassword(account: Account): void {
    const error = new AppError('password-not-kept', { details: { user: account.user } });
    this.#options.logger.warn('No password for the account', { code: error.code });
    this.#setState({ stage: 'signed-out', account, error: error.toReport() });
  }

  async #connectToOffice(user: string | null, id: string, interactive: boolean, generation: number): Promise<void> {
    const { office, logger } = this.#options;
    try {
      const server = await office.ensure();
      const person = await office.credentialsFor(user);
      if (generation !== this.#generation) return;
      const account: Account = {
        id,
        kind: 'practice-office',
        user: person.user,
        authUser: null,
        displayName: person.displayName,
        domain: null,
        servers: [server],
        registerExpires,
      };
      this.#setState({ stage: interactive ? 'signing-in' : 'signed-in', account, error: null });
      this.#startLine({ account, password: person.password, remember: true, interactive });
    } catch (error) {
      if (generation !== this.#generation) return;
      const report = reportOf(error);
      logger.error('The practice office did not start', { ...report.details, code: report.code });
      this.#setState({ stage: 'signed-out', account: null, error: report });
    }
  }

  #startLine(attempt: Attempt): void {
    const { createLine, secrets } = this.#options;
    this.#attempt = attempt;
    this.#wasRegistered = false;
    const password = () => attempt.password ?? secrets.get(attempt.account.id);
    const line = createLine(attempt.account, password);
    this.#held.start(line, {
      onStatus: (status) => this.#onRegistration(line, status),
      onCertificateLearned: (learned) => this.#keepCertificate(learned),
    });
  }

  /** The next start trusts it from its first handshake on. The line goes on as it is; the practice office tells its own each time. */
  #keepCertificate({ host, port, certificate }: CertificateLearned): void {
    const attempt = this.#attempt;
    if (attempt === undefined || attempt.account.kind !== 'server') return;
    const servers = attempt.account.servers.map((server): Server =>
      server.host === host && server.port === port && server.trust.kind === 'pinned'
        ? { ...server, trust: { ...server.trust, certificate } }
        : server,
    );
    const account = { ...attempt.account, servers };
    this.#attempt = { ...attempt, account };
    if (this.#options.settings.account()?.id === account.id) this.#options.settings.save(account);
  }

  #onRegistration(line: SipLine, status: RegistrationStatus): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    if (status.phase === 'registered') return this.#onRegistered(attempt);
    if (status.phase !== 'refused' && status.phase !== 'waiting') return;
    const { code, details } = status.error;
    this.#options.logger.warn('Not registered', { ...details, code, server: status.server, stage: this.#state.stage });
    if (this.#state.stage === 'signing-in' && attempt.interactive) return this.#failed(status.error);
    if (status.phase === 'refused' && !this.#wasRegistered && needsTyping.has(code)) return this.#failed(status.error);
    if (status.phase === 'waiting' && attempt.account.kind === 'practice-office') void this.#findOfficeAgain(line, attempt);
  }

  #onRegistered(attempt: Attempt): void {
    this.#wasRegistered = true;
    if (this.#state.stage === 'signed-in' && !attempt.interactive) return;
    const { settings, secrets } = this.#options;
    if (this.#state.stage === 'signing-in') {
      const before = settings.account();
      if (before !== null && before.id !== attempt.account.id) secrets.remove(before.id);
      settings.save(attempt.account);
      if (attempt.remember && attempt.password !== undefined && attempt.account.kind === 'server')
        secrets.set(attempt.account.id, attempt.password);
    }
    this.#setState({ stage: 'signed-in', account: attempt.account, error: null });
  }

  /** With a line of its own: what the one before met may be known to it as final. */
  #tryAgain(attempt: Attempt): void {
    const wasSignedIn = this.#state.stage === 'signed-in';
    const { account } = attempt;
    this.#begin();
    this.#setState({ stage: wasSignedIn ? 'signed-in' : 'signing-in', account, error: null });
    this.#startLine({ ...attempt, interactive: !wasSignedIn });
  }

  /** Leads to the sign-in page. What was tried is kept, so that it can be tried again with a trusted certificate or a proxy's password. */
  #failed(error: ErrorReport): void {
    const attempt = this.#attempt;
    this.#begin();
    this.#attempt = attempt;
    this.#setState({ stage: 'signed-out', account: attempt?.account ?? null, error });
  }

  /** The Commute that ran the office may have quit: then this one opens it again, at the same address if it is free. */
  async #findOfficeAgain(line: SipLine, attempt: Attempt): Promise<void> {
    if (this.#lookingForOffice) return;
    this.#lookingForOffice = true;
    try {
      const server = await this.#options.office.ensure();
      if (line !== this.#held.line) return;
      const known = attempt.account.servers[0];
      if (
        known !== undefined &&
        known.host === server.host &&
        known.port === server.port &&
        JSON.stringify(known.trust) === JSON.stringify(server.trust)
      ) {
        line.reconnect('asked');
        return;
      }
      const generation = this.#begin();
      await this.#connectToOffice(attempt.account.user, attempt.account.id, false, generation);
    } catch (error) {
      this.#options.logger.warn('The practice office could not be opened again', { error: String(error) });
    } finally {
      this.#lookingForOffice = false;
    }
  }

  #setState(state: SessionState): void {
    this.#state = state;
    this.#stateChanged.fire(state);
  }
}
