import { Simulation } from '#emulator/kernel/simulation.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { VirtualClock } from './virtual-clock.ts';

/**
 * Virtual clock that jumps to the next event when code sleeps on it and the process has nothing else to do.
 * Sleeping takes no real time, and the same calls see the same times in every run.
 */
export class SelfAdvancingClock implements Clock {
  /** Simulation whose events share this virtual time, as those of an emulated queue. */
  readonly simulation: Simulation;
  readonly #clock: VirtualClock;
  readonly #mayAdvance: () => boolean;
  #sleepers = 0;
  #armed = false;

  /**
   * @param mayAdvance Time does not advance while it returns false. For code that computes over several turns
   *   of the event loop: `() => interleaver.idle` makes the times a function of the seed alone.
   */
  constructor(startMs = 0, mayAdvance: () => boolean = () => true) {
    this.#mayAdvance = mayAdvance;
    this.simulation = new Simulation(startMs);
    this.#clock = new VirtualClock(this.simulation);
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  monotonicMs(): number {
    return this.nowMs();
  }

  async sleepMs(durationMs: number, signal?: AbortSignal): Promise<void> {
    this.#sleepers += 1;
    this.#arm();
    try {
      await this.#clock.sleepMs(durationMs, signal);
    } finally {
      this.#sleepers -= 1;
    }
  }

  /** Runs the events that are due now. */
  runDue(): void {
    this.simulation.run(this.simulation.nowMs);
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    // An immediate runs after all promise callbacks, when no code can continue without an advance of time.
    setImmediate(() => {
      this.#armed = false;
      if (this.#sleepers > 0 && (!this.#mayAdvance() || this.simulation.step())) this.#arm();
    });
  }
}
