/** Something that was started or subscribed and can be ended. Calling `dispose` twice is harmless. */
export interface Disposable {
  dispose(): void;
}

/** Wraps a clean-up function; the function runs at most once. */
export function toDisposable(cleanUp: () => void): Disposable {
  let pending: (() => void) | undefined = cleanUp;
  return {
    dispose() {
      const run = pending;
      pending = undefined;
      run?.();
    },
  };
}

/** Owns disposables and ends them in reverse order of their addition. */
export class DisposableStore implements Disposable {
  readonly #owned = new Set<Disposable>();
  #disposed = false;

  /** How many disposables are still owned; tests use it to prove that nothing stayed behind. */
  get size(): number {
    return this.#owned.size;
  }

  /** Takes ownership. After `dispose` the newcomer is ended at once. */
  add<T extends Disposable>(disposable: T): T {
    if (this.#disposed) disposable.dispose();
    else this.#owned.add(disposable);
    return disposable;
  }

  /** Ends one owned disposable early and forgets it. */
  release(disposable: Disposable): void {
    if (this.#owned.delete(disposable)) disposable.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    const owned = [...this.#owned].reverse();
    this.#owned.clear();
    for (const disposable of owned) disposable.dispose();
  }
}
