interface Entry<T> {
  readonly atMs: number;
  readonly order: number;
  readonly value: T;
}

/** Millions of things to do in virtual time: a heap, the earliest first, of the same instant the one added first. */
export class TimeQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  add(atMs: number, value: T): void {
    const heap = this.#heap;
    const entry = { atMs, order: this.#order++, value };
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || comesBefore(above, entry)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  take(): { readonly atMs: number; readonly value: T } | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || first === undefined || last === first) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const least = right !== undefined && left !== undefined && comesBefore(right, left) ? right : left;
      if (least === undefined || comesBefore(last, least)) break;
      heap[index] = least;
      index = 2 * index + (least === left ? 1 : 2);
    }
    heap[index] = last;
    return first;
  }
}

function comesBefore<T>(one: Entry<T>, other: Entry<T>): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
