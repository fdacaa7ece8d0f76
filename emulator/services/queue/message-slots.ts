import type { NumberRing } from '#emulator/kernel/number-ring.ts';

/**
 * States of a message slot. `Waiting` is delayed or visible: on its way to a receive. `Held` is in flight
 * with a time that `changeVisibility` has set.
 */
export const MessageState = { Free: 0, Waiting: 1, InFlight: 2, Held: 3, Deleted: 4 } as const;

/** Receipts are slot + receipt number * SLOT_LIMIT, exact in a double. */
const SLOT_LIMIT = 2 ** 27;
const NUMBER_LIMIT = 2 ** 26;

/** Doubles of one slot: 32 bytes, so that all data of a message but its body are in one cache line. */
const DOUBLES = 4;
const VISIBLE_AGAIN_AT = 0;
const ENTERED_AT = 1;
const SENT_AT = 2;
/** 32-bit integers of one slot, in the same memory: the one below follows the three doubles. */
const INTS = 2 * DOUBLES;
const NUMBER = 6;
/** 16-bit integers of one slot, in the same memory: the two below follow the receipt number. */
const SHORTS = 4 * DOUBLES;
const RECEIVES = 14;
const STATE = 15;

/**
 * The messages of one queue, or of several that share the memory: in a round, most messages wait in one queue
 * after the other. Freed slots are reused. A slot's receipt number rises with every receive (modulo 2^26), so
 * that a stale receipt is recognised.
 */
export class MessageSlots<Body> {
  readonly #bodies: Body[] = [];
  #doubles = new Float64Array(DOUBLES * 64);
  #ints = new Int32Array(this.#doubles.buffer);
  #shorts = new Uint16Array(this.#doubles.buffer);
  readonly #blank: Body;
  readonly #free: number[] = [];
  /**
   * Bitwise or of the states that `fetch` read. It is stored because the compiler removes reads whose result
   * is not used.
   */
  fetchedStates = 0;

  /** @param blank replaces the body of a freed slot; of the body type, so that the array stays dense */
  constructor(blank: Body) {
    this.#blank = blank;
  }

  /** Takes a slot for a message that can first be received at `enteredAtMs`, now or later. */
  take(body: Body, sentAtMs: number, enteredAtMs: number, receives = 0): number {
    const slot = this.#free.pop() ?? this.#bodies.length;
    if (DOUBLES * slot === this.#doubles.length) this.#grow();
    this.#bodies[slot] = body;
    this.#doubles[DOUBLES * slot + ENTERED_AT] = enteredAtMs;
    this.#doubles[DOUBLES * slot + SENT_AT] = sentAtMs;
    this.#shorts[SHORTS * slot + RECEIVES] = receives;
    this.#shorts[SHORTS * slot + STATE] = MessageState.Waiting;
    return slot;
  }

  free(slot: number): void {
    this.#shorts[SHORTS * slot + STATE] = MessageState.Free;
    this.#bodies[slot] = this.#blank;
    this.nextReceipt(slot);
    this.#free.push(slot);
  }

  body(slot: number): Body {
    return this.#bodies[slot];
  }

  state(slot: number): number {
    return this.#shorts[SHORTS * slot + STATE];
  }

  setState(slot: number, state: number): void {
    this.#shorts[SHORTS * slot + STATE] = state;
  }

  /** How often the message was received. */
  receives(slot: number): number {
    return this.#shorts[SHORTS * slot + RECEIVES];
  }

  countReceive(slot: number): void {
    this.#shorts[SHORTS * slot + RECEIVES]++;
  }

  sentAtMs(slot: number): number {
    return this.#doubles[DOUBLES * slot + SENT_AT];
  }

  /** When a message in flight or held is visible again. */
  visibleAgainAtMs(slot: number): number {
    return this.#doubles[DOUBLES * slot + VISIBLE_AGAIN_AT];
  }

  setVisibleAgainAtMs(slot: number, timeMs: number): void {
    this.#doubles[DOUBLES * slot + VISIBLE_AGAIN_AT] = timeMs;
  }

  /** When the message could first be received. */
  enteredAtMs(slot: number): number {
    return this.#doubles[DOUBLES * slot + ENTERED_AT];
  }

  /** Makes every earlier receipt of the slot stale, and returns the new one. */
  nextReceipt(slot: number): number {
    const number = (this.#ints[INTS * slot + NUMBER] + 1) & (NUMBER_LIMIT - 1);
    this.#ints[INTS * slot + NUMBER] = number;
    return slot + number * SLOT_LIMIT;
  }

  /** The slot of a receipt; -1 if the message is gone or was received again. */
  slotOf(receipt: number): number {
    // Division is exact, as SLOT_LIMIT is a power of two; % on doubles is a call, several times slower.
    const number = Math.floor(receipt / SLOT_LIMIT);
    const slot = receipt - number * SLOT_LIMIT;
    return slot < this.#bodies.length && this.#ints[INTS * slot + NUMBER] === number ? slot : -1;
  }

  /**
   * Reads the first slots of a list, up to `count`, so that the processor has them in its cache when their
   * messages are received: it overlaps these reads, as they are independent of each other.
   */
  fetch(slots: NumberRing, count: number): void {
    const end = Math.min(count, slots.length);
    let states = 0;
    for (let index = 0; index < end; index++) states |= this.#shorts[SHORTS * slots.at(index) + STATE];
    this.fetchedStates = states;
  }

  #grow(): void {
    const doubles = new Float64Array(2 * this.#doubles.length);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    this.#ints = new Int32Array(doubles.buffer);
    this.#shorts = new Uint16Array(doubles.buffer);
  }
}
