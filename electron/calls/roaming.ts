import type { CallId } from '#shared/calls/call.ts';
import { isLive } from '#shared/calls/call-policy.ts';
import type { RepairMeans } from '#shared/calls/call-state.ts';
import { type NetworkNews, roamingStep, stands } from '#shared/calls/roaming-law.ts';
import type { FlowPath } from '#shared/network/path.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { SipLine } from '../sip/sip-line.ts';
import type { CallBook, Entry } from './call-book.ts';
import type { MediaWatch } from './media-watch.ts';

export interface RoamingOptions {
  readonly book: CallBook;
  readonly watch: MediaWatch;
  /** What a repair of the call would depend on. */
  readonly means: (id: CallId) => RepairMeans;
  readonly logger: Logger;
}

/** Phases in which requests inside of dialogs arrive at the server. */
const carries: ReadonlySet<RegistrationStatus['phase']> = new Set(['registered', 'standing-by'] as const);

/** Tells the calls of the line what a change of network means for them: the law itself is `shared/calls/roaming-law.ts`. */
export class Roaming implements Disposable {
  readonly #options: RoamingOptions;
  #listeners: DisposableStore | undefined;
  #line: SipLine | null = null;
  /** Where the flow in use runs; null when none is known. */
  #path: FlowPath | null = null;
  #addresses: readonly string[] | null = null;

  constructor(options: RoamingOptions) {
    this.#options = options;
  }

  /** Address of the server, as the flow in use has it; null when none is known. */
  get serverAddress(): string | null {
    return this.#path?.remoteAddress ?? null;
  }

  setLine(line: SipLine | null): void {
    this.#listeners?.dispose();
    this.#listeners = undefined;
    this.#line = line;
    this.#path = null;
    if (line === null) return;
    const listeners = new DisposableStore();
    listeners.add(line.onFlowReady((path) => this.#onFlowReady(path)));
    listeners.add(line.onRegistrationChanged(() => this.#review()));
    this.#listeners = listeners;
  }

  /** @param addresses all that this computer has now, loopback among them */
  onAddressesChanged(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.#options.book.together(() => {
      this.#review();
      this.#tell({ what: 'addresses', addresses, sourceChanged: this.#path !== null && !stands(this.#path.localAddress, addresses) });
    });
  }

  dispose(): void {
    this.#listeners?.dispose();
  }

  #onFlowReady(path: FlowPath): void {
    const before = this.#path;
    this.#path = path;
    // a flow proves its address, also one that nobody has seen in the list yet
    if (this.#addresses !== null && !stands(path.localAddress, this.#addresses)) this.#addresses = [...this.#addresses, path.localAddress];
    this.#options.book.together(() => {
      this.#review();
      const sourceChanged = before !== null && before.localAddress !== path.localAddress;
      this.#tell({ what: 'flow', addresses: this.#addresses, sourceChanged });
    });
  }

  /** Whether the line reaches its server: it is registered, over a flow that begins at an address which still is ours. */
  #reaches(line: SipLine): boolean {
    if (!carries.has(line.registration.phase)) return false;
    return this.#path === null || this.#addresses === null || stands(this.#path.localAddress, this.#addresses);
  }

  #review(): void {
    const line = this.#line;
    if (line === null) return;
    const reachable = this.#reaches(line);
    for (const { call } of this.#entries(line)) {
      if (call.reachable !== reachable) this.#options.book.feed(call.id, { type: 'reach-changed', reachable });
    }
  }

  #tell(news: NetworkNews): void {
    const { book, watch, means, logger } = this.#options;
    if (this.#line === null) return;
    for (const { call } of this.#entries(this.#line)) {
      const step = roamingStep(call, watch.localAddressOf(call.id), news);
      if (step === 'watch') watch.watchClosely(call.id);
      if (step !== 'renew') continue;
      logger.info('The network changed under a call', { call: call.id, what: news.what });
      book.feed(call.id, { type: 'media-lost', cause: 'network-changed', means: means(call.id) });
    }
  }

  /** Calls of this line alone: those of one before have their own connection. */
  #entries(line: SipLine): readonly Entry[] {
    return this.#options.book.entries().filter((entry) => entry.line === line && isLive(entry.call));
  }
}
