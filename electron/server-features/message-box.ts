import { readDial } from '#shared/calls/dial-plan.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import type { ReceivedMessage } from '#shared/state/app-state.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import { takesRequests } from '#shared/registration/registration.ts';
import type { SipLine } from '../sip/sip-line.ts';

export interface MessageBoxOptions {
  readonly dialling: () => DiallingSettings;
  /** The name a person's own contacts have for a number. */
  readonly nameOf: (number: string) => string | undefined;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** A stranger may send without end: beyond this the oldest goes. */
const mostMessages = 50;
const longestText = 4096;

/** Texts that came in and were not dismissed, the newest last, and the way to send one. */
export class MessageBox implements Disposable {
  readonly #options: MessageBoxOptions;
  readonly #changed = new Emitter<readonly ReceivedMessage[]>();
  #messages: readonly ReceivedMessage[] = [];
  #line: SipLine | null = null;
  #subscription: Disposable | undefined;

  constructor(options: MessageBoxOptions) {
    this.#options = options;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.#messages;
  }

  get onChanged(): Event<readonly ReceivedMessage[]> {
    return this.#changed.event;
  }

  /** Listens on another line. What came stays until it is dismissed, unless nobody is signed in any more. */
  setLine(line: SipLine | null): void {
    this.#subscription?.dispose();
    this.#line = line;
    this.#subscription = line?.onMessage(({ from, text }) => {
      const { nameOf, newId, clock } = this.#options;
      const sender = { ...from, displayName: nameOf(from.number) ?? from.displayName };
      this.#set(
        [...this.#messages, { id: newId(), from: sender, text: text.slice(0, longestText), at: clock.wallMs() }].slice(-mostMessages),
      );
    });
    if (line === null && this.#messages.length > 0) this.#set([]);
  }

  /** @throws AppError `number-invalid`, `not-signed-in`, `not-registered`, `message-not-delivered` */
  async send(target: string, text: string): Promise<void> {
    const read = readDial(target, this.#options.dialling());
    if (!read.ok) throw new AppError(read.error.code, { details: read.error.details });
    if (this.#line === null) throw new AppError('not-signed-in');
    if (!takesRequests(this.#line.registration)) throw new AppError('not-registered', { details: { number: read.target } });
    await this.#line.sendMessage(read.target, text);
  }

  dismiss(id: string): void {
    const rest = this.#messages.filter((message) => message.id !== id);
    if (rest.length < this.#messages.length) this.#set(rest);
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#changed.dispose();
  }

  #set(messages: readonly ReceivedMessage[]): void {
    this.#messages = messages;
    this.#changed.fire(messages);
  }
}
