import { AppError } from '#shared/errors/app-error.ts';

/** Long enough for old PBXs and answering machines, short enough to type a PIN (Q.24 asks for 40 ms each). */
const toneMs = 120;
const gapMs = 70;

/** A connection that stands begins to send a moment later and says nothing then. */
const retryMs = 20;
const patience = 50;

/** `refused`: the far end takes no telephone events, or does not listen. `unknown`: the connection does not stand yet. */
export type DigitsPath = 'unknown' | 'agreed' | 'refused';

/** Sends digits as RFC 4733 events, in order, as soon as the connection can. */
export class DtmfQueue {
  readonly #sender: () => RTCDTMFSender | null;
  readonly #path: () => DigitsPath;
  readonly #waiting: { readonly digits: string; readonly done: () => void; readonly failed: (error: AppError) => void }[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;

  /** @param sender gives the sender once there is one; it changes with no renegotiation */
  constructor(sender: () => RTCDTMFSender | null, path: () => DigitsPath) {
    this.#sender = sender;
    this.#path = path;
  }

  /**
   * Resolves when the digits have been handed over. Those still playing go first.
   * @throws AppError `digits-not-sent` when the far end takes none, or does not listen now
   */
  send(digits: string): Promise<void> {
    const result = new Promise<void>((done, failed) => this.#waiting.push({ digits, done, failed }));
    this.flush();
    return result;
  }

  /** To be called whenever the connection may have become able to send. */
  flush(): void {
    clearTimeout(this.#retry);
    if (this.#waiting.length === 0) return;
    const sender = this.#sender();
    const path = this.#path();
    if (sender?.canInsertDTMF === true) {
      this.#tries = 0;
      for (const { digits, done } of this.#waiting.splice(0)) {
        sender.insertDTMF(sender.toneBuffer + digits, toneMs, gapMs);
        done();
      }
    } else if (path === 'refused' || this.#tries >= patience) {
      this.#tries = 0;
      for (const { digits, failed } of this.#waiting.splice(0)) failed(new AppError('digits-not-sent', { details: { digits } }));
    } else if (path === 'agreed') {
      this.#tries += 1;
      this.#retry = setTimeout(() => this.flush(), retryMs);
    }
  }

  dispose(): void {
    clearTimeout(this.#retry);
    for (const { failed } of this.#waiting.splice(0))
      failed(new AppError('media-failed', { details: { what: 'digits not sent: closed' } }));
  }
}
