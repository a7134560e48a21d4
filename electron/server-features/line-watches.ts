import { readDial } from '#shared/calls/dial-plan.ts';
import { lineStateOf, ringingDialog } from '#shared/people/line-activity.ts';
import type { DialogState, LineState } from '#shared/people/line-state.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { SipLine } from '../sip/sip-line.ts';
import { WatchSet } from './watch-set.ts';

/** More lines than anybody looks at; each is a subscription that the server has to keep. */
export const mostWatches = 100;

/** What the lines of colleagues do, by the numbers under which they are known. Numbers outside of the server are not watched. */
export class LineWatches implements Disposable {
  readonly #dialling: () => DiallingSettings;
  readonly #watches = new WatchSet();
  readonly #changed = new Emitter<readonly LineState[]>();
  #subscription: Disposable | undefined;
  /** Number as it is known to what is watched for it. */
  #targets: ReadonlyMap<string, string> = new Map();

  constructor({ dialling }: { readonly dialling: () => DiallingSettings }) {
    this.#dialling = dialling;
  }

  /** One state for each watched number, in the order in which they were given. */
  get lines(): readonly LineState[] {
    return [...this.#targets].map(([number, target]) => lineStateOf(number, this.#watches.isKnown(target), this.#watches.dialogs(target)));
  }

  get onChanged(): Event<readonly LineState[]> {
    return this.#changed.event;
  }

  start(): void {
    this.#subscription = this.#watches.onChanged(() => this.#changed.fire(this.lines));
  }

  setLine(line: SipLine | null): void {
    this.#watches.setLine(line);
  }

  /** The numbers to be watched; those beyond `mostWatches` are not. */
  setNumbers(numbers: readonly string[]): void {
    const targets = new Map<string, string>();
    for (const number of numbers) {
      const read = readDial(number, this.#dialling());
      if (read.ok && read.kind === 'internal' && targets.size < mostWatches) targets.set(number, read.target);
    }
    this.#targets = targets;
    this.#watches.setTargets([...new Set(targets.values())]);
    this.#changed.fire(this.lines);
  }

  /** The dialog that rings at a number, for a pickup; null when none does, or nobody tells. */
  dialogOf(number: string): DialogState | null {
    const target = this.#targets.get(number) ?? number;
    return ringingDialog(this.#watches.dialogs(target)) ?? null;
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#watches.dispose();
    this.#changed.dispose();
  }
}
