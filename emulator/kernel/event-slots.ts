import type { EventList } from './event-list.ts';

/**
 * Handles are slot + generation * SLOT_LIMIT: exact in a double, not repeated within 2^26 uses of one slot.
 */
const SLOT_LIMIT = 2 ** 27;
const GENERATION_LIMIT = 2 ** 26;

/** Doubles of one slot: 32 bytes, so that all data of an event are in one cache line. */
const DOUBLES = 4;
const FIRST = 0;
const SECOND = 1;
/** 32-bit integers of one slot, in the same memory. The three below follow the two doubles. */
const INTS = 2 * DOUBLES;
const KIND = 4;
const GENERATION = 5;
const NEXT_FREE = 6;

/** Marks the end of the list of free slots; no slot has this number. */
export const NO_SLOT = -1;

/**
 * The data of each pending event, by slot: its kind and its two numbers. Freed slots are reused, the last one
 * first, since it is still in the processor's cache. The generation in a handle distinguishes a slot's
 * current event from earlier ones.
 */
export class EventSlots {
  #doubles: Float64Array;
  #ints: Int32Array;
  #freeHead = NO_SLOT;
  #used = 0;
  #capacity: number;
  /**
   * Bitwise or of the kinds that `fetch` read. It is stored because the compiler removes reads whose result
   * is not used.
   */
  fetchedKinds = 0;

  constructor(capacity = 1024) {
    this.#capacity = Math.max(1, capacity);
    this.#doubles = new Float64Array(DOUBLES * this.#capacity);
    this.#ints = new Int32Array(this.#doubles.buffer);
  }

  take(kind: number, first: number, second: number): number {
    let slot = this.#freeHead;
    if (slot !== NO_SLOT) {
      this.#freeHead = this.#ints[INTS * slot + NEXT_FREE];
    } else {
      slot = this.#used++;
      if (slot === this.#capacity) this.#grow();
    }
    this.#doubles[DOUBLES * slot + FIRST] = first;
    this.#doubles[DOUBLES * slot + SECOND] = second;
    this.#ints[INTS * slot + KIND] = kind;
    return slot;
  }

  free(slot: number): void {
    const at = INTS * slot;
    this.#ints[at + GENERATION] = (this.#ints[at + GENERATION] + 1) & (GENERATION_LIMIT - 1);
    this.#ints[at + NEXT_FREE] = this.#freeHead;
    this.#freeHead = slot;
  }

  first(slot: number): number {
    return this.#doubles[DOUBLES * slot + FIRST];
  }

  setFirst(slot: number, first: number): void {
    this.#doubles[DOUBLES * slot + FIRST] = first;
  }

  second(slot: number): number {
    return this.#doubles[DOUBLES * slot + SECOND];
  }

  kind(slot: number): number {
    return this.#ints[INTS * slot + KIND];
  }

  setKind(slot: number, kind: number): void {
    this.#ints[INTS * slot + KIND] = kind;
  }

  /**
   * Reads the slots of a list, so that the processor has them in its cache when their events run. These reads
   * are independent of each other, so the processor overlaps them. Without them, each event would wait for
   * its own read.
   */
  fetch({ entries, length }: EventList): void {
    let kinds = 0;
    for (let index = 0; index < length; index++) kinds |= this.#ints[INTS * entries[2 * index + 1] + KIND];
    this.fetchedKinds = kinds;
  }

  handleOf(slot: number): number {
    return slot + this.#ints[INTS * slot + GENERATION] * SLOT_LIMIT;
  }

  /** The slot of a handle whose event is pending; -1 if it has run or was cancelled and removed. */
  slotOf(handle: number): number {
    // Division is exact, as SLOT_LIMIT is a power of two; % on doubles is a call, several times slower.
    const generation = Math.floor(handle / SLOT_LIMIT);
    const slot = handle - generation * SLOT_LIMIT;
    return slot < this.#used && this.#ints[INTS * slot + GENERATION] === generation ? slot : -1;
  }

  #grow(): void {
    const capacity = 2 * this.#capacity;
    if (capacity > SLOT_LIMIT) throw new RangeError(`More than ${SLOT_LIMIT / 2} events are pending.`);
    const doubles = new Float64Array(DOUBLES * capacity);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    this.#ints = new Int32Array(doubles.buffer);
    this.#capacity = capacity;
  }
}
