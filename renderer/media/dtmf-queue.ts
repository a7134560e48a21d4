import { AppError } from '#shared/errors/app-error.ts';

/** Long enough for old PBXs and answering machines, short enough to type a PIN (Q.24 asks for 40 ms each). */
const toneMs = 120;
const gapMs = 70;

/** Sends digits as RFC 4733 events, in order, as soon as the connection can. */
export class DtmfQueue {
  readonly #sender: () => RTCDTMFSender | null;
  readonly #waiting: { readonly digits: string; readonly done: () => void; readonly failed: (error: AppError) => void }[] = [];

  /** @param sender gives the sender once there is one; it changes with no renegotiation */
  constructor(sender: () => RTCDTMFSender | null) {
    this.#sender = sender;
  }

  /** Resolves when the digits have been handed over. Those still playing go first. */
  send(digits: string): Promise<void> {
    const result = new Promise<void>((done, failed) => this.#waiting.push({ digits, done, failed }));
    this.flush();
    return result;
  }

  /** To be called whenever the connection may have become able to send. */
  flush(): void {
    const sender = this.#sender();
    if (sender === null || !sender.canInsertDTMF) return;
    for (const { digits, done } of this.#waiting.splice(0)) {
      sender.insertDTMF(sender.toneBuffer + digits, toneMs, gapMs);
      done();
    }
  }

  dispose(): void {
    for (const { failed } of this.#waiting.splice(0))
      failed(new AppError('media-failed', { details: { what: 'digits not sent: closed' } }));
  }
}
