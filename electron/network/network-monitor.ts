import { networkInterfaces } from 'node:os';
import { addressMark, type LocalAddress } from '#shared/network/addresses.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** Electron tells no addresses, so they are looked at; a look costs less than 0.1 ms. */
const lookMs = 1_000;

/** An adapter that comes up gets its addresses one after the other: wait until they stand still for this long. */
const settleMs = 300;

export interface NetworkMonitorOptions {
  readonly clock: Clock;
  /** The system's addresses; another list in tests. */
  readonly addresses?: () => readonly LocalAddress[];
}

/** Says when this computer's addresses have changed and stand still again. */
export class NetworkMonitor implements Disposable {
  readonly #clock: Clock;
  readonly #addresses: () => readonly LocalAddress[];
  readonly #changed = new Emitter<{ readonly online: boolean }>();
  #timer: Disposable | undefined;
  #told = '';
  #seen = '';

  readonly onChanged = this.#changed.event;

  constructor({ clock, addresses = systemAddresses }: NetworkMonitorOptions) {
    this.#clock = clock;
    this.#addresses = addresses;
  }

  start(): void {
    this.#told = addressMark(this.#addresses());
    this.#seen = this.#told;
    this.#timer = this.#clock.schedule(lookMs, () => this.#look());
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#changed.dispose();
  }

  #look(): void {
    const mark = addressMark(this.#addresses());
    const stands = mark === this.#seen;
    this.#seen = mark;
    this.#timer = this.#clock.schedule(stands ? lookMs : settleMs, () => this.#look());
    if (!stands || mark === this.#told) return;
    this.#told = mark;
    this.#changed.fire({ online: mark !== '' });
  }
}

function systemAddresses(): readonly LocalAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, list = []]) =>
    list.map(({ address, internal }) => ({ interfaceName, address, internal })),
  );
}
