import { NumberRing } from '#emulator/kernel/number-ring.ts';
import type { EventHandle, EventKind, Simulation } from '#emulator/kernel/simulation.ts';
import { type MessageSlots, MessageState } from './message-slots.ts';

/**
 * The visibility timeouts of a queue's messages in flight. All have the same length, so they expire in the
 * order in which they started: one FIFO list, with one event for its first entry, serves any number of
 * messages.
 */
export class VisibilityTimeouts {
  readonly #simulation: Simulation;
  readonly #messages: MessageSlots<unknown>;
  readonly #expired: (slot: number) => void;
  /** Receipts, including those of deleted messages. */
  readonly #receipts = new NumberRing();
  readonly #kind: EventKind;
  #timer: EventHandle | undefined;

  /** @param expired called with the slot of each message that is still in flight when its timeout expires */
  constructor(simulation: Simulation, messages: MessageSlots<unknown>, expired: (slot: number) => void) {
    this.#simulation = simulation;
    this.#messages = messages;
    this.#expired = expired;
    this.#kind = simulation.register(this, this.#pass);
  }

  /** Adds a received message, whose timeout expires at its `visibleAgainAtMs`. */
  add(receipt: number): void {
    this.#receipts.push(receipt);
    this.#arm();
  }

  /** Removes all timeouts; called when no message is in flight. */
  clear(): void {
    while (this.#receipts.length > 0) this.#receipts.shift();
    if (this.#timer !== undefined) this.#simulation.cancel(this.#timer);
    this.#timer = undefined;
  }

  #pass(): void {
    this.#timer = undefined;
    for (;;) {
      const slot = this.#first();
      if (slot < 0 || this.#messages.visibleAgainAtMs(slot) > this.#simulation.nowMs) break;
      this.#receipts.shift();
      this.#expired(slot);
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const slot = this.#first();
    if (slot >= 0) this.#timer = this.#simulation.post(this.#messages.visibleAgainAtMs(slot), this.#kind);
  }

  /** The slot whose timeout expires first, or -1. Drops receipts that are no longer in flight. */
  #first(): number {
    while (this.#receipts.length > 0) {
      const slot = this.#messages.slotOf(this.#receipts.at(0));
      if (slot >= 0 && this.#messages.state(slot) === MessageState.InFlight) return slot;
      this.#receipts.shift();
    }
    return -1;
  }
}
