/**
 * Holds what arrives until somebody says that it may be dealt with, and is no more than a function call from then on. A line can
 * so be connected, and its first REGISTER be under way, before the system's key store can be asked for the password.
 */
export class ReceiveGate {
  #waiting: (() => void)[] | undefined = [];

  open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const action of waiting) action();
  }

  pass(action: () => void): void {
    if (this.#waiting === undefined) action();
    else this.#waiting.push(action);
  }
}
