import { readFile, rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { isCode, loadOfficeIdentity, type OfficeIdentity, reasonOf } from './office-identity.ts';
import {
  credentialsOf,
  type OfficeAddress,
  officeServer,
  officeStatusSchema,
  PracticeOffice,
  type PracticeCredentials,
  type PracticeOfficeOptions,
  practiceUsers,
  statusToken,
} from './practice-office.ts';

const addressSchema = z.object({ port: z.number().int().min(1).max(65_535), stunPort: z.number().int().min(1).max(65_535) });
type RecordedAddress = z.infer<typeof addressSchema>;

const addressFile = 'office-address.json';
/** A stranger on our port that says nothing must not hold up the sign-in. */
const probeTimeoutMs = 2000;

/**
 * One practice office for all Commutes of a person on this computer: uses the one that runs, or starts it here. Whoever
 * listens is recognised by the certificate in the shared folder. When the process that runs the office ends, the others lose
 * their registration, and the first that calls `ensure` again runs the next one with the same certificate and passwords.
 */
export class PracticeOfficeLocator implements Disposable {
  readonly #options: PracticeOfficeOptions;
  #identity: OfficeIdentity | undefined;
  #own: { readonly office: PracticeOffice; readonly address: OfficeAddress } | undefined;
  #search: Promise<OfficeAddress> | undefined;
  /** Port of the office of another process, when that was found last. */
  #otherPort: number | undefined;
  #disposed = false;

  constructor(options: PracticeOfficeOptions) {
    this.#options = options;
  }

  /** The office of this process, when it runs here. */
  get own(): PracticeOffice | undefined {
    return this.#own?.office;
  }

  /** Where the office is now. Cheap when it runs; call it before every attempt to connect. @throws AppError `practice-office-failed`. */
  ensure(): Promise<OfficeAddress> {
    if (this.#own !== undefined) return Promise.resolve(this.#own.address);
    this.#search ??= this.#locate().finally(() => {
      this.#search = undefined;
    });
    return this.#search;
  }

  /**
   * Name and password to sign in with; null: the first person whom nobody is signed in as. After the first `ensure`.
   * @throws AppError `user-unknown`.
   */
  async credentialsFor(user: string | null): Promise<PracticeCredentials> {
    const identity = this.#identity;
    if (identity === undefined) throw new AppError('practice-office-failed', { kind: 'bug', details: { reason: 'not located yet' } });
    return credentialsOf(identity, user ?? (await this.#freeUser(identity)));
  }

  dispose(): void {
    this.#disposed = true;
    this.#own?.office.dispose();
    this.#own = undefined;
  }

  async #locate(): Promise<OfficeAddress> {
    const identity = await loadOfficeIdentity({ ...this.#options, users: practiceUsers });
    this.#identity = identity;
    const recorded = await this.#readRecord();
    const { port, stunPort } = this.#options;
    const running = await this.#find(identity, recorded?.port, port);
    if (running !== undefined) return { server: officeServer(running, identity.fingerprint), stunPort: recorded?.stunPort ?? stunPort };
    try {
      return await this.#startOwn(port);
    } catch (error) {
      if (!(error instanceof AppError) || !isCode(error.cause, 'EADDRINUSE')) throw error;
    }
    // taken since we asked: by another Commute at the same moment, or by a stranger
    const other = await this.#find(identity, port);
    if (other === undefined) return this.#startOwn(0);
    return { server: officeServer(other, identity.fingerprint), stunPort: (await this.#readRecord())?.stunPort ?? stunPort };
  }

  async #freeUser(identity: OfficeIdentity): Promise<string> {
    const taken =
      this.#own?.office.registeredUsers ?? (this.#otherPort === undefined ? [] : await askRegisteredUsers(this.#otherPort, identity));
    return practiceUsers.find((user) => !taken.includes(user)) ?? practiceUsers[0] ?? '';
  }

  async #find(identity: OfficeIdentity, ...ports: readonly (number | undefined)[]): Promise<number | undefined> {
    this.#otherPort = undefined;
    for (const port of new Set(ports)) {
      if (port === undefined || port === 0 || !(await presentsCertificate(port, identity))) continue;
      this.#otherPort = port;
      return port;
    }
    return undefined;
  }

  async #startOwn(port: number): Promise<OfficeAddress> {
    const office = new PracticeOffice({ ...this.#options, port });
    const address = await office.start();
    if (this.#disposed) {
      office.dispose();
      throw new AppError('practice-office-failed', { details: { reason: 'Commute is closing' } });
    }
    this.#own = { office, address };
    await this.#writeRecord({ port: address.server.port, stunPort: address.stunPort });
    return address;
  }

  async #readRecord(): Promise<RecordedAddress | undefined> {
    try {
      return addressSchema.parse(JSON.parse(await readFile(join(this.#options.folder, addressFile), 'utf8')));
    } catch {
      // no record, or not a good one: the usual port is asked
      return undefined;
    }
  }

  async #writeRecord(record: RecordedAddress): Promise<void> {
    const { folder, random, logger } = this.#options;
    const path = join(folder, addressFile);
    const draft = `${path}.${random.hex(6)}`;
    try {
      await writeFile(draft, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
      await rename(draft, path);
    } catch (error) {
      logger.warn('practice office address not recorded', { reason: reasonOf(error) });
    }
  }
}

/** Who is signed in at the office of another process; nobody when it does not say. */
async function askRegisteredUsers(port: number, identity: OfficeIdentity): Promise<readonly string[]> {
  try {
    const request = get({
      host: '127.0.0.1',
      port,
      path: '/status',
      servername: 'localhost',
      ca: identity.certificate,
      agent: false,
      headers: { authorization: `Bearer ${statusToken(identity)}` },
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => request.once('response', resolve).once('error', reject));
    return officeStatusSchema.parse(await json(response)).registeredUsers;
  } catch {
    // two people with one number are no harm: both phones ring
    return [];
  }
}

/** Whether the listener on this port is the office: its certificate is the one of the shared folder. */
function presentsCertificate(port: number, { certificate, fingerprint }: OfficeIdentity): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: certificate,
      timeout: probeTimeoutMs,
    });
    const answer = (same: boolean): void => {
      socket.destroy();
      resolve(same);
    };
    socket.once('secureConnect', () => answer(socket.getPeerCertificate().fingerprint256 === fingerprint));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}
