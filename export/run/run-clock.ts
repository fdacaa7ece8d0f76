import type { RoundMetrics } from '#shared/protocol/run-result.ts';

/**
 * Places the rounds of a run on the axis of real time: the first round begins when the run was started, and
 * each lasts as long as the run's own clock says, virtual or real.
 */
export class RunClock {
  #nowMs: number;

  /** @param startedAtMs When the run was started, since 1970-01-01 UTC. */
  constructor(startedAtMs: number) {
    this.#nowMs = startedAtMs;
  }

  /** Moves to the end of the next round and returns it. [ms] */
  endOf({ roundSeconds }: RoundMetrics): number {
    this.#nowMs += 1000 * roundSeconds;
    return this.#nowMs;
  }
}
