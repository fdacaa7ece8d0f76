import { Simulation } from '#emulator/kernel/simulation.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { VirtualClock } from './virtual-clock.ts';

/**
 * Virtual time that jumps to the next event whenever somebody sleeps and the process has nothing else to do: code that
 * waits on it takes no real time, and the same calls see the same times in every run.
 */
export class SelfAdvancingClock implements Clock {
  /** Events of whatever else lives in this time, an emulated queue for example. */
  readonly simulation: Simulation;
  readonly #clock: VirtualClock;
  readonly #mayAdvance: () => boolean;
  #sleepers = 0;
  #armed = false;

  /**
   * @param mayAdvance holds time back while it is false, for code that computes through several turns of the event
   * loop: `() => interleaver.idle` makes the times a function of the seed alone
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

  /** Runs the events that are due at the present. */
  runDue(): void {
    this.simulation.run(this.simulation.nowMs);
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    // All promise callbacks run before an immediate does: by then everyone who can go on has gone on.
    setImmediate(() => {
      this.#armed = false;
      if (this.#sleepers > 0 && (!this.#mayAdvance() || this.simulation.step())) this.#arm();
    });
  }
}
