import type { GrowingFile } from './recording-files.ts';

/** More than this waits for the disk only when the disk has stopped taking anything. */
const maxWaitingBytes = 4 * 1024 * 1024;

/**
 * One file that grows. Pieces are written in their order and made to last one batch after the other, so what came while the disk was
 * busy goes together and the disk is asked no more often than it can answer.
 */
export class RecordingSink {
  readonly #file: GrowingFile;
  readonly #onFailed: (error: unknown) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #written = 0;
  #pump: Promise<void> | undefined;
  #closed = false;

  /** @param onFailed called once when the disk takes no more; what was written stays */
  constructor(file: GrowingFile, onFailed: (error: unknown) => void) {
    this.#file = file;
    this.#onFailed = onFailed;
  }

  /** Bytes that are in the file. */
  get written(): number {
    return this.#written;
  }

  append(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > maxWaitingBytes) this.#fail(new Error('the disk is too slow'));
    else this.#pump ??= this.#writeWaiting();
  }

  /** Writes what waits, and closes the file. Never rejects. */
  async close(): Promise<void> {
    // a disk that failed may never answer
    if (!this.#closed) await this.#pump;
    if (this.#closed) return;
    this.#closed = true;
    await this.#closeFile();
  }

  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#closed) {
        const batch = concatenated(this.#waiting);
        this.#waiting = [];
        this.#waitingBytes = 0;
        await this.#file.write(batch);
        this.#written += batch.length;
        await this.#file.datasync();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pump = undefined;
    }
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    void this.#closeFile();
    this.#onFailed(error);
  }

  async #closeFile(): Promise<void> {
    try {
      await this.#file.close();
    } catch {
      // what was written was made to last before
    }
  }
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
