import type { MediaChannel } from '#electron/media/media-channel.ts';
import type { MediaRequestMessage } from '#shared/ipc/media-bridge.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** A page that says and does what the test tells it; it answers nothing by itself. */
export class FakeChannel implements MediaChannel {
  readonly message = new Emitter<unknown>();
  readonly gone = new Emitter<{ readonly reason: string }>();
  readonly onMessage = this.message.event;
  readonly onGone = this.gone.event;
  readonly sent: MediaRequestMessage[] = [];
  opened = 0;
  disposed = false;

  open(): void {
    this.opened += 1;
  }

  send(message: MediaRequestMessage): void {
    this.sent.push(message);
  }

  dispose(): void {
    this.disposed = true;
  }

  becomeReady(): void {
    this.message.fire({ kind: 'event', name: 'ready', value: {} });
  }

  /** Requests of one name, oldest first. */
  asked(name: string): MediaRequestMessage[] {
    return this.sent.filter((request) => request.name === name);
  }

  /** Answers the latest request of a name. */
  answer(name: string, value: unknown): void {
    this.message.fire({ kind: 'reply', number: this.asked(name).at(-1)?.number, ok: true, value });
  }
}
