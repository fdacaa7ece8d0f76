import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';

/**
 * Time as a handler inside the simulation sees it. While the handler's real code runs, no event does; what its work
 * would have taken is charged here, so that whatever it does next happens that much later.
 */
export class InvocationClock implements Clock {
  readonly #simulation: Simulation;
  #chargedMs = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  nowMs(): number {
    return this.#simulation.nowMs + this.#chargedMs;
  }

  /** A handler that sleeps is charged for it like for work. */
  async sleepUntilMs(timeMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.charge(Math.max(0, timeMs - this.nowMs()));
  }

  charge(durationMs: number): void {
    this.#chargedMs += durationMs;
  }

  /** The next handler begins at the present. */
  restart(): void {
    this.#chargedMs = 0;
  }
}
