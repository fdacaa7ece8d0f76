/** Handles are slot + generation * SLOT_LIMIT: exact in a double, never reused within 2^26 uses of one slot. */
const SLOT_LIMIT = 2 ** 27;
const GENERATION_LIMIT = 2 ** 26;

/**
 * What each pending event will do, by slot: the kind of event and its two numbers. Freed slots are used again; the
 * generation in a handle tells a slot's present event from those before it.
 */
export class EventSlots {
  kinds: Int32Array;
  first: Float64Array;
  second: Float64Array;
  #generations: Int32Array;
  #nextFree: Int32Array;
  #freeHead = -1;
  #used = 0;

  constructor(capacity = 1024) {
    this.kinds = new Int32Array(capacity);
    this.first = new Float64Array(capacity);
    this.second = new Float64Array(capacity);
    this.#generations = new Int32Array(capacity);
    this.#nextFree = new Int32Array(capacity);
  }

  take(kind: number, first: number, second: number): number {
    let slot = this.#freeHead;
    if (slot >= 0) {
      this.#freeHead = this.#nextFree[slot];
    } else {
      slot = this.#used++;
      if (slot === this.kinds.length) this.#grow();
    }
    this.kinds[slot] = kind;
    this.first[slot] = first;
    this.second[slot] = second;
    return slot;
  }

  free(slot: number): void {
    this.#generations[slot] = (this.#generations[slot] + 1) % GENERATION_LIMIT;
    this.#nextFree[slot] = this.#freeHead;
    this.#freeHead = slot;
  }

  handleOf(slot: number): number {
    return slot + this.#generations[slot] * SLOT_LIMIT;
  }

  /** The slot of a handle whose event is still there, -1 when it has run or was cancelled and forgotten. */
  slotOf(handle: number): number {
    // As % of a double is a call, and SLOT_LIMIT a power of two, this is as exact and several times as fast.
    const generation = Math.floor(handle / SLOT_LIMIT);
    const slot = handle - generation * SLOT_LIMIT;
    return slot < this.#used && this.#generations[slot] === generation ? slot : -1;
  }

  #grow(): void {
    const capacity = 2 * this.kinds.length;
    if (capacity > SLOT_LIMIT) throw new RangeError(`More than ${SLOT_LIMIT / 2} events are pending.`);
    this.kinds = grown(this.kinds, new Int32Array(capacity));
    this.first = grown(this.first, new Float64Array(capacity));
    this.second = grown(this.second, new Float64Array(capacity));
    this.#generations = grown(this.#generations, new Int32Array(capacity));
    this.#nextFree = grown(this.#nextFree, new Int32Array(capacity));
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
