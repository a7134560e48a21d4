import { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import { VersionedDocument, type VersionedDocumentOptions } from './versioned-document.ts';

/** The system's key store, as Electron's `safeStorage` offers it. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean;
  /** Linux only: which key store is used; `basic_text` is a fixed key that everybody knows. */
  getSelectedStorageBackend?(): string;
  encryptString(plainText: string): Uint8Array;
  /** Throws when the text was encrypted with another key. */
  decryptString(encrypted: Buffer): string;
}

/** Whether a secret outlives this run of the app. */
export type Persistence = 'kept' | 'session-only';

const secretsSchema = z.object({
  version: z.literal(1),
  /** Cipher text in base64 by key. */
  secrets: z.record(z.string().min(1).max(256), z.base64()),
});
type Secrets = z.infer<typeof secretsSchema>;

export interface SecretStoreOptions extends Omit<VersionedDocumentOptions<Secrets>, 'format'> {
  readonly safeStorage: SafeStorage;
}

/**
 * Passwords, encrypted by the system's key store. Where there is none, they stay in memory until the app ends: plain text never
 * reaches the disk. A value goes to the caller of `get` and nowhere else.
 */
export class SecretStore implements Disposable {
  readonly #safeStorage: SafeStorage;
  readonly #document: VersionedDocument<Secrets>;
  readonly #sessionOnly = new Map<string, string>();
  readonly #unreadable = new Set<string>();
  readonly #problem = new Emitter<AppError>();

  constructor({ safeStorage, ...options }: SecretStoreOptions) {
    this.#safeStorage = safeStorage;
    const format = { schema: secretsSchema, version: 1, upgrades: {}, defaults: { version: 1, secrets: {} } } as const;
    this.#document = new VersionedDocument<Secrets>({ ...options, format });
    this.#document.onProblem((problem) => this.#problem.fire(problem));
  }

  /** `password-not-kept` (details: `key`, `reason`: `no-key-store`, `other-key`, `file-unwritable`), `disk-full`, `settings-unwritable`. */
  get onProblem(): Event<AppError> {
    return this.#problem.event;
  }

  /** What `set` would answer now. May change when the system's key store is unlocked. */
  get persistence(): Persistence {
    return this.#hasKeyStore() && this.#document.writable ? 'kept' : 'session-only';
  }

  /** Reads the file. @returns what was wrong with it, if anything: see `VersionedDocument.load` */
  async load(): Promise<AppError | undefined> {
    return (await this.#document.load()).problem;
  }

  /** Whether a secret is stored, be it readable or not. Needs no key store, so it can be asked before the app is ready. */
  has(key: string): boolean {
    return this.#sessionOnly.has(key) || this.#kept(key) !== undefined;
  }

  /** The secret, or undefined when there is none or it cannot be decrypted (told once by `onProblem`). */
  get(key: string): string | undefined {
    const inMemory = this.#sessionOnly.get(key);
    if (inMemory !== undefined) return inMemory;
    const encrypted = this.#kept(key);
    if (encrypted === undefined) return undefined;
    try {
      return this.#safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
    } catch {
      // The cause may speak of the key store's content.
      if (!this.#unreadable.has(key)) this.#tellNotKept(key, this.#hasKeyStore() ? 'other-key' : 'no-key-store');
      this.#unreadable.add(key);
      return undefined;
    }
  }

  /** Stores a secret, in memory only where the system has no key store (`password-not-kept` is told then). */
  set(key: string, value: string): Persistence {
    const encrypted = this.#encrypt(value);
    this.#unreadable.delete(key);
    if (encrypted === undefined) {
      // A stored older value is out of date from now on.
      this.#forgetKept(key);
      this.#sessionOnly.set(key, value);
      this.#tellNotKept(key, this.#document.writable ? 'no-key-store' : 'file-unwritable');
      return 'session-only';
    }
    this.#sessionOnly.delete(key);
    this.#document.save({ version: 1, secrets: { ...this.#document.value.secrets, [key]: encrypted } });
    return 'kept';
  }

  /** Forgets a secret everywhere, the copy of the file included. */
  remove(key: string): void {
    this.#sessionOnly.delete(key);
    this.#unreadable.delete(key);
    this.#forgetKept(key);
  }

  flush(): Promise<void> {
    return this.#document.flush();
  }

  dispose(): void {
    this.#sessionOnly.clear();
    this.#document.dispose();
    this.#problem.dispose();
  }

  #hasKeyStore(): boolean {
    return this.#safeStorage.isEncryptionAvailable() && this.#safeStorage.getSelectedStorageBackend?.() !== 'basic_text';
  }

  #kept(key: string): string | undefined {
    const { secrets } = this.#document.value;
    return Object.hasOwn(secrets, key) ? secrets[key] : undefined;
  }

  #encrypt(value: string): string | undefined {
    if (this.persistence === 'session-only') return undefined;
    try {
      return Buffer.from(this.#safeStorage.encryptString(value)).toString('base64');
    } catch {
      // The key store was locked or went away after it was asked.
      return undefined;
    }
  }

  #forgetKept(key: string): void {
    if (this.#kept(key) === undefined) return;
    const rest = Object.entries(this.#document.value.secrets).filter(([name]) => name !== key);
    this.#document.save({ version: 1, secrets: Object.fromEntries(rest) });
  }

  #tellNotKept(key: string, reason: 'no-key-store' | 'other-key' | 'file-unwritable'): void {
    this.#problem.fire(new AppError('password-not-kept', { details: { key, reason } }));
  }
}
