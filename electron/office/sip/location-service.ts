import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { FlowTable } from './flow-table.ts';
import type { Flow } from './flow.ts';

/** One device of a user (RFC 3261 section 10.3, RFC 5626 section 6). */
export interface Binding {
  readonly user: string;
  /** What makes it the same device: instance and reg-id, or the contact URI of clients without an instance. */
  readonly device: string;
  readonly contactUri: string;
  /** The Contact value as registered, without its `expires`. */
  readonly contact: string;
  readonly token: string;
  readonly flow: Flow;
  readonly callId: string;
  readonly sequence: number;
  readonly expiresAtMs: number;
}

interface Entry {
  readonly binding: Binding;
  readonly timer: Disposable;
}

/** The bindings of all users. A binding ends with its time or with its flow, whichever is first. */
export class LocationService implements Disposable {
  readonly #clock: Clock;
  readonly #flows: FlowTable;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, flows: FlowTable) {
    this.#clock = clock;
    this.#flows = flows;
  }

  get size(): number {
    return this.#entries.size;
  }

  bindingsOf(user: string): Binding[] {
    return this.#all().filter((binding) => binding.user === user);
  }

  /** Users with at least one device. */
  get users(): string[] {
    return [...new Set(this.#all().map(({ user }) => user))];
  }

  find(user: string, device: string): Binding | undefined {
    return this.#entries.get(keyOf(user, device))?.binding;
  }

  /** The device that registered exactly this contact URI; requests outside a dialog may be sent to it (RFC 3515). */
  byContactUri(contactUri: string): Binding | undefined {
    return this.#all().find((binding) => binding.contactUri === contactUri);
  }

  byToken(token: string): Binding | undefined {
    return this.#all().find((binding) => binding.token === token);
  }

  /** Users who proved on this flow who they are. */
  usersOf(flow: Flow): string[] {
    return this.#all()
      .filter((binding) => binding.flow === flow)
      .map((binding) => binding.user);
  }

  /** The token of the device behind a flow: that of its registration, else the flow's own. */
  tokenOf(flow: Flow): string {
    return this.#all().find((binding) => binding.flow === flow)?.token ?? flow.token;
  }

  put(binding: Binding): void {
    this.remove(binding);
    const timer = this.#clock.schedule(binding.expiresAtMs - this.#clock.monotonicMs(), () => this.remove(binding));
    this.#entries.set(keyOf(binding.user, binding.device), { binding, timer });
    this.#flows.bind(binding.token, binding.flow);
  }

  /** Ends the binding of that device. Its token stays reachable while the flow lives: a dialog outlasts a registration. */
  remove(binding: Pick<Binding, 'user' | 'device'>): void {
    const key = keyOf(binding.user, binding.device);
    this.#entries.get(key)?.timer.dispose();
    this.#entries.delete(key);
  }

  removeFlow(flow: Flow): void {
    for (const binding of this.#all()) if (binding.flow === flow) this.remove(binding);
  }

  dispose(): void {
    for (const { timer } of this.#entries.values()) timer.dispose();
    this.#entries.clear();
  }

  #all(): Binding[] {
    return [...this.#entries.values()].map(({ binding }) => binding);
  }
}

function keyOf(user: string, device: string): string {
  return `${user} ${device}`;
}
