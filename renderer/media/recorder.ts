import { AppError } from '#shared/errors/app-error.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { SerialQueue } from './serial-queue.ts';

/** A crash loses no more than this. */
const pieceMs = 400;
/** Speech in mono is transparent to Opus at this rate: 14 MB an hour. */
const bitsPerSecond = 32_000;
const mimeType = 'audio/webm;codecs=opus';

/** Writes a stream as a WebM file, piece by piece. */
export class Recorder {
  readonly #recorder: MediaRecorder;
  readonly #pieces = new SerialQueue();
  readonly #data = new Emitter<Uint8Array<ArrayBuffer>>();
  readonly #failed = new Emitter<AppError>();
  /** Resolves when it has ended and the last piece was told. */
  readonly #ended: Promise<void>;
  #wanted = true;
  #stopped: Promise<void> | undefined;

  /** In the order of the file. */
  readonly onData = this.#data.event;
  /** It ended although nobody stopped it; nothing more comes. */
  readonly onFailed = this.#failed.event;

  /** @throws AppError `recording-failed` when this runtime cannot write it */
  constructor(stream: MediaStream) {
    try {
      this.#recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: bitsPerSecond });
    } catch (error) {
      throw failure(error);
    }
    this.#recorder.addEventListener('dataavailable', ({ data }) => void this.#pieces.run(() => this.#tell(data)));
    let reason: unknown = 'ended';
    this.#recorder.addEventListener('error', (event) => {
      reason = event.error;
    });
    // comes after an error, too, and the last piece comes before it
    const stopped = new Promise<void>((resolve) => this.#recorder.addEventListener('stop', () => resolve()));
    this.#ended = stopped.then(() => this.#pieces.run(() => Promise.resolve()));
    void this.#ended.then(() => this.#fail(reason));
  }

  /** @throws AppError `recording-failed` */
  start(): void {
    try {
      this.#recorder.start(pieceMs);
    } catch (error) {
      throw failure(error);
    }
  }

  /** Resolves when the last piece was told. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#wanted = false;
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    await this.#ended;
    this.#data.dispose();
    this.#failed.dispose();
  }

  async #tell(piece: Blob): Promise<void> {
    if (piece.size > 0) this.#data.fire(new Uint8Array(await piece.arrayBuffer()));
  }

  #fail(reason: unknown): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#failed.fire(failure(reason));
  }
}

function failure(reason: unknown): AppError {
  return new AppError('recording-failed', {
    details: { reason: reason instanceof Error ? reason.message : String(reason) },
    cause: reason,
  });
}
