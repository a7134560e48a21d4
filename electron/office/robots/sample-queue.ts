/** Heard before the first of it is used: what the network delays is not missing then. */
const startSamples = 480;
/** More waits only if the sender's clock is fast, or after a stall: the oldest is dropped then. */
const maxSamples = 1280;

/** Evens out what arrives irregularly. Samples of 8 kHz. */
export class SampleQueue {
  #chunks: Int16Array[] = [];
  #length = 0;
  #running = false;

  push(samples: Int16Array): void {
    this.#chunks.push(samples);
    this.#length += samples.length;
    while (this.#length > maxSamples) this.#drop();
    if (this.#length >= startSamples) this.#running = true;
  }

  /** The next `count` samples; undefined while there are not enough, and until there is enough to start again. */
  take(count: number): Int16Array | undefined {
    if (this.#length < count) this.#running = false;
    if (!this.#running) return undefined;
    const taken = new Int16Array(count);
    for (let filled = 0; filled < count;) {
      const [first = new Int16Array(count)] = this.#chunks;
      const part = first.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.length;
      this.#length -= part.length;
      if (part.length === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(part.length);
    }
    return taken;
  }

  #drop(): void {
    this.#length -= this.#chunks.shift()?.length ?? 0;
  }
}
