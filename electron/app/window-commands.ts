import type { WindowCommand } from '#shared/ipc/ui-contract.ts';

/** Commands for the main window. One that comes before the page listens waits until it asks; the newest wins. */
export class WindowCommands {
  readonly #send: (command: WindowCommand) => void;
  #listening = false;
  #waiting: WindowCommand | null = null;

  constructor(send: (command: WindowCommand) => void) {
    this.#send = send;
  }

  give(command: WindowCommand): void {
    if (this.#listening) this.#send(command);
    else this.#waiting = command;
  }

  /** The page listens from now on. @returns what came before */
  take(): WindowCommand | null {
    this.#listening = true;
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  /** The page is gone or loads anew. */
  lost(): void {
    this.#listening = false;
  }
}
