import { AsyncLocalStorage } from 'node:async_hooks';
import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';

/** An operation that waits until its virtual duration has passed. */
interface Wait {
  readonly endMs: number;
  readonly resolve: () => void;
}

/** Measured work, with the number of requests that it waits for. */
interface MeasuredWork {
  requests: number;
}

/**
 * Virtual time as seen by a handler inside the simulation. While a handler's real code runs, the simulation
 * runs no event. The durations of its operations are added to this clock, so that its later operations happen
 * that much later.
 *
 * A handler may make concurrent requests. Each lasts from the virtual time at which it was made, and virtual
 * time moves to the next end only when all real operations have ended. So requests overlap as in the cloud,
 * in an order that does not depend on real durations. Computation has one thread: it never overlaps with
 * other computation.
 */
export class InvocationClock implements Clock {
  readonly #simulation: Simulation;
  readonly #measured = new AsyncLocalStorage<MeasuredWork>();
  /** In the order in which they started. */
  readonly #waits: Wait[] = [];
  /** Virtual time since the handler started. */
  #elapsedMs = 0;
  /** Time since the handler's start at which the thread will have finished computing. */
  #computingUntilMs = 0;
  /** Number of real operations in progress. While it is above 0, virtual time does not move. */
  #running = 0;
  #armed = false;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  nowMs(): number {
    return this.#simulation.nowMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.nowMs();
  }

  /** Lets the virtual duration pass. A sleeping handler takes virtual time like a working one. */
  async sleepMs(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#pass(this.#elapsedMs + durationMs);
  }

  /** Makes a real request, and lets its virtual duration pass, counted from the call. */
  async request<T>(request: () => Promise<T>, durationMs: (result: T) => number): Promise<T> {
    const measured = this.#measured.getStore();
    const beganMs = this.#elapsedMs;
    // Measured work does not compute while it waits for its requests.
    if (measured !== undefined && measured.requests++ === 0) this.#running--;
    try {
      const result = await this.#run(request);
      await this.#pass(beganMs + durationMs(result));
      return result;
    } finally {
      if (measured !== undefined && --measured.requests === 0) this.#running++;
    }
  }

  /** Does real work, and lets its virtual duration pass once the thread is free. */
  async compute<T>(work: () => T | Promise<T>, durationMs: number): Promise<T> {
    const result = await this.#run(() => this.#measured.run({ requests: 0 }, async () => await work()));
    this.#computingUntilMs = Math.max(this.#computingUntilMs, this.#elapsedMs) + durationMs;
    await this.#pass(this.#computingUntilMs);
    return result;
  }

  /**
   * Prepares for the next handler, which starts at the current time. Resolves when no operation is pending.
   */
  async restart(): Promise<void> {
    while (this.#running > 0 || this.#waits.length > 0) await new Promise(setImmediate);
    this.#elapsedMs = 0;
    this.#computingUntilMs = 0;
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await operation();
    } finally {
      this.#running--;
      this.#arm();
    }
  }

  #pass(endMs: number): Promise<void> {
    if (endMs <= this.#elapsedMs) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waits.push({ endMs, resolve });
      this.#arm();
    });
  }

  /** Advances once all promises that can continue have done so: an immediate runs after all of them. */
  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      this.#advance();
    });
  }

  #advance(): void {
    if (this.#running > 0 || this.#waits.length === 0) return;
    let next = 0;
    for (let index = 1; index < this.#waits.length; index++) {
      // Of waits with the same end, the one that started first.
      if (this.#waits[index].endMs < this.#waits[next].endMs) next = index;
    }
    const [{ endMs, resolve }] = this.#waits.splice(next, 1);
    this.#elapsedMs = Math.max(this.#elapsedMs, endMs);
    resolve();
    this.#arm();
  }
}
