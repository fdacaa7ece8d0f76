import type { PollerParameters } from '#emulator/parameters/poller-parameters.ts';

/**
 * How many pollers an event source may use: a few at once, more by the minute while messages wait, back to the few
 * after a quiet time. Pure arithmetic; the event source says when messages wait.
 */
export class PollerScaling {
  readonly #parameters: PollerParameters;
  #limit: number;
  #waitingUntilMs = Number.NEGATIVE_INFINITY;

  constructor(parameters: PollerParameters) {
    this.#parameters = parameters;
    this.#limit = Math.min(parameters.initialPollers, parameters.maximumPollers);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Milliseconds of waiting messages that earn one more poller; Infinity when no more are to be had. */
  get stepMs(): number {
    const { pollersPerMinute, maximumPollers } = this.#parameters;
    if (this.#limit >= maximumPollers || pollersPerMinute === 0) return Number.POSITIVE_INFINITY;
    return 60_000 / pollersPerMinute;
  }

  /** Messages have waited for another step. */
  grow(nowMs: number): void {
    this.#limit = Math.min(this.#limit + 1, this.#parameters.maximumPollers);
    this.#waitingUntilMs = nowMs;
  }

  /** Messages come while no poller is at work: after a quiet time scaling starts over. */
  startOver(nowMs: number): void {
    if (nowMs - this.#waitingUntilMs > this.#parameters.scaleDownAfterMs) {
      this.#limit = Math.min(this.#parameters.initialPollers, this.#parameters.maximumPollers);
    }
  }

  /** Pollers were at work at this time. */
  touch(nowMs: number): void {
    this.#waitingUntilMs = Math.max(this.#waitingUntilMs, nowMs);
  }

  /** Integral of the number of pollers over a stretch without change, the scaling back in it included. */
  pollerMs(fromMs: number, toMs: number): number {
    const backAtMs = this.#waitingUntilMs + this.#parameters.scaleDownAfterMs;
    const quietMs = Math.max(0, toMs - Math.max(fromMs, backAtMs));
    const few = Math.min(this.#limit, this.#parameters.initialPollers);
    return this.#limit * (toMs - fromMs - quietMs) + few * quietMs;
  }
}
