import * as nodeFiles from 'node:fs';
import { join } from 'node:path';
import { formatLine, type LogRecord } from '#shared/logging/format-line.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { LogSink } from './log-sink.ts';

/** What the log needs of the file system; `node:fs` fits, and a test puts a full disk in its place. */
export interface LogFiles {
  mkdirSync(path: string, options: { recursive: true; mode: number }): unknown;
  statSync(path: string): { readonly size: number };
  renameSync(from: string, to: string): void;
  appendFileSync(path: string, text: string, options: { mode: number }): void;
  readonly promises: { appendFile(path: string, text: string, options: { mode: number }): Promise<void> };
}

export interface RotatingLogOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly files?: LogFiles;
  /** A file that would grow beyond this is put aside first. */
  readonly maxBytes?: number;
  /** How many files are kept, the current one included. */
  readonly maxFiles?: number;
}

interface Chunk {
  readonly text: string;
  /** Log lines in it, the notice not counted. */
  readonly lines: number;
  /** How many dropped lines its notice speaks of. */
  readonly dropsTold: number;
}

const flushDelayMs = 250;
/** More waiting characters than this are dropped: a disk that hangs must not fill the memory. */
const maxWaiting = 1024 * 1024;
const owned = { mode: 0o600 };

/**
 * Log lines in `commute.log`, older ones in `commute.1.log` (newest) to `commute.4.log`. Lines are gathered and appended without
 * blocking; `flushSync` writes at once for the moments before an end. When the disk takes nothing, lines are dropped and one
 * line says how many as soon as there is room.
 */
export class RotatingLog implements LogSink, Disposable {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #files: LogFiles;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  #waiting: string[] = [];
  #waitingLength = 0;
  #droppedLines = 0;
  /** Why the last attempt failed; undefined while the disk takes lines. */
  #fault: string | undefined;
  /** Bytes in the current file; undefined before the first write. */
  #size: number | undefined;
  #timer: Disposable | undefined;
  #writing: Promise<void> | undefined;
  #disposed = false;

  constructor({ folder, clock, files = nodeFiles, maxBytes = 2 * 1024 * 1024, maxFiles = 5 }: RotatingLogOptions) {
    this.#folder = folder;
    this.#clock = clock;
    this.#files = files;
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
  }

  /** All possible paths from the oldest to the current one; some may not exist. */
  get paths(): readonly string[] {
    return Array.from({ length: this.#maxFiles }, (_unused, index) => this.#path(this.#maxFiles - 1 - index));
  }

  write(record: LogRecord): void {
    if (this.#disposed) return;
    const line = `${formatLine(record)}\n`;
    if (this.#waitingLength + line.length > maxWaiting) {
      this.#droppedLines++;
      return;
    }
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    this.#arm();
  }

  /** Resolves when everything written so far is in the file or was dropped. */
  async flush(): Promise<void> {
    for (;;) {
      if (this.#writing !== undefined) await this.#writing;
      else if (this.#waiting.length === 0) return;
      else await this.#startWriting();
    }
  }

  /** Writes now and blocks: for `dispose` and for the last lines before a crash. Lines on their way already may end up behind. */
  flushSync(): void {
    if (this.#waiting.length === 0) return;
    const chunk = this.#take();
    try {
      this.#prepare(chunk.text);
      this.#files.appendFileSync(this.#path(0), chunk.text, owned);
      this.#wrote(chunk);
    } catch (error) {
      this.#failed(chunk.lines, error);
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#timer?.dispose();
    this.#timer = undefined;
    this.flushSync();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#writing !== undefined || this.#disposed) return;
    this.#timer = this.#clock.schedule(flushDelayMs, () => {
      this.#timer = undefined;
      void this.#startWriting();
    });
  }

  #startWriting(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#writing ??= this.#append().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#arm();
    });
    return this.#writing;
  }

  async #append(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const chunk = this.#take();
    try {
      this.#prepare(chunk.text);
      await this.#files.promises.appendFile(this.#path(0), chunk.text, owned);
      this.#wrote(chunk);
    } catch (error) {
      this.#failed(chunk.lines, error);
    }
  }

  /** The waiting lines as one text; a notice of what was dropped before comes first, on a line of its own. */
  #take(): Chunk {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingLength = 0;
    return { text: this.#notice() + lines.join(''), lines: lines.length, dropsTold: this.#droppedLines };
  }

  #notice(): string {
    if (this.#droppedLines === 0) return '';
    const fields = { lines: this.#droppedLines, reason: this.#fault ?? 'too many lines at once' };
    const line = formatLine({ at: this.#clock.wallMs(), level: 'warn', name: 'logging', message: 'Lines were dropped', fields });
    // A failed append may have left half a line behind.
    return `${this.#fault === undefined ? '' : '\n'}${line}\n`;
  }

  #wrote({ text, dropsTold }: Chunk): void {
    this.#size = (this.#size ?? 0) + Buffer.byteLength(text);
    this.#droppedLines = Math.max(0, this.#droppedLines - dropsTold);
    this.#fault = undefined;
  }

  #failed(lines: number, error: unknown): void {
    this.#droppedLines += lines;
    this.#fault = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
    this.#size = undefined;
  }

  /** Makes the folder and puts a full file aside. */
  #prepare(text: string): void {
    if (this.#size === undefined) {
      this.#files.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#size = this.#sizeOnDisk();
    }
    if (this.#size === 0 || this.#size + Buffer.byteLength(text) <= this.#maxBytes) return;
    for (let age = this.#maxFiles - 2; age >= 0; age--) this.#rename(age);
    this.#size = 0;
  }

  #rename(age: number): void {
    try {
      this.#files.renameSync(this.#path(age), this.#path(age + 1));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  #sizeOnDisk(): number {
    try {
      return this.#files.statSync(this.#path(0)).size;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }

  #path(age: number): string {
    return join(this.#folder, age === 0 ? 'commute.log' : `commute.${age}.log`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
