import { basename } from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import { assert } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import { setAside, writeError, writeFileAtomically } from './atomic-file.ts';
import { type DocumentFormat, firstIssue, interpret, type Reading } from './document-format.ts';
import { fileErrorCode, type FileSystem, nodeFileSystem } from './file-system.ts';

export interface VersionedDocumentOptions<T extends { readonly version: number }> {
  readonly path: string;
  readonly format: DocumentFormat<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files?: FileSystem;
}

export interface Loaded<T> {
  readonly value: T;
  /** `settings-damaged` (details: `path`, `reason`, `setAside`, `startedFrom`) or `settings-newer` (details: `path`, `version`). */
  readonly problem?: AppError;
}

type FileReading<T> = Reading<T> | { readonly kind: 'missing' };

/**
 * A value kept in a JSON file. The last good writing also stands in `<name>.bak`. A file that cannot be read is set aside and reported,
 * never overwritten; a file of a newer Commute is read as far as possible and never written.
 */
export class VersionedDocument<T extends { readonly version: number }> implements Disposable {
  readonly #path: string;
  readonly #backupPath: string;
  readonly #format: DocumentFormat<T>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #files: FileSystem;
  readonly #problem = new Emitter<AppError>();
  #value: T | undefined;
  #writable = true;
  #unsaved = false;
  #failureTold = false;
  #writing: Promise<void> | undefined;
  #disposed = false;

  constructor({ path, format, clock, logger, files = nodeFileSystem }: VersionedDocumentOptions<T>) {
    this.#path = path;
    this.#backupPath = `${path}.bak`;
    this.#format = format;
    this.#clock = clock;
    this.#logger = logger;
    this.#files = files;
  }

  /** Fires when saving fails (`disk-full`, `settings-unwritable`): once, and again only after a save went well in between. */
  get onProblem(): Event<AppError> {
    return this.#problem.event;
  }

  /** The value as loaded or last handed to `save`. */
  get value(): T {
    assert(this.#value !== undefined, 'document used before load');
    return this.#value;
  }

  /** False when what stands on disk must stay as it is: saved values then last until the app ends. */
  get writable(): boolean {
    return this.#writable;
  }

  /** Reads the file, or the last good copy of it, or takes the defaults. Never throws; never writes. */
  async load(): Promise<Loaded<T>> {
    const loaded = await this.#load();
    this.#value = loaded.value;
    if (loaded.problem !== undefined) this.#logger.warn('Document not as expected', loaded.problem.details);
    return loaded;
  }

  /**
   * Takes over a new value at once and writes it soon; of several values in a row only the last is written.
   * @throws AppError `request-invalid` when the value does not fit the schema; nothing changes then
   */
  save(value: T): void {
    assert(this.#value !== undefined, 'document saved before load');
    const checked = this.#format.schema.safeParse(value);
    if (!checked.success)
      throw new AppError('request-invalid', { details: { file: basename(this.#path), reason: firstIssue(checked.error) } });
    this.#value = checked.data;
    this.#unsaved = true;
    void this.#write();
  }

  /** Resolves when the latest value is in the file, or could not be written once more. For the way out. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#unsaved) await this.#write();
  }

  dispose(): void {
    this.#disposed = true;
    this.#problem.dispose();
  }

  async #load(): Promise<Loaded<T>> {
    const reading = await this.#read(this.#path);
    if (reading.kind === 'good') return { value: reading.value };
    if (reading.kind === 'newer') return this.#readOnly(reading);
    if (reading.kind === 'damaged') return this.#recover(this.#path, reading.reason);
    const backup = await this.#read(this.#backupPath);
    if (backup.kind === 'newer') return this.#readOnly(backup);
    if (backup.kind === 'damaged') return this.#recover(this.#backupPath, backup.reason);
    return { value: backup.kind === 'good' ? backup.value : this.#format.defaults };
  }

  #readOnly(reading: { readonly version: number; readonly value: T | undefined }): Loaded<T> {
    this.#writable = false;
    const problem = new AppError('settings-newer', { details: { path: this.#path, file: basename(this.#path), version: reading.version } });
    return { value: reading.value ?? this.#format.defaults, problem };
  }

  async #recover(path: string, reason: string): Promise<Loaded<T>> {
    const moved = await this.#moveAway(path);
    const rest = path === this.#path ? await this.#read(this.#backupPath) : ({ kind: 'missing' } as const);
    if (rest.kind === 'newer') this.#writable = false;
    if (rest.kind === 'damaged') await this.#moveAway(this.#backupPath);
    const good = rest.kind === 'good' || rest.kind === 'newer' ? rest.value : undefined;
    const details = { path, file: basename(path), reason, startedFrom: good === undefined ? 'defaults' : 'last-good-copy' };
    const problem = new AppError('settings-damaged', { details: moved === undefined ? details : { ...details, setAside: moved } });
    return { value: good ?? this.#format.defaults, problem };
  }

  /** Where the file is now; undefined when it had to stay, and then it will not be written either. */
  async #moveAway(path: string): Promise<string | undefined> {
    try {
      return await setAside(this.#files, path, this.#clock.wallMs());
    } catch {
      this.#writable = false;
      return undefined;
    }
  }

  async #read(path: string): Promise<FileReading<T>> {
    try {
      return interpret(await this.#files.readFile(path), this.#format);
    } catch (error) {
      const reason = fileErrorCode(error);
      return reason === 'ENOENT' ? { kind: 'missing' } : { kind: 'damaged', reason };
    }
  }

  #write(): Promise<void> {
    if (!this.#writable || this.#disposed) return Promise.resolve();
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    // The first turn lets a row of changes in one go become one writing.
    await Promise.resolve();
    while (this.#unsaved) {
      this.#unsaved = false;
      const text = `${JSON.stringify(this.value, null, 2)}\n`;
      try {
        await writeFileAtomically(this.#files, this.#path, text);
        await writeFileAtomically(this.#files, this.#backupPath, text);
        this.#failureTold = false;
      } catch (error) {
        this.#unsaved = true;
        this.#tell(error instanceof AppError ? error : writeError(error, this.#path));
        return;
      }
    }
  }

  #tell(problem: AppError): void {
    if (this.#failureTold) return;
    this.#failureTold = true;
    this.#logger.error('Document could not be written', problem.details);
    this.#problem.fire(problem);
  }
}
