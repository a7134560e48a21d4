import type { Random } from '#shared/util/random.ts';

/** A repeatable stream of numbers (xorshift32): the same seed gives the same run. Never for secrets. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed = 1) {
    this.#state = seed >>> 0 || 0x9e3779b9;
  }

  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  hex(byteCount: number): string {
    let text = '';
    for (let index = 0; index < byteCount; index++) text += (this.#next() >>> 24).toString(16).padStart(2, '0');
    return text;
  }

  #next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }
}
