import { join } from 'node:path';
import type { CallId } from '#shared/calls/call.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { RecordingSettings } from '#shared/settings/call-settings.ts';
import type { Policy } from '#shared/state/app-state.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaPort } from '../media/media-port.ts';
import { nodeRecordingFiles, type RecordingFiles } from './recording-files.ts';
import { RecordingIndexer } from './recording-indexer.ts';
import { recordingName } from './recording-name.ts';
import { reasonOf } from './reason-of.ts';
import { RecordingSink } from './recording-sink.ts';

export interface RecordingsOptions {
  readonly media: Pick<MediaPort, 'onRecordingData'>;
  readonly settings: () => RecordingSettings;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files?: RecordingFiles;
}

export interface RecordingFailed {
  readonly recording: CallId;
  readonly error: AppError;
}

interface RecordingNames {
  readonly party: string;
  readonly began: number;
}

interface Running {
  readonly sink: RecordingSink;
  readonly folder: string;
  readonly name: string;
}

const ending = '.webm';
/** Behind the name of a file that still grows. */
const growing = '.part';
/** A file that grew within this time, in ms, belongs to somebody who still records: another profile, or ourselves. */
const aliveMs = 10_000;
/** Longest that leaving waits for indexes, in ms: an hour takes a tenth of it, and what is missing is made at the next start. */
const indexPatienceMs = 1_000;
const mostNumbers = 1000;

/**
 * Writes what the media window records into the folder that the person chose. A file grows under a name of its own and gets its
 * final one at the end; what a crash left gets it at the next start. A file with its final name is whole; length and index, which it
 * gets then, come beside everything else, and nobody who begins or ends a recording waits for them.
 */
export class Recordings implements Disposable {
  readonly #options: RecordingsOptions;
  readonly #files: RecordingFiles;
  readonly #indexer: RecordingIndexer;
  readonly #running = new Map<CallId, Running>();
  readonly #failed = new Emitter<RecordingFailed>();
  readonly #owned = new DisposableStore();
  /** Recordings begin and end one after the other, so that no two choose the same name. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RecordingsOptions) {
    this.#options = options;
    this.#files = options.files ?? nodeRecordingFiles;
    this.#indexer = new RecordingIndexer({ files: this.#files, clock: options.clock, logger: options.logger });
  }

  /** `recording-failed` (details: `path`, `reason`): nothing more is written, what was stays and `finish` tells where. */
  get onFailed(): Event<RecordingFailed> {
    return this.#failed.event;
  }

  /** Listens to the media window and takes care of what an earlier process left. */
  begin(): void {
    const { media, clock } = this.#options;
    this.#owned.add(media.onRecordingData(({ recording, bytes }) => this.append(recording, bytes)));
    void this.recover();
    // what was written a moment before the crash looks alive at first
    this.#owned.add(clock.schedule(2 * aliveMs, () => void this.recover()));
  }

  /**
   * Opens a file for a call; after `finish` the same call may be recorded again, into another one.
   * @param names what the file is called after: who is there, and when the recording began, wall time in ms; a name that is taken gets
   * a number
   * @returns the absolute path that it will have
   * @throws AppError `recording-forbidden`, `recording-folder-missing`, `recording-failed`
   */
  start(recording: CallId, names: RecordingNames): Promise<string> {
    return this.#inTurn(() => this.#start(recording, names));
  }

  /** The next piece of a recording; pieces of one that does not run are dropped. */
  append(recording: CallId, bytes: Uint8Array): void {
    this.#running.get(recording)?.sink.append(bytes);
  }

  /** Ends a recording. @returns where it is; null when there was none, or nothing came */
  finish(recording: CallId): Promise<string | null> {
    return this.#inTurn(() => this.#finish(recording));
  }

  /** Gives files that a crash left behind in the chosen folder their final names and their indexes. Never rejects. */
  async recover(): Promise<void> {
    await this.#inTurn(async () => {
      const { folder } = this.#options.settings();
      if (folder === null || !(await this.#files.isFolder(folder))) return;
      for (const name of await this.#leftovers(folder)) {
        const saved = await this.#settle(folder, name);
        if (saved !== null) this.#options.logger.info('Recording of an earlier start saved', { path: saved });
      }
      await this.#indexer.resume(folder, aliveMs);
    }).catch((error: unknown) => {
      this.#options.logger.warn('Recordings not looked through', { reason: reasonOf(error) });
    });
    await this.#indexer.idle();
  }

  /** Ends all recordings; the files get their names and, unless the disk is slow, their indexes. */
  async finishAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((recording) => this.finish(recording)));
    let patience: Disposable | undefined;
    const tooLong = new Promise<void>((resolve) => (patience = this.#options.clock.schedule(indexPatienceMs, resolve)));
    await Promise.race([this.#turn.then(() => this.#indexer.idle()), tooLong]);
    patience?.dispose();
  }

  dispose(): void {
    this.#owned.dispose();
    void this.finishAll();
    this.#failed.dispose();
  }

  async #start(recording: CallId, { party, began }: RecordingNames): Promise<string> {
    const { settings, policy } = this.#options;
    if (policy().recording === 'forbidden') throw new AppError('recording-forbidden');
    const { folder } = settings();
    if (folder === null || !(await this.#files.isFolder(folder))) {
      throw new AppError('recording-folder-missing', folder === null ? {} : { details: { path: folder } });
    }
    await this.#finish(recording);
    const wanted = recordingName(new Date(began), party);
    const name = await this.#freeName(folder, wanted, true);
    const path = join(folder, name + ending);
    try {
      const file = await this.#files.create(path + growing);
      const sink = new RecordingSink(file, (error) => this.#fail(recording, path, error));
      this.#running.set(recording, { sink, folder, name });
    } catch (error) {
      throw recordingError(path, error);
    }
    return path;
  }

  async #finish(recording: CallId): Promise<string | null> {
    const running = this.#running.get(recording);
    if (running === undefined) return null;
    this.#running.delete(recording);
    await running.sink.close();
    try {
      return await this.#settle(running.folder, running.name);
    } catch (error) {
      this.#options.logger.warn('Recording keeps the name of a growing file', { name: running.name, reason: reasonOf(error) });
      return join(running.folder, running.name + ending + growing);
    }
  }

  /** Gives a growing file its final name, or removes it when it is empty. @returns where it is now */
  async #settle(folder: string, name: string): Promise<string | null> {
    const grown = join(folder, name + ending + growing);
    if ((await this.#files.stat(grown)).size === 0) {
      await this.#files.remove(grown);
      return null;
    }
    const path = join(folder, (await this.#freeName(folder, name, false)) + ending);
    await this.#files.rename(grown, path);
    void this.#indexer.index(path);
    return path;
  }

  /** Names without ending of files that grow no more. */
  async #leftovers(folder: string): Promise<readonly string[]> {
    const suffix = ending + growing;
    const ours = new Set([...this.#running.values()].map(({ name }) => name));
    const left: string[] = [];
    for (const file of await this.#files.list(folder)) {
      const name = file.slice(0, -suffix.length);
      if (!file.endsWith(suffix) || ours.has(name)) continue;
      const { mtimeMs } = await this.#files.stat(join(folder, file));
      if (this.#options.clock.wallMs() - mtimeMs > aliveMs) left.push(name);
    }
    return left;
  }

  /** The wanted name, numbered until no file has it. @param also whether no growing file may have it either */
  async #freeName(folder: string, wanted: string, also: boolean): Promise<string> {
    for (let number = 1; number < mostNumbers; number += 1) {
      const name = number === 1 ? wanted : `${wanted} (${number})`;
      const path = join(folder, name + ending);
      if (await this.#files.exists(path)) continue;
      if (!also || !(await this.#files.exists(path + growing))) return name;
    }
    throw new AppError('recording-failed', { details: { path: folder, reason: 'no free name' } });
  }

  #fail(recording: CallId, path: string, error: unknown): void {
    const problem = recordingError(path, error);
    this.#options.logger.error('Recording stopped', problem.details);
    this.#failed.fire({ recording, error: problem });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function recordingError(path: string, error: unknown): AppError {
  return new AppError('recording-failed', { details: { path, reason: reasonOf(error) }, cause: error });
}
