/** Where a message is. */
export const MessageState = { Free: 0, Delayed: 1, Visible: 2, InFlight: 3, Held: 4, Deleted: 5 } as const;

/** Receipts are slot + receipt number * SLOT_LIMIT, exact in a double. */
const SLOT_LIMIT = 2 ** 27;
const NUMBER_LIMIT = 2 ** 26;

/**
 * The messages of one queue, a column for each property, so that a million of them are a handful of arrays. Freed
 * slots are used again; a slot's receipt number goes up with every receipt, and never back, so that an old
 * receipt is known as such.
 */
export class MessageSlots<Body> {
  readonly bodies: Body[] = [];
  states = new Uint8Array(64);
  receiveCounts = new Uint16Array(64);
  sentAtMs = new Float64Array(64);
  /** Delayed: when it becomes visible. Visible: when it became so. In flight: when it becomes so again. */
  visibleAtMs = new Float64Array(64);
  /** When it could first be received. */
  enteredAtMs = new Float64Array(64);
  #numbers = new Int32Array(64);
  readonly #blank: Body;
  readonly #free: number[] = [];

  /** @param blank put in the place of bodies that are gone; of the bodies' own type, so that the column stays dense */
  constructor(blank: Body) {
    this.#blank = blank;
  }

  take(body: Body, sentAtMs: number, visibleAtMs: number): number {
    const slot = this.#free.pop() ?? this.bodies.length;
    if (slot === this.states.length) this.#grow();
    this.bodies[slot] = body;
    this.receiveCounts[slot] = 0;
    this.sentAtMs[slot] = sentAtMs;
    this.visibleAtMs[slot] = visibleAtMs;
    return slot;
  }

  free(slot: number): void {
    this.states[slot] = MessageState.Free;
    this.bodies[slot] = this.#blank;
    this.nextReceipt(slot);
    this.#free.push(slot);
  }

  /** Makes every earlier receipt of the slot stale, and returns the new one. */
  nextReceipt(slot: number): number {
    const number = (this.#numbers[slot] + 1) % NUMBER_LIMIT;
    this.#numbers[slot] = number;
    return slot + number * SLOT_LIMIT;
  }

  /** The slot of a receipt, -1 when the message is gone or was received again since. */
  slotOf(receipt: number): number {
    // As % of a double is a call, and SLOT_LIMIT a power of two, this is as exact and several times as fast.
    const number = Math.floor(receipt / SLOT_LIMIT);
    const slot = receipt - number * SLOT_LIMIT;
    return slot < this.bodies.length && this.#numbers[slot] === number ? slot : -1;
  }

  #grow(): void {
    const capacity = 2 * this.states.length;
    const { states, receiveCounts, sentAtMs, visibleAtMs, enteredAtMs } = this;
    const numbers = this.#numbers;
    this.states = new Uint8Array(capacity);
    this.states.set(states);
    this.receiveCounts = new Uint16Array(capacity);
    this.receiveCounts.set(receiveCounts);
    this.sentAtMs = new Float64Array(capacity);
    this.sentAtMs.set(sentAtMs);
    this.visibleAtMs = new Float64Array(capacity);
    this.visibleAtMs.set(visibleAtMs);
    this.enteredAtMs = new Float64Array(capacity);
    this.enteredAtMs.set(enteredAtMs);
    this.#numbers = new Int32Array(capacity);
    this.#numbers.set(numbers);
  }
}
