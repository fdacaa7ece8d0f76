/** Handles are slot + generation * SLOT_LIMIT: exact in a double, never reused within 2^26 uses of one slot. */
const SLOT_LIMIT = 2 ** 27;
const GENERATION_LIMIT = 2 ** 26;

/** Doubles of one slot: 64 bytes, so that everything about an event lies in one line of the processor's cache. */
const DOUBLES = 8;
const TIME = 0;
const SEQUENCE = 1;
const FIRST = 2;
const SECOND = 3;
/** The same memory as 32-bit integers, after the four doubles. */
const INTS = 2 * DOUBLES;
const KIND = 8;
const GENERATION = 9;
const NEXT = 10;

/** Ends a list of slots. */
export const NO_SLOT = -1;

/**
 * What is known of each pending event, by slot: when it is due, the kind of event and its two numbers, and the slot that
 * follows it in the list it is in. Freed slots are used again; the generation in a handle tells a slot's present event
 * from those before it.
 */
export class EventSlots {
  #doubles: Float64Array;
  #ints: Int32Array;
  #freeHead = NO_SLOT;
  #used = 0;
  #capacity: number;

  constructor(capacity = 1024) {
    this.#capacity = Math.max(1, capacity);
    this.#doubles = new Float64Array(DOUBLES * this.#capacity);
    this.#ints = new Int32Array(this.#doubles.buffer);
  }

  take(timeMs: number, sequence: number, kind: number, first: number, second: number): number {
    let slot = this.#freeHead;
    if (slot !== NO_SLOT) {
      this.#freeHead = this.#ints[INTS * slot + NEXT];
    } else {
      slot = this.#used++;
      if (slot === this.#capacity) this.#grow();
    }
    const at = DOUBLES * slot;
    this.#doubles[at + TIME] = timeMs;
    this.#doubles[at + SEQUENCE] = sequence;
    this.#doubles[at + FIRST] = first;
    this.#doubles[at + SECOND] = second;
    this.#ints[INTS * slot + KIND] = kind;
    return slot;
  }

  free(slot: number): void {
    const at = INTS * slot;
    this.#ints[at + GENERATION] = (this.#ints[at + GENERATION] + 1) % GENERATION_LIMIT;
    this.#ints[at + NEXT] = this.#freeHead;
    this.#freeHead = slot;
  }

  timeMs(slot: number): number {
    return this.#doubles[DOUBLES * slot + TIME];
  }

  sequence(slot: number): number {
    return this.#doubles[DOUBLES * slot + SEQUENCE];
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

  /** The slot after this one in its list. */
  next(slot: number): number {
    return this.#ints[INTS * slot + NEXT];
  }

  setNext(slot: number, next: number): void {
    this.#ints[INTS * slot + NEXT] = next;
  }

  handleOf(slot: number): number {
    return slot + this.#ints[INTS * slot + GENERATION] * SLOT_LIMIT;
  }

  /** The slot of a handle whose event is still there, -1 when it has run or was cancelled and forgotten. */
  slotOf(handle: number): number {
    // As % of a double is a call, and SLOT_LIMIT a power of two, this is as exact and several times as fast.
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
