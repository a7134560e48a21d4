import { join } from 'node:path';
import { type IndexPlan, planIndex } from '#shared/recordings/index-plan.ts';
import { RecordingRewriter } from '#shared/recordings/recording-rewriter.ts';
import { RecordingScanner, type ScanFault } from '#shared/recordings/recording-scanner.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { reasonOf } from './reason-of.ts';
import type { GrowingFile, ReadableFile, RecordingFiles } from './recording-files.ts';

export interface RecordingIndexerOptions {
  readonly files: RecordingFiles;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is known of the recording, and where its copy goes. */
interface Begun {
  readonly before: { readonly size: number; readonly mtimeMs: number };
  readonly target: GrowingFile;
}

/** Read at once: a step of some milliseconds in main's event loop. */
const chunkBytes = 256 * 1024;
/** Behind the name of a recording: when the copy was begun, and what it is. No two processes choose the same name. */
const copyName = /^(.+\.webm)\.[0-9a-z]{8,9}\.index$/;

/**
 * Gives recordings that have ended their length and their index, so that players seek in them. A copy is written beside the file, made to
 * last, and put in its place in one step; whatever goes wrong, the file stays as it was. The copy stands there from the first moment: one
 * that is left over says that a recording still lacks its index.
 */
export class RecordingIndexer {
  readonly #options: RecordingIndexerOptions;
  /** Copies of ours that are being written. */
  readonly #copies = new Set<string>();
  /** One after the other, so that memory and disk see one chunk at a time. */
  #tail: Promise<void> = Promise.resolve();

  constructor(options: RecordingIndexerOptions) {
    this.#options = options;
  }

  /** Indexes a file that grows no more. Never rejects: a line in the log says why a file was left as it is. */
  index(path: string): Promise<void> {
    this.#tail = this.#tail.then(() => this.#index(path));
    return this.#tail;
  }

  /** Resolves when everything that was asked for until now is done. */
  idle(): Promise<void> {
    return this.#tail;
  }

  /**
   * Removes the copies that an earlier process left in a folder, and indexes their recordings.
   * @param aliveMs a copy that grew within this time belongs to another process
   * @throws errors of Node's when the folder cannot be read
   */
  async resume(folder: string, aliveMs: number): Promise<void> {
    const { files, clock } = this.#options;
    const recordings = new Set<string>();
    const names = await files.list(folder);
    for (const name of names) {
      const recording = copyName.exec(name)?.[1];
      const copy = join(folder, name);
      if (recording === undefined || this.#copies.has(copy)) continue;
      if (clock.wallMs() - (await files.stat(copy)).mtimeMs <= aliveMs) continue;
      await files.remove(copy);
      if (names.includes(recording)) recordings.add(recording);
    }
    for (const recording of recordings) void this.index(join(folder, recording));
  }

  async #index(path: string): Promise<void> {
    const { files, clock, logger } = this.#options;
    const copy = `${path}.${clock.wallMs().toString(36)}.index`;
    this.#copies.add(copy);
    try {
      const before = await files.stat(path);
      const target = await files.create(copy);
      const fault = await this.#replace(path, copy, { before, target });
      if (fault !== undefined) logger.warn('Recording left without an index', { path, reason: fault });
    } catch (error) {
      logger.warn('Recording left without an index', { path, reason: reasonOf(error) });
    } finally {
      this.#copies.delete(copy);
    }
  }

  /** @returns why the file stays as it is @throws errors of Node's, with which it stays, too */
  async #replace(path: string, copy: string, { before, target }: Begun): Promise<ScanFault | undefined> {
    const { files } = this.#options;
    try {
      const plan = await closing(target, () => this.#copy(path, target));
      const after = await files.stat(path);
      if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw new Error('somebody changed the file meanwhile');
      if (typeof plan !== 'string') {
        if ((await files.stat(copy)).size !== plan.size) throw new Error('the copy is not what it should be');
        await files.rename(copy, path);
        return undefined;
      }
      await files.remove(copy);
      return plan;
    } catch (error) {
      // one that cannot be removed now is removed at the next start
      await files.remove(copy).catch(() => undefined);
      throw error;
    }
  }

  async #copy(path: string, target: GrowingFile): Promise<IndexPlan | ScanFault> {
    const source = await this.#options.files.open(path);
    return closing(source, async () => {
      const scanner = new RecordingScanner();
      await eachChunk(source, (chunk) => {
        scanner.push(chunk);
        return scanner.fault === undefined;
      });
      const outline = scanner.finish();
      if (typeof outline === 'string') return outline;
      const plan = planIndex(outline);
      await target.write(plan.head);
      const rewriter = new RecordingRewriter(outline.clusters);
      await eachChunk(source, async (chunk) => {
        await target.write(rewriter.push(chunk));
        return true;
      });
      await target.datasync();
      return plan;
    });
  }
}

/** Reads a file from its beginning as long as it is wanted. The chunk is valid until the next one. */
async function eachChunk(file: ReadableFile, take: (chunk: Uint8Array) => boolean | Promise<boolean>): Promise<void> {
  const buffer = new Uint8Array(chunkBytes);
  for (let position = 0; ;) {
    const length = await file.read(buffer, position);
    if (length === 0 || !(await take(buffer.subarray(0, length)))) return;
    position += length;
  }
}

/** Does something with a file and closes it, also when it fails. */
async function closing<T>(file: { close(): Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}
