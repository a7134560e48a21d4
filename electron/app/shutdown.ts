import type { Logger } from '#shared/util/logger.ts';

export interface ShutdownOptions {
  readonly hasLiveCalls: () => boolean;
  /** Asks whether a running call may be cut; resolves with the person's answer. */
  readonly askToCut: () => Promise<boolean>;
  /** Orderly good-bye: calls ended, binding removed, files written. */
  readonly leave: () => Promise<void>;
  readonly exit: () => void;
  readonly logger: Logger;
}

/**
 * Quitting in order: first the question if somebody is on the line, then the good-bye, then the end. However often and from
 * wherever it is asked for, it happens once.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  #phase: 'running' | 'asking' | 'leaving' | 'gone' = 'running';

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** Whether the process may end right now without further ado. */
  get isGone(): boolean {
    return this.#phase === 'gone';
  }

  /** Begins to quit. @returns false when the person rather went on talking */
  async request(): Promise<boolean> {
    if (this.#phase !== 'running') return this.#phase !== 'asking';
    if (this.#options.hasLiveCalls()) {
      this.#phase = 'asking';
      const mayCut = await this.#options.askToCut();
      if (!mayCut) {
        this.#phase = 'running';
        return false;
      }
    }
    this.#phase = 'leaving';
    try {
      await this.#options.leave();
    } catch (error) {
      this.#options.logger.error('Leaving was not orderly', { error: String(error) });
    }
    this.#phase = 'gone';
    this.#options.exit();
    return true;
  }
}
