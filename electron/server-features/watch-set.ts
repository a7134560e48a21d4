import type { DialogState } from '#shared/people/line-state.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { SipLine, WatchChanged } from '../sip/sip-line.ts';

/** A few addresses that are watched on whatever line there is: what is known of each, and which of them changed. */
export class WatchSet implements Disposable {
  readonly #changed = new Emitter<string>();
  readonly #watches = new Map<string, Disposable | undefined>();
  readonly #known = new Map<string, WatchChanged>();
  #line: SipLine | null = null;
  #subscription: Disposable | undefined;

  /** Fires with the address of which something else is known now. */
  get onChanged(): Event<string> {
    return this.#changed.event;
  }

  /** The addresses, in the order in which they were first given. */
  get targets(): readonly string[] {
    return [...this.#watches.keys()];
  }

  /** Watches the same addresses on another line; nothing is known of them at first. */
  setLine(line: SipLine | null): void {
    if (line === this.#line) return;
    this.#subscription?.dispose();
    for (const watch of this.#watches.values()) watch?.dispose();
    this.#known.clear();
    this.#line = line;
    this.#subscription = line?.onWatchChanged((change) => this.#learn(change));
    for (const target of this.targets) {
      this.#watches.set(target, line?.watch(target));
      this.#changed.fire(target);
    }
  }

  /** Watches exactly these. */
  setTargets(targets: readonly string[]): void {
    for (const target of this.targets) if (!targets.includes(target)) this.remove(target);
    for (const target of targets) this.add(target);
  }

  add(target: string): void {
    if (!this.#watches.has(target)) this.#watches.set(target, this.#line?.watch(target));
  }

  remove(target: string): void {
    this.#watches.get(target)?.dispose();
    this.#watches.delete(target);
    this.#known.delete(target);
  }

  status(target: string): WatchChanged['status'] {
    return this.#known.get(target)?.status ?? 'pending';
  }

  /** Whether the server tells about it now. */
  isKnown(target: string): boolean {
    return this.status(target) === 'active';
  }

  dialogs(target: string): readonly DialogState[] {
    return this.#known.get(target)?.dialogs ?? [];
  }

  dispose(): void {
    this.#subscription?.dispose();
    for (const watch of this.#watches.values()) watch?.dispose();
    this.#watches.clear();
    this.#changed.dispose();
  }

  #learn(change: WatchChanged): void {
    if (!this.#watches.has(change.target)) return;
    this.#known.set(change.target, change);
    this.#changed.fire(change.target);
  }
}
