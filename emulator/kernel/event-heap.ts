/** Index of the root. With 3, the four children of every node share one 64-byte cache line of the keys. */
const ROOT = 3;

/**
 * Slots ordered by (time, sequence): a 4-ary heap on typed arrays. Time and sequence are stored next to each
 * other, so that comparing four children reads one cache line. Grows by doubling and allocates nothing else.
 */
export class EventHeap {
  #keys: Float64Array;
  #slots: Uint32Array;
  #end = ROOT;

  /** @param capacity number of entries to reserve space for */
  constructor(capacity = 1024) {
    this.#keys = new Float64Array(2 * (capacity + ROOT));
    this.#slots = new Uint32Array(capacity + ROOT);
  }

  get size(): number {
    return this.#end - ROOT;
  }

  /** The earliest time, Infinity when the heap is empty. */
  get earliestMs(): number {
    return this.#end === ROOT ? Number.POSITIVE_INFINITY : this.#keys[2 * ROOT];
  }

  /** The slot that `pop` would return. Undefined on an empty heap: check `size` first. */
  get earliestSlot(): number {
    return this.#slots[ROOT];
  }

  push(timeMs: number, sequence: number, slot: number): void {
    if (this.#end === this.#slots.length) this.#grow();
    this.#siftUp(this.#end++, timeMs, sequence, slot);
  }

  /** Removes the earliest entry and returns its slot; check `size` first. */
  pop(): number {
    const slot = this.#slots[ROOT];
    const last = --this.#end;
    if (last > ROOT) this.#siftDown(ROOT, this.#keys[2 * last], this.#keys[2 * last + 1], this.#slots[last]);
    return slot;
  }

  /** Drops every entry for whose slot `keep` returns false, in time linear in the size. */
  retain(keep: (slot: number) => boolean): void {
    let end = ROOT;
    for (let from = ROOT; from < this.#end; from++) {
      if (!keep(this.#slots[from])) continue;
      this.#set(end++, this.#keys[2 * from], this.#keys[2 * from + 1], this.#slots[from]);
    }
    this.#end = end;
    if (end - ROOT < 2) return;
    for (let node = ((end - 1) >> 2) + 2; node >= ROOT; node--) {
      this.#siftDown(node, this.#keys[2 * node], this.#keys[2 * node + 1], this.#slots[node]);
    }
  }

  #siftUp(from: number, timeMs: number, sequence: number, slot: number): void {
    const keys = this.#keys;
    const slots = this.#slots;
    let node = from;
    while (node > ROOT) {
      const parent = (node >> 2) + 2;
      const parentTime = keys[2 * parent];
      if (parentTime < timeMs || (parentTime === timeMs && keys[2 * parent + 1] < sequence)) break;
      keys[2 * node] = parentTime;
      keys[2 * node + 1] = keys[2 * parent + 1];
      slots[node] = slots[parent];
      node = parent;
    }
    this.#set(node, timeMs, sequence, slot);
  }

  #siftDown(from: number, timeMs: number, sequence: number, slot: number): void {
    const keys = this.#keys;
    const slots = this.#slots;
    const end = this.#end;
    let node = from;
    for (;;) {
      const first = 4 * (node - 2);
      if (first >= end) break;
      const last = first + 4 < end ? first + 4 : end;
      let least = first;
      let leastTime = keys[2 * first];
      let leastSequence = keys[2 * first + 1];
      for (let child = first + 1; child < last; child++) {
        const time = keys[2 * child];
        if (time < leastTime || (time === leastTime && keys[2 * child + 1] < leastSequence)) {
          least = child;
          leastTime = time;
          leastSequence = keys[2 * child + 1];
        }
      }
      if (timeMs < leastTime || (timeMs === leastTime && sequence < leastSequence)) break;
      keys[2 * node] = leastTime;
      keys[2 * node + 1] = leastSequence;
      slots[node] = slots[least];
      node = least;
    }
    this.#set(node, timeMs, sequence, slot);
  }

  #set(node: number, timeMs: number, sequence: number, slot: number): void {
    this.#keys[2 * node] = timeMs;
    this.#keys[2 * node + 1] = sequence;
    this.#slots[node] = slot;
  }

  #grow(): void {
    const keys = new Float64Array(2 * this.#keys.length);
    keys.set(this.#keys);
    this.#keys = keys;
    const slots = new Uint32Array(2 * this.#slots.length);
    slots.set(this.#slots);
    this.#slots = slots;
  }
}
