import { mergeDialogInfo, parseDialogInfo, type WatchedDialogs } from '#shared/sip/dialog-info.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { CallContext } from '../call-context.ts';
import { dialUri } from '../dial-uri.ts';
import type { WatchChanged } from '../sip-line.ts';
import { Subscription } from './subscription.ts';

interface Watch {
  readonly subscription: Subscription | null;
  watchers: number;
  now: WatchedDialogs | undefined;
  told: WatchChanged;
}

/** The lines that are watched (RFC 4235): one subscription each, whoever and how many watch it. */
export class Watches implements Disposable {
  readonly changes = new Emitter<WatchChanged>();
  readonly #context: CallContext;
  readonly #watches = new Map<string, Watch>();
  #flowUp = false;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Tells what is known, or that nothing is yet, after it has returned. */
  watch(target: string): Disposable {
    const watch = this.#watches.get(target) ?? this.#begin(target);
    watch.watchers++;
    queueMicrotask(() => {
      if (this.#watches.get(target) === watch) this.changes.fire(watch.told);
    });
    return toDisposable(() => {
      watch.watchers--;
      if (watch.watchers > 0 || this.#watches.get(target) !== watch) return;
      this.#watches.delete(target);
      watch.subscription?.dispose();
    });
  }

  flowLost(): void {
    this.#flowUp = false;
    for (const { subscription } of [...this.#watches.values()]) subscription?.flowLost();
  }

  flowReady(): void {
    this.#flowUp = true;
    for (const { subscription } of [...this.#watches.values()]) subscription?.flowReady();
  }

  /** Ends all of them without a word; the line itself is going. */
  dispose(): void {
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    for (const { subscription } of watches) subscription?.flowLost();
    for (const { subscription } of watches) subscription?.dispose();
    this.changes.dispose();
  }

  #begin(target: string): Watch {
    const uri = dialUri(target, this.#context.core.configuration.aor.host);
    const subscription =
      uri === undefined
        ? null
        : new Subscription(
            this.#context,
            { target: uri, event: 'dialog', accept: 'application/dialog-info+xml' },
            {
              began: () => {
                watch.now = undefined;
              },
              notified: (body, state) => this.#learn(target, watch, body, state),
              refused: () => this.#tell(target, watch, 'refused'),
              interrupted: () => this.#tell(target, watch, 'pending'),
            },
            this.#flowUp,
          );
    const status = uri === undefined ? 'refused' : 'pending';
    const watch: Watch = { subscription, watchers: 0, now: undefined, told: { target, status, dialogs: [] } };
    this.#watches.set(target, watch);
    subscription?.start();
    return watch;
  }

  #learn(target: string, watch: Watch, body: string, state: 'pending' | 'active'): void {
    const info = body === '' ? undefined : parseDialogInfo(body);
    if (info !== undefined) {
      const { now, gap } = mergeDialogInfo(watch.now, info);
      watch.now = now;
      if (gap) watch.subscription?.refresh();
    }
    // an authorized subscription without a document knows nothing yet (RFC 6665 section 4.1.3)
    this.#tell(target, watch, watch.now === undefined ? 'pending' : state);
  }

  #tell(target: string, watch: Watch, status: WatchChanged['status']): void {
    if (this.#watches.get(target) !== watch) return;
    const told: WatchChanged = { target, status, dialogs: status === 'active' ? (watch.now?.dialogs ?? []) : [] };
    if (JSON.stringify(told) === JSON.stringify(watch.told)) return;
    watch.told = told;
    this.changes.fire(told);
  }
}
