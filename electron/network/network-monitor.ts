import { addressMark, type LocalAddress } from '#shared/network/addresses.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { sourceTowards } from './source-address.ts';
import { systemAddresses } from './system-addresses.ts';

/** Electron tells no addresses, so they are looked at. A look costs about 0.1 ms of processor time. */
const lookMs = 1_000;

/** The same while somebody is on the telephone. */
const busyLookMs = 500;

/** An adapter that comes up gets its addresses one after the other: wait until they stand still for this long. */
const settleMs = 300;

/**
 * The monotonic clock stands still while the computer sleeps, the wall clock does not. Somebody who sets the clock forward by more
 * than this looks like a sleeper, which costs one reconnection.
 */
const sleepMs = 3_000;

export interface NetworkNews {
  /** `resumed`: the computer has slept. */
  readonly kind: 'network-changed' | 'resumed';
  /** Whether it has any address beside loopback and link-local ones. */
  readonly online: boolean;
  /** All that it has, loopback among them. */
  readonly addresses: readonly string[];
}

export interface NetworkMonitorOptions {
  readonly clock: Clock;
  /** Somebody is on the telephone: look more often. */
  readonly busy?: () => boolean;
  /** Address of the server, as the last connection had it; null when none is known. */
  readonly server?: () => string | null;
  /** The system's addresses, and the one from which it would reach another; others in tests. */
  readonly addresses?: () => readonly LocalAddress[];
  readonly sourceTowards?: (remote: string) => Promise<string | null>;
}

/**
 * Says when this computer's addresses, or the one from which it reaches the server, have changed and stand still again (a tunnel can
 * take the route and leave the list as it was); at once when the network is gone; and when the computer has slept.
 */
export class NetworkMonitor implements Disposable {
  readonly #options: Required<NetworkMonitorOptions>;
  readonly #changed = new Emitter<NetworkNews>();
  #timer: Disposable | undefined;
  #told = '';
  #seen = '';
  #wallMs = 0;
  #monotonicMs = 0;
  /** Source addresses towards servers, as they were last found. */
  #source: { readonly server: string; readonly address: string | null } | null = null;

  readonly onChanged = this.#changed.event;

  constructor(options: NetworkMonitorOptions) {
    this.#options = { busy: () => false, server: () => null, addresses: systemAddresses, sourceTowards, ...options };
  }

  /** All addresses of this computer now, loopback among them. */
  get addresses(): readonly string[] {
    return this.#options.addresses().map(({ address }) => address);
  }

  start(): void {
    this.#noteTimes();
    this.#told = this.#mark();
    this.#seen = this.#told;
    this.#lookIn(this.#pace());
  }

  /** The system says that the computer has slept. */
  wokeUp(): void {
    this.#noteTimes();
    this.#tell('resumed', this.#mark());
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#changed.dispose();
  }

  #lookIn(delayMs: number): void {
    this.#timer = this.#options.clock.schedule(delayMs, () => {
      const server = this.#options.server();
      if (server === null) this.#look();
      else void this.#askSource(server).then(() => this.#timer !== undefined && this.#look());
    });
  }

  async #askSource(server: string): Promise<void> {
    const address = await this.#options.sourceTowards(server);
    // the first answer for a server is no change
    if (this.#source?.server !== server) {
      const before = this.#mark();
      this.#source = { server, address };
      const after = this.#mark();
      if (this.#told === before) this.#told = after;
      if (this.#seen === before) this.#seen = after;
    } else this.#source = { server, address };
  }

  #look(): void {
    const slept = this.#hasSlept();
    this.#noteTimes();
    const mark = this.#mark();
    const stands = mark === this.#seen;
    this.#seen = mark;
    this.#lookIn(stands ? this.#pace() : settleMs);
    const isGone = !isOnline(mark) && isOnline(this.#told);
    if (slept) this.#tell('resumed', mark);
    else if (mark !== this.#told && (stands || isGone)) this.#tell('network-changed', mark);
  }

  #tell(kind: NetworkNews['kind'], mark: string): void {
    this.#told = mark;
    this.#changed.fire({ kind, online: isOnline(mark), addresses: this.addresses });
  }

  #mark(): string {
    const { address = null } = this.#source ?? {};
    return `${addressMark(this.#options.addresses())}${sourceSign}${address ?? ''}`;
  }

  #pace(): number {
    return this.#options.busy() ? busyLookMs : lookMs;
  }

  #hasSlept(): boolean {
    const { clock } = this.#options;
    return clock.wallMs() - this.#wallMs - (clock.monotonicMs() - this.#monotonicMs) > sleepMs;
  }

  #noteTimes(): void {
    const { clock } = this.#options;
    this.#wallMs = clock.wallMs();
    this.#monotonicMs = clock.monotonicMs();
  }
}

const sourceSign = '\n> ';

function isOnline(mark: string): boolean {
  return !mark.startsWith(sourceSign);
}
