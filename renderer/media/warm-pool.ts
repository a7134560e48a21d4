import type { Peer } from './peer.ts';

/** Not in the same breath as the call that took the last one. */
const refillDelayMs = 300;

/**
 * Keeps one connection ready whose offer is made and whose candidates are gathered, so that a dialled call leaves at once.
 * Main says when the world has changed (`renew`); Chromium itself keeps the reflexive address alive.
 */
export class WarmPool {
  readonly #open: () => Peer;
  #ready: Peer | undefined;
  #refill: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(open: () => Peer) {
    this.#open = open;
  }

  /** Idle connections: 0 or 1. */
  get count(): number {
    return this.#ready === undefined ? 0 : 1;
  }

  /** Drops what was prepared under other circumstances and prepares anew. */
  renew(): void {
    this.#drop();
    this.#prepare();
  }

  /** The ready peer, which belongs to the caller from now on; undefined when there is none at the moment. */
  take(): Peer | undefined {
    const peer = this.#ready;
    this.#ready = undefined;
    clearTimeout(this.#refill);
    this.#refill = setTimeout(() => this.#prepare(), refillDelayMs);
    return peer;
  }

  dispose(): void {
    this.#disposed = true;
    this.#drop();
  }

  #prepare(): void {
    if (this.#disposed || this.#ready !== undefined) return;
    const peer = this.#open();
    this.#ready = peer;
    peer.prepare().catch(() => {
      if (this.#ready === peer) this.#drop();
    });
  }

  #drop(): void {
    clearTimeout(this.#refill);
    this.#ready?.dispose();
    this.#ready = undefined;
  }
}
