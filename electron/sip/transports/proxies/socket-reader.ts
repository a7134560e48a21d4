import type { Socket } from 'node:net';

const endOfHead = '\r\n\r\n';

/** The other side hung up, or said more than it may. */
export class SocketReadError extends Error {
  override readonly name = 'SocketReadError';
}

/**
 * Reads a socket piece by piece until it is handed on. Uses the `readable` event only, so that a socket that was handed on flows
 * for its new owner as if nobody had read from it.
 */
export class SocketReader {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('readable', this.#readable).on('end', this.#ended).on('close', this.#ended).on('error', this.#failed);
  }

  /** Exactly so many bytes. @throws SocketReadError, or what the socket died of */
  async read(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) await this.#more();
    return this.#take(count);
  }

  /** Everything through the next empty line. @throws SocketReadError, also when that is more than `maxBytes` */
  async readHead(maxBytes: number): Promise<string> {
    for (;;) {
      const end = this.#bytes.indexOf(endOfHead);
      if (end >= 0 && end <= maxBytes - endOfHead.length) return this.#take(end + endOfHead.length).toString('latin1');
      if (this.#bytes.length >= maxBytes) throw new SocketReadError('too long');
      await this.#more();
    }
  }

  /** Lets go of the socket; what was read too far is put back. */
  release(): void {
    this.#socket.off('readable', this.#readable).off('end', this.#ended).off('close', this.#ended).off('error', this.#failed);
    if (this.#bytes.length > 0) this.#socket.unshift(this.#bytes);
  }

  #take(count: number): Buffer {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  async #more(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  readonly #readable = (): void => {
    for (let chunk: unknown = this.#socket.read(); Buffer.isBuffer(chunk); chunk = this.#socket.read())
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake?.();
  };

  readonly #ended = (): void => this.#failed(new SocketReadError('closed'));

  readonly #failed = (error: Error): void => {
    this.#failure ??= error;
    this.#wake?.();
  };
}
