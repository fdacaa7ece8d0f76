/** States of a message slot. `Held` is in flight with a time that `changeVisibility` has set. */
export const MessageState = { Free: 0, Delayed: 1, Visible: 2, InFlight: 3, Held: 4, Deleted: 5 } as const;

/** Receipts are slot + receipt number * SLOT_LIMIT, exact in a double. */
const SLOT_LIMIT = 2 ** 27;
const NUMBER_LIMIT = 2 ** 26;

/**
 * The messages of one queue, stored as one array per property, so that a million messages need only a few
 * arrays. Freed slots are reused. A slot's receipt number rises with every receive (modulo 2^26), so that a
 * stale receipt is recognised.
 */
export class MessageSlots<Body> {
  readonly bodies: Body[] = [];
  states = new Uint8Array(64);
  receiveCounts = new Uint16Array(64);
  sentAtMs = new Float64Array(64);
  /**
   * Delayed: when it becomes visible. Visible: when it became visible. In flight or held: when it is visible
   * again.
   */
  visibleAtMs = new Float64Array(64);
  /** When the message could first be received. */
  enteredAtMs = new Float64Array(64);
  #numbers = new Int32Array(64);
  readonly #blank: Body;
  readonly #free: number[] = [];

  /** @param blank replaces the body of a freed slot; of the body type, so that the array stays dense */
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

  /** The slot of a receipt; -1 if the message is gone or was received again. */
  slotOf(receipt: number): number {
    // Division is exact, as SLOT_LIMIT is a power of two; % on doubles is a call, several times slower.
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
