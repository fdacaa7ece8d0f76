import type { PollerParameters } from '#emulator/parameters/poller-parameters.ts';

/**
 * The number of pollers that an event source may use: a few at first, more each minute while messages wait,
 * and back to the initial number after a quiet time. Pure arithmetic; the event source reports when messages
 * wait.
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

  /** Time that messages must wait for one more poller [ms]; Infinity when no more are allowed. */
  get stepMs(): number {
    const { pollersPerMinute, maximumPollers } = this.#parameters;
    if (this.#limit >= maximumPollers || pollersPerMinute === 0) return Number.POSITIVE_INFINITY;
    return 60_000 / pollersPerMinute;
  }

  /** Allows one more poller, after messages have waited for another step. */
  grow(nowMs: number): void {
    this.#limit = Math.min(this.#limit + 1, this.#parameters.maximumPollers);
    this.#waitingUntilMs = nowMs;
  }

  /**
   * Called when messages arrive while no poller works. Resets the limit if the quiet time was long enough.
   */
  startOver(nowMs: number): void {
    if (nowMs - this.#waitingUntilMs > this.#parameters.scaleDownAfterMs) {
      this.#limit = Math.min(this.#parameters.initialPollers, this.#parameters.maximumPollers);
    }
  }

  /** Notes that messages waited or pollers worked at this time. */
  touch(nowMs: number): void {
    this.#waitingUntilMs = Math.max(this.#waitingUntilMs, nowMs);
  }

  /** Integral of the number of pollers over a span without growth, scale-down included [poller x ms]. */
  pollerMs(fromMs: number, toMs: number): number {
    const backAtMs = this.#waitingUntilMs + this.#parameters.scaleDownAfterMs;
    const quietMs = Math.max(0, toMs - Math.max(fromMs, backAtMs));
    const few = Math.min(this.#limit, this.#parameters.initialPollers);
    return this.#limit * (toMs - fromMs - quietMs) + few * quietMs;
  }
}
