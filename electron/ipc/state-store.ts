import type { AppState, Snapshot, StatePatch } from '#shared/state/app-state.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';

/**
 * The one state that windows replicate. Slices are replaced whole; all that changes in one turn of the event loop leaves
 * as one numbered patch.
 */
export class StateStore implements Disposable {
  #state: AppState;
  #revision = 0;
  #pending: Partial<AppState> | undefined;
  readonly #defer: (action: () => void) => void;
  readonly #patched = new Emitter<StatePatch>();

  readonly onPatch = this.#patched.event;

  /** @param defer runs an action after the present turn, e.g. `queueMicrotask` */
  constructor(initial: AppState, defer: (action: () => void) => void) {
    this.#state = initial;
    this.#defer = defer;
  }

  get state(): AppState {
    return this.#state;
  }

  /** The present state with the number that the next patch continues from. */
  snapshot(): Snapshot {
    this.#flush();
    return { revision: this.#revision, state: this.#state };
  }

  set<K extends keyof AppState>(slice: K, value: AppState[K]): void {
    if (Object.is(this.#state[slice], value)) return;
    this.#state = { ...this.#state, [slice]: value };
    if (this.#pending === undefined) {
      this.#pending = {};
      this.#defer(() => this.#flush());
    }
    this.#pending[slice] = value;
  }

  dispose(): void {
    this.#pending = undefined;
    this.#patched.dispose();
  }

  #flush(): void {
    const patch = this.#pending;
    if (patch === undefined) return;
    this.#pending = undefined;
    this.#revision += 1;
    this.#patched.fire({ revision: this.#revision, patch });
  }
}
