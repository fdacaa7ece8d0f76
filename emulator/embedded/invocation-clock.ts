import { AsyncLocalStorage } from 'node:async_hooks';
import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';

/** Something whose virtual duration passes before the handler goes on with its result. */
interface Wait {
  readonly endMs: number;
  readonly resolve: () => void;
}

/** Work that is being measured, and how many requests it is waiting for. */
interface MeasuredWork {
  requests: number;
}

/**
 * Time as a handler inside the simulation sees it. While the handler's real code runs, no event does; what it would have
 * taken passes here, so that everything it does next happens that much later.
 *
 * A handler may make requests beside each other: each lasts from the virtual time at which it was made, and virtual time
 * moves to the next end only when the real code has nothing left to do but wait. So requests overlap as they would in the
 * cloud, in an order that no real duration has an influence on. Computation has one thread: it never overlaps with other
 * computation.
 */
export class InvocationClock implements Clock {
  readonly #simulation: Simulation;
  readonly #measured = new AsyncLocalStorage<MeasuredWork>();
  /** In the order in which they began. */
  readonly #waits: Wait[] = [];
  /** Since the handler began. */
  #elapsedMs = 0;
  /** Until when the thread computes, on the same scale. */
  #computingUntilMs = 0;
  /** Real operations that have not ended: virtual time stands still. */
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

  /** A handler that sleeps is charged for it like for work. */
  async sleepMs(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#pass(this.#elapsedMs + durationMs);
  }

  /** Makes a request for real, and lets the time pass that it would take, from now on. */
  async request<T>(request: () => Promise<T>, durationMs: (result: T) => number): Promise<T> {
    const measured = this.#measured.getStore();
    const beganMs = this.#elapsedMs;
    // Measured work that waits for its requests is not computing.
    if (measured !== undefined && measured.requests++ === 0) this.#running--;
    try {
      const result = await this.#run(request);
      await this.#pass(beganMs + durationMs(result));
      return result;
    } finally {
      if (measured !== undefined && --measured.requests === 0) this.#running++;
    }
  }

  /** Does work for real, and lets the time pass that its computation would take, when the thread is free. */
  async compute<T>(work: () => T | Promise<T>, durationMs: number): Promise<T> {
    const result = await this.#run(() => this.#measured.run({ requests: 0 }, async () => await work()));
    this.#computingUntilMs = Math.max(this.#computingUntilMs, this.#elapsedMs) + durationMs;
    await this.#pass(this.#computingUntilMs);
    return result;
  }

  /** The next handler begins at the present. Resolves when nothing of the last one is left to end. */
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

  /** Looks once the promises that can go on have gone on: an immediate runs after all of them. */
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
      // Of those that end at the same time, the one that began first.
      if (this.#waits[index].endMs < this.#waits[next].endMs) next = index;
    }
    const [{ endMs, resolve }] = this.#waits.splice(next, 1);
    this.#elapsedMs = Math.max(this.#elapsedMs, endMs);
    resolve();
    this.#arm();
  }
}
