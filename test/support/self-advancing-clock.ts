import { Simulation } from '#emulator/kernel/simulation.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

/**
 * Virtual time that jumps to the next sleeper whenever the process has nothing else to do: code that waits on it
 * takes no real time, and the same calls see the same times in every run.
 */
export class SelfAdvancingClock implements Clock {
  readonly #simulation: Simulation;
  readonly #clock: VirtualClock;
  readonly #mayAdvance: () => boolean;
  #armed = false;

  /**
   * @param mayAdvance holds time back while it is false, for code that computes through several turns of the event
   * loop: `() => interleaver.idle` makes the times a function of the seed alone
   */
  constructor(startMs = 0, mayAdvance: () => boolean = () => true) {
    this.#mayAdvance = mayAdvance;
    this.#simulation = new Simulation(startMs);
    this.#clock = new VirtualClock(this.#simulation);
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  sleepUntilMs(timeMs: number, signal?: AbortSignal): Promise<void> {
    const sleep = this.#clock.sleepUntilMs(timeMs, signal);
    this.#arm();
    return sleep;
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    // All promise callbacks run before an immediate does: by then everyone who can go on has gone on.
    setImmediate(() => {
      this.#armed = false;
      if (!this.#mayAdvance() || this.#simulation.step()) this.#arm();
    });
  }
}
