import { EventQueue } from './event-queue.ts';
import { EventSlots } from './event-slots.ts';

/** Names one pending event; good for `cancel` until the event has run. */
export type EventHandle = number;

/** A sort of event known to a simulation, from `register`. */
export type EventKind = number;

/** What happens at an event of a registered kind, to its owner; the two numbers are those it was posted with. */
export type EventAction<Owner = void> = (this: Owner, first: number, second: number) => void;

const CANCELLED = -1;
/** Kind 0 runs the closure kept beside its slot. */
const CLOSURE = 0;
/** Cancelled events are swept out when they are the majority and at least this many. */
const SWEEP_FROM = 1024;
/** Events that `run` runs in one call of a function: enough calls for V8 to keep that function's machine code. */
const EVENTS_AT_ONCE = 256;

/**
 * A discrete-event simulation: pending events in the order of (time, scheduling), virtual time that jumps from one
 * to the next. Deterministic: the same calls give the same order on every machine.
 *
 * Two ways to schedule. `at` and `after` take a closure. `post` takes a kind registered once and two numbers, and
 * allocates nothing, which is what carries a million devices.
 */
export class Simulation {
  readonly #queue: EventQueue;
  readonly #slots: EventSlots;
  readonly #actions: EventAction<unknown>[] = [];
  readonly #owners: unknown[] = [];
  readonly #closures: (() => void)[] = [];
  #nowMs: number;
  #sequence = 0;
  #cancelled = 0;
  #executed = 0;
  #stopped = false;

  /**
   * @param startMs virtual time at the start
   * @param capacity number of pending events to reserve room for; more make it grow
   */
  constructor(startMs = 0, capacity = 1024) {
    this.#nowMs = startMs;
    this.#slots = new EventSlots(capacity);
    this.#queue = new EventQueue(this.#slots);
    this.register(this, this.#runClosure);
  }

  /** Virtual time, milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Number of events that are still to run. */
  get pending(): number {
    return this.#queue.size - this.#cancelled;
  }

  /** Number of events that have run. */
  get executed(): number {
    return this.#executed;
  }

  /** When the next event is due, Infinity when there is none. */
  get nextMs(): number {
    this.#dropCancelled();
    return this.#queue.earliestMs;
  }

  /**
   * Makes a sort of event known; its action is called on the owner with the numbers that each event is posted with. With a
   * method as the action all simulations run the same function: V8 drops a closure's machine code with the last such
   * closure, and a sweep would compile its every point anew.
   */
  register<Owner>(owner: Owner, action: EventAction<Owner>): EventKind {
    this.#owners.push(owner);
    return this.#actions.push(action as EventAction<unknown>) - 1;
  }

  /** Schedules an event of a registered kind without allocating. Throws a RangeError for a time in the past. */
  post(timeMs: number, kind: EventKind, first = 0, second = 0): EventHandle {
    // Written so that NaN is refused too.
    if (!(timeMs >= this.#nowMs)) {
      throw new RangeError(`An event at ${timeMs} ms cannot be scheduled: it is ${this.#nowMs} ms already.`);
    }
    const slot = this.#slots.take(timeMs, this.#sequence++, kind, first, second);
    this.#queue.push(slot);
    return this.#slots.handleOf(slot);
  }

  /** Schedules a closure at a virtual time. Throws a RangeError for a time in the past. */
  at(timeMs: number, action: () => void): EventHandle {
    const handle = this.post(timeMs, CLOSURE);
    const slot = this.#slots.slotOf(handle);
    this.#slots.setFirst(slot, slot);
    // Slots are handed out densely: this assigns within the array or appends to it, so it stays packed but for
    // slots that only typed events have used.
    while (this.#closures.length < slot) this.#closures.push(nothing);
    this.#closures[slot] = action;
    return handle;
  }

  /** Schedules a closure after a delay, milliseconds. Throws a RangeError for a negative delay. */
  after(delayMs: number, action: () => void): EventHandle {
    return this.at(this.#nowMs + delayMs, action);
  }

  /** Takes an event back. False when it has already run or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const slot = this.#slots.slotOf(handle);
    if (slot < 0 || this.#slots.kind(slot) === CANCELLED) return false;
    if (this.#slots.kind(slot) === CLOSURE) this.#closures[slot] = nothing;
    this.#slots.setKind(slot, CANCELLED);
    this.#cancelled++;
    if (this.#cancelled >= SWEEP_FROM && 2 * this.#cancelled > this.#queue.size) this.#sweep();
    return true;
  }

  /** Runs the earliest event, of those due at the same time the one scheduled first. False when there is none. */
  step(): boolean {
    const slots = this.#slots;
    while (this.#queue.size > 0) {
      const timeMs = this.#queue.earliestMs;
      const slot = this.#queue.pop();
      const kind = slots.kind(slot);
      const first = slots.first(slot);
      const second = slots.second(slot);
      slots.free(slot);
      if (kind === CANCELLED) {
        this.#cancelled--;
        continue;
      }
      this.#nowMs = timeMs;
      this.#executed++;
      this.#actions[kind].call(this.#owners[kind], first, second);
      return true;
    }
    return false;
  }

  /**
   * Runs every event up to and including `untilMs`, and leaves the time there; without it, until none is pending,
   * and leaves the time at the last. Events that events schedule are run too. `stop` ends it early.
   */
  run(untilMs = Number.POSITIVE_INFINITY): void {
    this.#stopped = false;
    while (this.#runSome(untilMs));
    if (this.#stopped) return;
    if (untilMs < Number.POSITIVE_INFINITY && untilMs > this.#nowMs) this.#nowMs = untilMs;
  }

  /** Called by an event: `run` runs none after it, and leaves the time and the pending events as they are. */
  stop(): void {
    this.#stopped = true;
  }

  #runSome(untilMs: number): boolean {
    for (let count = 0; count < EVENTS_AT_ONCE; count++) {
      if (this.nextMs > untilMs || !this.step() || this.#stopped) return false;
    }
    return true;
  }

  #runClosure(slot: number): void {
    const action = this.#closures[slot];
    this.#closures[slot] = nothing;
    action();
  }

  #dropCancelled(): void {
    while (this.#queue.size > 0 && this.#slots.kind(this.#queue.earliestSlot) === CANCELLED) {
      this.#slots.free(this.#queue.pop());
      this.#cancelled--;
    }
  }

  #sweep(): void {
    this.#queue.retain((slot) => {
      if (this.#slots.kind(slot) !== CANCELLED) return true;
      this.#slots.free(slot);
      return false;
    });
    this.#cancelled = 0;
  }
}

function nothing(): void {}
