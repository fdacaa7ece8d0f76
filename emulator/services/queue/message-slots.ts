/** States of a message slot. `Held` is in flight with a time that `changeVisibility` has set. */
export const MessageState = { Free: 0, Delayed: 1, Visible: 2, InFlight: 3, Held: 4, Deleted: 5 } as const;

/** Receipts are slot + receipt number * SLOT_LIMIT, exact in a double. */
const SLOT_LIMIT = 2 ** 27;
const NUMBER_LIMIT = 2 ** 26;

/** Doubles of one slot: 32 bytes, so that all data of a message but its body are in one cache line. */
const DOUBLES = 4;
const VISIBLE_AT = 0;
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

  /** @param blank replaces the body of a freed slot; of the body type, so that the array stays dense */
  constructor(blank: Body) {
    this.#blank = blank;
  }

  /** Takes a slot for a message that is delayed until `visibleAtMs`. */
  take(body: Body, sentAtMs: number, visibleAtMs: number, receives = 0): number {
    const slot = this.#free.pop() ?? this.#bodies.length;
    if (DOUBLES * slot === this.#doubles.length) this.#grow();
    this.#bodies[slot] = body;
    this.#doubles[DOUBLES * slot + VISIBLE_AT] = visibleAtMs;
    this.#doubles[DOUBLES * slot + SENT_AT] = sentAtMs;
    this.#shorts[SHORTS * slot + RECEIVES] = receives;
    this.#shorts[SHORTS * slot + STATE] = MessageState.Delayed;
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

  /**
   * Delayed: when it becomes visible. Visible: when it became visible. In flight or held: when it is visible
   * again.
   */
  visibleAtMs(slot: number): number {
    return this.#doubles[DOUBLES * slot + VISIBLE_AT];
  }

  setVisibleAtMs(slot: number, timeMs: number): void {
    this.#doubles[DOUBLES * slot + VISIBLE_AT] = timeMs;
  }

  /** When the message could first be received. */
  enteredAtMs(slot: number): number {
    return this.#doubles[DOUBLES * slot + ENTERED_AT];
  }

  setEnteredAtMs(slot: number, timeMs: number): void {
    this.#doubles[DOUBLES * slot + ENTERED_AT] = timeMs;
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

  #grow(): void {
    const doubles = new Float64Array(2 * this.#doubles.length);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    this.#ints = new Int32Array(doubles.buffer);
    this.#shorts = new Uint16Array(doubles.buffer);
  }
}
