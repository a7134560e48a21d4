import { AppError } from '#shared/errors/app-error.ts';
import type { IceReport, IceServerProof } from '#shared/network/ice/report.ts';
import type { NatReport } from '#shared/network/nat/report.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';

export interface NetworkChecksOptions {
  readonly checkNat: (options: { readonly lifetime: boolean; readonly signal: AbortSignal }) => Promise<NatReport>;
  readonly checkIce: (options: { readonly nat: NatReport | null; readonly signal: AbortSignal }) => Promise<IceReport>;
  /** @param id a server of the settings */
  readonly testServer: (id: string) => Promise<IceServerProof>;
  readonly logger: Logger;
}

export type CheckName = 'nat' | 'ice';

/** What the checks have found out, and which of them run now. */
export interface ChecksState {
  readonly nat: NatReport | null;
  readonly ice: IceReport | null;
  readonly checking: readonly CheckName[];
}

/** Runs the checks that a person asks for, each at most once at a time, and keeps what they found as long as the network is the same. */
export class NetworkChecks implements Disposable {
  readonly #options: NetworkChecksOptions;
  readonly #changed = new Emitter<ChecksState>();
  readonly #running = new Map<CheckName, AbortController>();
  #nat: NatReport | null = null;
  #ice: IceReport | null = null;

  readonly onChanged = this.#changed.event;

  constructor(options: NetworkChecksOptions) {
    this.#options = options;
  }

  get state(): ChecksState {
    return { nat: this.#nat, ice: this.#ice, checking: [...this.#running.keys()] };
  }

  checkNat(lifetime: boolean): void {
    this.#run('nat', async (signal) => {
      const report = await this.#options.checkNat({ lifetime, signal });
      return () => (this.#nat = report);
    });
  }

  checkIce(): void {
    this.#run('ice', async (signal) => {
      const report = await this.#options.checkIce({ nat: this.#nat, signal });
      return () => (this.#ice = report);
    });
  }

  testServer(id: string): Promise<IceServerProof> {
    return this.#options.testServer(id);
  }

  /** Gives up what runs; what was found before stays. */
  stop(): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const controller of running) controller.abort();
    if (running.length > 0) this.#tell();
  }

  /** What was found out about another network says nothing about this one. */
  networkChanged(): void {
    if (this.#nat === null && this.#ice === null && this.#running.size === 0) return;
    this.#nat = null;
    this.#ice = null;
    this.stop();
    this.#tell();
  }

  dispose(): void {
    this.stop();
    this.#changed.dispose();
  }

  #run(name: CheckName, check: (signal: AbortSignal) => Promise<() => void>): void {
    if (this.#running.has(name)) return;
    const controller = new AbortController();
    this.#running.set(name, controller);
    this.#tell();
    const finish = (keep: (() => void) | undefined): void => {
      // whoever stopped it wants nothing of it any more
      if (this.#running.get(name) !== controller) return;
      this.#running.delete(name);
      keep?.();
      this.#tell();
    };
    check(controller.signal).then(finish, (error: unknown) => {
      const code = error instanceof AppError ? error.code : 'internal';
      this.#options.logger.warn('A check of the network failed', { check: name, code, error: String(error) });
      finish(undefined);
    });
  }

  #tell(): void {
    this.#changed.fire(this.state);
  }
}
