import { readDial } from '#shared/calls/dial-plan.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { lineActivityOf } from '#shared/people/line-activity.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import type { Callback } from '#shared/state/app-state.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { SipLine } from '../sip/sip-line.ts';
import type { FeatureDialer } from './feature-dialer.ts';
import { WatchSet } from './watch-set.ts';

export interface CallbacksOptions {
  readonly dialer: Pick<FeatureDialer, 'dial' | 'offers'>;
  readonly dialling: () => DiallingSettings;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** A wish is forgotten after this long, in ms. */
const expiryMs = 2 * 60 * 60_000;
/** How long a server may take to say whether it tells about a line, in ms. */
const answerMs = 8_000;

interface Wish {
  readonly callback: Callback;
  readonly target: string;
  readonly expiry: Disposable;
}

/**
 * Numbers that the person wants to reach once they are free. A server that calls back by itself is asked to; else the line is watched,
 * and as long as it is free the callback says so.
 */
export class Callbacks implements Disposable {
  readonly #options: CallbacksOptions;
  readonly #watches = new WatchSet();
  readonly #wishes = new Map<string, Wish>();
  readonly #changed = new Emitter<readonly Callback[]>();
  /** Requests that wait for the server's word; each ends with a no. */
  readonly #undecided = new Set<() => void>();
  #line: SipLine | null = null;
  #subscription: Disposable | undefined;

  constructor(options: CallbacksOptions) {
    this.#options = options;
  }

  get callbacks(): readonly Callback[] {
    return [...this.#wishes.values()].map(({ callback, target }) => {
      const isFree = callback.by === 'watch' && this.#watches.isKnown(target) && lineActivityOf(this.#watches.dialogs(target)) === 'idle';
      return { ...callback, state: isFree ? 'free' : 'waiting' };
    });
  }

  get onChanged(): Event<readonly Callback[]> {
    return this.#changed.event;
  }

  start(): void {
    this.#subscription = this.#watches.onChanged(() => {
      if (this.#wishes.size > 0) this.#changed.fire(this.callbacks);
    });
  }

  /** Wishes belong to the line on which they were made. */
  setLine(line: SipLine | null): void {
    if (line === this.#line) return;
    this.#line = line;
    for (const refuse of [...this.#undecided]) refuse();
    for (const id of [...this.#wishes.keys()]) this.#forget(id);
    this.#watches.setTargets([]);
    this.#watches.setLine(line);
  }

  /**
   * Resolves when the server has taken the wish, or tells about the line. One wish for a number is enough.
   * @param name how the person knows the number; may be empty
   * @throws AppError `number-invalid`, `callback-impossible` (details: `name`), and as `FeatureDialer.dial`
   */
  async request(number: string, name: string): Promise<void> {
    const { dialer, dialling } = this.#options;
    if (this.#line === null) throw new AppError('not-signed-in');
    const read = readDial(number, dialling());
    if (!read.ok) throw new AppError(read.error.code, { details: read.error.details });
    const { target } = read;
    if (this.#wishFor(target) !== undefined) return;
    const isServers = dialer.offers('callback') && read.kind !== 'address';
    if (isServers) await dialer.dial('callback', { number: target });
    else if (read.kind === 'emergency' || read.kind === 'code' || !(await this.#isTold(target))) {
      throw new AppError('callback-impossible', { details: { name: name === '' ? number : name } });
    }
    if (this.#wishFor(target) === undefined) this.#add(target, number, name, isServers ? 'server' : 'watch');
  }

  /** @throws AppError as `FeatureDialer.dial`: the server goes on with it */
  async cancel(id: string): Promise<void> {
    const wish = this.#wishes.get(id);
    if (wish === undefined) return;
    const { dialer } = this.#options;
    if (wish.callback.by === 'server' && dialer.offers('callback-cancel')) await dialer.dial('callback-cancel', { number: wish.target });
    this.#forget(id);
  }

  /** A call with this number was begun: the wish is fulfilled. */
  noteDialled(number: string): void {
    const read = readDial(number, this.#options.dialling());
    const wish = read.ok ? this.#wishFor(read.target) : undefined;
    if (wish !== undefined) this.#forget(wish.callback.id);
  }

  dispose(): void {
    for (const refuse of [...this.#undecided]) refuse();
    for (const { expiry } of this.#wishes.values()) expiry.dispose();
    this.#wishes.clear();
    this.#subscription?.dispose();
    this.#watches.dispose();
    this.#changed.dispose();
  }

  #add(target: string, number: string, name: string, by: Callback['by']): void {
    const { newId, clock } = this.#options;
    const id = newId();
    const expiry = clock.schedule(expiryMs, () => this.#forget(id));
    const callback: Callback = { id, number: number.slice(0, 256), name: name.slice(0, 256), since: clock.wallMs(), by, state: 'waiting' };
    this.#wishes.set(id, { callback, target, expiry });
    this.#changed.fire(this.callbacks);
  }

  #forget(id: string): void {
    const wish = this.#wishes.get(id);
    if (wish === undefined) return;
    wish.expiry.dispose();
    this.#wishes.delete(id);
    this.#watches.remove(wish.target);
    this.#changed.fire(this.callbacks);
  }

  #wishFor(target: string): Wish | undefined {
    return [...this.#wishes.values()].find((wish) => wish.target === target);
  }

  /** Begins to watch; the watch stays only when the server tells about it. */
  async #isTold(target: string): Promise<boolean> {
    this.#watches.add(target);
    const isTold = await this.#verdict(target);
    if (!isTold && this.#wishFor(target) === undefined) this.#watches.remove(target);
    return isTold;
  }

  #verdict(target: string): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isTold: boolean): void => {
        listening.dispose();
        deadline.dispose();
        this.#undecided.delete(refuse);
        resolve(isTold);
      };
      const refuse = (): void => settle(false);
      const look = (): void => {
        const status = this.#watches.status(target);
        if (status !== 'pending') settle(status === 'active');
      };
      const listening = this.#watches.onChanged(look);
      const deadline = this.#options.clock.schedule(answerMs, refuse);
      this.#undecided.add(refuse);
      look();
    });
  }
}
