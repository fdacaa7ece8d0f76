import { NumberRing } from '#emulator/kernel/number-ring.ts';
import { Occupancy } from '#emulator/kernel/occupancy.ts';
import type { EventKind, Simulation } from '#emulator/kernel/simulation.ts';
import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';
import { billedRequests } from './billed-requests.ts';
import { type MessageSlots, MessageState } from './message-slots.ts';
import { BATCH_ENTRIES } from './send-timing.ts';
import { VisibilityTimeouts } from './visibility-timeouts.ts';

/** Identifies one receive of one message. */
export type Receipt = number;

export interface CloudQueueOptions<Body> {
  readonly simulation: Simulation;
  readonly parameters: QueueParameters;
  /** Memory of its messages; several queues may share it. */
  readonly messages: MessageSlots<Body>;
  /** Bytes of a message's body, for the billed requests of receives; 0 if left out. */
  readonly bytesOf?: (body: Body) => number;
  /** Decides which messages are duplicated or reordered. */
  readonly random: RandomStream;
  /** Takes messages that were received too often. Without it they are redelivered without limit. */
  readonly deadLetter?: (body: Body, receiveCount: number) => void;
}

/** Counts of a queue's operations so far. */
export interface QueueCounts {
  sent: number;
  received: number;
  /** Billed requests of the receives that returned messages. */
  receiveRequests: number;
  deleted: number;
  duplicated: number;
  deadLettered: number;
  /** Messages whose visibility timeout passed before they were deleted. */
  expired: number;
}

/**
 * A standard queue under virtual time, as the "Amazon SQS Developer Guide" describes it: per-message delay,
 * visibility timeout, receive count, dead letters and a limit on messages in flight. Delivery is at least
 * once, in best-effort order.
 *
 * The queue stores bodies and never reads them: a study stores numbers, a run stores text. The queue calls a
 * consumer's `onAvailable` callback when `receive` would return something.
 */
export class CloudQueue<Body> {
  readonly counts: QueueCounts = {
    sent: 0,
    received: 0,
    receiveRequests: 0,
    deleted: 0,
    duplicated: 0,
    deadLettered: 0,
    expired: 0,
  };
  /** Messages from the time they can first be received until they are deleted. */
  readonly occupancy = new Occupancy();
  readonly #simulation: Simulation;
  readonly #parameters: QueueParameters;
  readonly #random: RandomStream;
  readonly #deadLetter: ((body: Body, receiveCount: number) => void) | undefined;
  readonly #bytesOf: ((body: Body) => number) | undefined;
  readonly #messages: MessageSlots<Body>;
  readonly #ready = new NumberRing();
  readonly #timeouts: VisibilityTimeouts;
  readonly #arrival: EventKind;
  readonly #release: EventKind;
  readonly #consumers: (() => void)[] = [];
  #visible = 0;
  #inFlight = 0;

  constructor(options: CloudQueueOptions<Body>) {
    this.#simulation = options.simulation;
    this.#parameters = options.parameters;
    this.#random = options.random;
    this.#deadLetter = options.deadLetter;
    this.#bytesOf = options.bytesOf;
    this.#messages = options.messages;
    this.#arrival = this.#simulation.register(this, this.#arrive);
    this.#timeouts = new VisibilityTimeouts(this.#simulation, this.#messages, (slot) => {
      this.counts.expired++;
      this.#putBack(slot);
    });
    this.#release = this.#simulation.register(this, this.#releaseHeld);
  }

  /** Number of messages that can be received now. */
  get visible(): number {
    return this.#inFlight < this.#parameters.inFlightLimit ? this.#visible : 0;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Calls the consumer whenever there may be something to receive. */
  onAvailable(consumer: () => void): void {
    this.#consumers.push(consumer);
  }

  /**
   * Stores a message at `storedAtMs` (now or later); it can be received from `deliverAtMs` on. Both times are
   * exact: rounding to whole seconds is done only by the adapter for the real service.
   */
  send(body: Body, storedAtMs: number, deliverAtMs: number): void {
    const arrivesAtMs = Math.max(storedAtMs, deliverAtMs);
    const slot = this.#messages.take(body, storedAtMs, arrivesAtMs);
    this.counts.sent++;
    this.#simulation.post(arrivesAtMs, this.#arrival, slot);
  }

  /**
   * Receives up to `limit` messages and appends their receipts; they stay hidden for the visibility timeout.
   * Up to ten messages are one billed request, or more if together they exceed 64 KiB.
   */
  receive(limit: number, receipts: Receipt[]): void {
    const messages = this.#messages;
    const nowMs = this.#simulation.nowMs;
    const room = this.#parameters.inFlightLimit - this.#inFlight;
    let left = Math.min(limit, room);
    let entries = 0;
    let bytes = 0;
    messages.fetch(this.#ready, left);
    while (left > 0 && this.#ready.length > 0) {
      const slot = this.#ready.shift();
      if (messages.state(slot) === MessageState.Deleted) {
        messages.free(slot);
        continue;
      }
      this.#visible--;
      if (messages.receives(slot) >= this.#parameters.maxReceiveCount && this.#deadLetter !== undefined) {
        this.#toDeadLetter(slot, this.#deadLetter);
        continue;
      }
      if (this.#chance(this.#parameters.duplicateProbability)) this.#leaveCopy(slot);
      const receipt = messages.nextReceipt(slot);
      messages.countReceive(slot);
      messages.setState(slot, MessageState.InFlight);
      messages.setVisibleAgainAtMs(slot, nowMs + 1000 * this.#parameters.visibilitySeconds);
      this.#inFlight++;
      this.counts.received++;
      this.#timeouts.add(receipt);
      receipts.push(receipt);
      left--;
      if (this.#bytesOf !== undefined) bytes += this.#bytesOf(messages.body(slot));
      if (++entries === BATCH_ENTRIES) {
        this.counts.receiveRequests += billedRequests(bytes);
        entries = 0;
        bytes = 0;
      }
    }
    if (entries > 0) this.counts.receiveRequests += billedRequests(bytes);
  }

  /** The message of a current receipt. Undefined if the message was since deleted or received again. */
  body(receipt: Receipt): Body | undefined {
    const slot = this.#messages.slotOf(receipt);
    return slot < 0 ? undefined : this.#messages.body(slot);
  }

  /** Receive count and store time of the message of a current receipt; undefined for a stale receipt. */
  attributes(receipt: Receipt): { readonly receiveCount: number; readonly sentAtMs: number } | undefined {
    const slot = this.#messages.slotOf(receipt);
    if (slot < 0) return undefined;
    return { receiveCount: this.#messages.receives(slot), sentAtMs: this.#messages.sentAtMs(slot) };
  }

  /** Deletes a message. A stale receipt deletes nothing and returns false; that is not an error. */
  delete(receipt: Receipt): boolean {
    const messages = this.#messages;
    const slot = messages.slotOf(receipt);
    if (slot < 0) return false;
    const state = messages.state(slot);
    if (state === MessageState.Deleted) return false;
    this.counts.deleted++;
    this.#leave(slot);
    if (state === MessageState.Waiting) {
      // Its entry in the list of visible messages is dropped when it reaches the front.
      messages.setState(slot, MessageState.Deleted);
      this.#visible--;
      return true;
    }
    messages.free(slot);
    this.#landed();
    return true;
  }

  /** Hides a received message for this time from now; 0 shows it at once. Stale receipts have no effect. */
  changeVisibility(receipt: Receipt, visibilityMs: number): void {
    const messages = this.#messages;
    const slot = messages.slotOf(receipt);
    if (slot < 0) return;
    const state = messages.state(slot);
    if (state !== MessageState.InFlight && state !== MessageState.Held) return;
    messages.setState(slot, MessageState.Held);
    const dueMs = this.#simulation.nowMs + visibilityMs;
    messages.setVisibleAgainAtMs(slot, dueMs);
    this.#simulation.post(dueMs, this.#release, receipt, dueMs);
  }

  #arrive(slot: number): void {
    this.occupancy.enter(this.#simulation.nowMs);
    this.#show(slot);
  }

  #show(slot: number): void {
    this.#visible++;
    this.#ready.push(slot);
    if (this.#chance(this.#parameters.reorderProbability)) {
      this.#ready.swap(this.#ready.length - 1, this.#random.integer(this.#ready.length));
    }
    this.#announce();
  }

  #announce(): void {
    for (const consumer of this.#consumers) {
      if (this.visible === 0) return;
      consumer();
    }
  }

  #leaveCopy(slot: number): void {
    const messages = this.#messages;
    const { nowMs } = this.#simulation;
    const copy = messages.take(
      messages.body(slot),
      messages.sentAtMs(slot),
      nowMs,
      messages.receives(slot) + 1,
    );
    this.counts.duplicated++;
    this.#simulation.post(nowMs, this.#arrival, copy);
  }

  #toDeadLetter(slot: number, deadLetter: (body: Body, receiveCount: number) => void): void {
    const body = this.#messages.body(slot);
    this.counts.deadLettered++;
    this.#leave(slot);
    deadLetter(body, this.#messages.receives(slot));
    this.#messages.free(slot);
  }

  #leave(slot: number): void {
    this.occupancy.leave(this.#simulation.nowMs, this.#messages.enteredAtMs(slot));
  }

  #landed(): void {
    const wasFull = this.#inFlight-- >= this.#parameters.inFlightLimit;
    if (this.#inFlight === 0) this.#timeouts.clear();
    if (wasFull) this.#announce();
  }

  /** Makes the message of this receipt visible again, unless it was since deleted or hidden anew. */
  #releaseHeld(receipt: Receipt, dueMs: number): void {
    const slot = this.#messages.slotOf(receipt);
    if (slot < 0 || this.#messages.state(slot) !== MessageState.Held) return;
    if (this.#messages.visibleAgainAtMs(slot) === dueMs) this.#putBack(slot);
  }

  #putBack(slot: number): void {
    this.#messages.setState(slot, MessageState.Waiting);
    this.#landed();
    this.#show(slot);
  }

  #chance(probability: number): boolean {
    return probability > 0 && this.#random.uniform() < probability;
  }
}
