import { AppError } from '#shared/errors/app-error.ts';
import { guardLimit, restartDelayMs } from '#shared/media/restart-guard.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaChannel } from './media-channel.ts';
import type { MediaLink } from './media-link.ts';

/** A page that has not said `ready` by then is not coming. */
const readyTimeoutMs = 10_000;
/** While there are calls the window is asked for a sign of life. Electron's own `unresponsive` only watches windows that get input. */
const heartbeatMs = 5_000;
const hungAfterMs = 10_000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
  readonly timer: Disposable;
}

export interface WindowKeeperOptions {
  readonly channel: MediaChannel;
  readonly link: MediaLink;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps the media window alive: opens it, rebuilds it when it dies, does not load or hangs, and stops for a while when it
 * dies over and over.
 *
 * ```
 * closed --start--> opening --ready--> ready
 *                    ^  |                |
 *                    |  '--gone, late----+--gone, hung--> dead, or resting after too many
 *                    '---- next turn, or when rested ----------'
 * ```
 */
export class WindowKeeper implements Disposable {
  readonly #channel: MediaChannel;
  readonly #link: MediaLink;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #readyChanged = new Emitter<boolean>();
  readonly #subscriptions = new DisposableStore();
  readonly #waiters = new Set<Waiter>();
  readonly #deaths: number[] = [];
  #state: 'closed' | 'opening' | 'ready' | 'dead' | 'resting' = 'closed';
  /** Of `opening`: the time-out. Of `dead` and `resting`: the next attempt. */
  #timer: Disposable | undefined;
  #heartbeat: Disposable | undefined;
  #watching = false;

  readonly onReadyChanged = this.#readyChanged.event;

  constructor({ channel, link, clock, logger }: WindowKeeperOptions) {
    this.#channel = channel;
    this.#link = link;
    this.#clock = clock;
    this.#logger = logger;
  }

  get ready(): boolean {
    return this.#state === 'ready';
  }

  start(): void {
    this.#subscriptions.add(this.#link.on('ready')(() => this.#becomeReady()));
    this.#subscriptions.add(this.#channel.onGone(({ reason }) => this.#die(reason)));
    this.#open();
  }

  /** @throws AppError `media-failed` when the window does not come (back) in time */
  whenReady(): Promise<void> {
    if (this.#state === 'ready') return Promise.resolve();
    if (this.#state === 'closed' || this.#state === 'resting') return Promise.reject(notReady(this.#state));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve,
        reject,
        timer: this.#clock.schedule(readyTimeoutMs, () => {
          this.#waiters.delete(waiter);
          reject(notReady('timed out'));
        }),
      };
      this.#waiters.add(waiter);
    });
  }

  /** Turns the heartbeat on or off. */
  watch(on: boolean): void {
    if (this.#watching === on) return;
    this.#watching = on;
    if (on) this.#beat();
    else this.#heartbeat?.dispose();
  }

  dispose(): void {
    this.#state = 'closed';
    this.#subscriptions.dispose();
    this.#timer?.dispose();
    this.watch(false);
    this.#rejectWaiters('closed');
    this.#channel.dispose();
    this.#readyChanged.dispose();
  }

  #open(): void {
    this.#state = 'opening';
    this.#timer = this.#clock.schedule(readyTimeoutMs, () => this.#die('not ready in time'));
    this.#channel.open();
  }

  #becomeReady(): void {
    if (this.#state !== 'opening') return;
    this.#timer?.dispose();
    this.#state = 'ready';
    this.#logger.info('Media window ready');
    this.#readyChanged.fire(true);
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const { resolve, timer } of waiters) {
      timer.dispose();
      resolve();
    }
  }

  #die(reason: string): void {
    if (this.#state !== 'opening' && this.#state !== 'ready') return;
    const wasReady = this.#state === 'ready';
    const nowMs = this.#clock.monotonicMs();
    this.#deaths.push(nowMs);
    if (this.#deaths.length > guardLimit + 1) this.#deaths.shift();
    const delayMs = restartDelayMs(this.#deaths, nowMs);
    this.#logger.error('Media window lost', { reason, rebuildInMs: delayMs });
    this.#timer?.dispose();
    this.#state = delayMs > 0 ? 'resting' : 'dead';
    // never at once: we may be inside Electron's own handler, which does not stand a new load
    this.#timer = this.#clock.schedule(delayMs, () => this.#open());
    this.#link.rejectAll(reason);
    if (delayMs > 0) this.#rejectWaiters('died repeatedly');
    if (wasReady) this.#readyChanged.fire(false);
  }

  #beat(): void {
    this.#heartbeat = this.#clock.schedule(heartbeatMs, () => {
      if (this.#state !== 'ready') {
        this.#beat();
        return;
      }
      this.#link.request('inventory', {}, hungAfterMs).then(
        () => this.#watching && this.#beat(),
        () => {
          this.#die('hung');
          if (this.#watching) this.#beat();
        },
      );
    });
  }

  #rejectWaiters(reason: string): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const { reject, timer } of waiters) {
      timer.dispose();
      reject(notReady(reason));
    }
  }
}

function notReady(reason: string): AppError {
  return new AppError('media-failed', { details: { what: 'the media window is not ready', reason } });
}
