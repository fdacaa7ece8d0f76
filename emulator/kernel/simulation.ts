import { EventQueue } from './event-queue.ts';
import { EventSlots, NO_SLOT } from './event-slots.ts';

/** Identifies one pending event; valid for `cancel` until the event has run. */
export type EventHandle = number;

/** Identifies a kind of event, as returned by `register`. */
export type EventKind = number;

/** The action of a kind of event, called on its owner with the two numbers given to `post`. */
export type EventAction<Owner = void> = (this: Owner, first: number, second: number) => void;

const CANCELLED = -1;
/** Kind 0 runs the closure stored for its slot. */
const CLOSURE = 0;
/** Cancelled events are removed when they are the majority and at least this many. */
const SWEEP_FROM = 1024;
/**
 * Events per call of `#runSome`: few enough that V8 sees many calls and keeps the function's machine code.
 */
const EVENTS_AT_ONCE = 256;

/**
 * A discrete-event simulation: pending events in the order of their times, at equal times in the order in
 * which they were scheduled, and virtual time that jumps from one event to the next. Deterministic: the same
 * calls give the same order on every machine.
 *
 * An event is scheduled in one of two forms. `at` and `after` take a closure. `post` takes a registered kind
 * and two numbers, and allocates nothing, which makes a million devices possible.
 */
export class Simulation {
  readonly #queue: EventQueue;
  readonly #slots: EventSlots;
  readonly #actions: EventAction<unknown>[] = [];
  readonly #owners: unknown[] = [];
  readonly #closures: (() => void)[] = [];
  #nowMs: number;
  #cancelled = 0;
  #executed = 0;
  #stopped = false;

  /**
   * @param startMs virtual time at the start
   * @param capacity number of pending events to reserve space for; it grows if there are more
   */
  constructor(startMs = 0, capacity = 1024) {
    this.#nowMs = startMs;
    this.#slots = new EventSlots(capacity);
    this.#queue = new EventQueue((list) => this.#slots.fetch(list));
    this.register(this, this.#runClosure);
  }

  /** Virtual time [ms]. */
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
   * Registers a kind of event, whose action is called on the owner with the two numbers given to `post`. Pass
   * a method as the action, so that all simulations run the same function: V8 discards a closure's machine
   * code with the last such closure, and a sweep would compile the code again for every point.
   */
  register<Owner>(owner: Owner, action: EventAction<Owner>): EventKind {
    this.#owners.push(owner);
    return this.#actions.push(action as EventAction<unknown>) - 1;
  }

  /**
   * Schedules an event of a registered kind without allocating. Throws a RangeError for a time in the past.
   */
  post(timeMs: number, kind: EventKind, first = 0, second = 0): EventHandle {
    // Negated, so that NaN is refused too.
    if (!(timeMs >= this.#nowMs)) {
      throw new RangeError(`An event at ${timeMs} ms cannot be scheduled: it is ${this.#nowMs} ms already.`);
    }
    const slot = this.#slots.take(kind, first, second);
    this.#queue.push(timeMs, slot);
    return this.#slots.handleOf(slot);
  }

  /** Schedules a closure at a virtual time. Throws a RangeError for a time in the past. */
  at(timeMs: number, action: () => void): EventHandle {
    const handle = this.post(timeMs, CLOSURE);
    const slot = this.#slots.slotOf(handle);
    this.#slots.setFirst(slot, slot);
    // New slots have consecutive numbers. So this assigns inside the array or appends to it, and the array
    // stays packed; only slots that `post` alone has used are filled with `nothing`.
    while (this.#closures.length < slot) this.#closures.push(nothing);
    this.#closures[slot] = action;
    return handle;
  }

  /** Schedules a closure after a delay, milliseconds. Throws a RangeError for a negative delay. */
  after(delayMs: number, action: () => void): EventHandle {
    return this.at(this.#nowMs + delayMs, action);
  }

  /** Cancels an event. False if it has already run or was already cancelled. */
  cancel(handle: EventHandle): boolean {
    const slot = this.#slots.slotOf(handle);
    if (slot < 0 || this.#slots.kind(slot) === CANCELLED) return false;
    if (this.#slots.kind(slot) === CLOSURE) this.#closures[slot] = nothing;
    this.#slots.setKind(slot, CANCELLED);
    this.#cancelled++;
    if (this.#cancelled >= SWEEP_FROM && 2 * this.#cancelled > this.#queue.size) this.#sweep();
    return true;
  }

  /**
   * Runs the earliest event; of events due at the same time, the one scheduled first. False if there is none.
   */
  step(): boolean {
    return this.#stepUntil(Number.POSITIVE_INFINITY);
  }

  /**
   * Runs all events up to and including `untilMs`, also those scheduled meanwhile, and then sets the time to
   * `untilMs`. Without `untilMs`, runs until no event is pending, and the time stays at the last event.
   * `stop` ends it early.
   */
  run(untilMs = Number.POSITIVE_INFINITY): void {
    this.#stopped = false;
    while (this.#runSome(untilMs));
    if (this.#stopped) return;
    if (untilMs < Number.POSITIVE_INFINITY && untilMs > this.#nowMs) this.#nowMs = untilMs;
  }

  /** Called by an event to end `run` after it; virtual time and pending events stay as they are. */
  stop(): void {
    this.#stopped = true;
  }

  #runSome(untilMs: number): boolean {
    for (let count = 0; count < EVENTS_AT_ONCE; count++) {
      if (!this.#stepUntil(untilMs) || this.#stopped) return false;
    }
    return true;
  }

  /** Runs the earliest event unless it is due later. False if it is, or if there is none. */
  #stepUntil(untilMs: number): boolean {
    const slots = this.#slots;
    const queue = this.#queue;
    for (;;) {
      const slot = queue.popUntil(untilMs);
      if (slot === NO_SLOT) return false;
      const kind = slots.kind(slot);
      const first = slots.first(slot);
      const second = slots.second(slot);
      slots.free(slot);
      if (kind === CANCELLED) {
        this.#cancelled--;
        continue;
      }
      this.#nowMs = queue.poppedMs;
      this.#executed++;
      this.#actions[kind].call(this.#owners[kind], first, second);
      return true;
    }
  }

  #runClosure(slot: number): void {
    const action = this.#closures[slot];
    this.#closures[slot] = nothing;
    action();
  }

  #dropCancelled(): void {
    while (this.#queue.size > 0 && this.#slots.kind(this.#queue.earliestSlot) === CANCELLED) {
      this.#slots.free(this.#queue.popUntil(Number.POSITIVE_INFINITY));
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
