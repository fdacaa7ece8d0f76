/**
 * The rate at which a function may get new environments: a token bucket with a burst, refilled continuously
 * up to the burst ("Lambda scaling behavior": the rate is refilled continuously and unused portions do not
 * accrue).
 */
export class ScalingRate {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #lastMs = 0;

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
  }

  /** Takes the token for one new environment if there is one. */
  take(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** The earliest time at which there is a token. */
  nextMs(nowMs: number): number {
    this.#refill(nowMs);
    // 1e-6 ms later, so that rounding cannot leave slightly less than one token.
    return this.#tokens >= 1 ? nowMs : nowMs + (1 - this.#tokens) / this.#perMs + 1e-6;
  }

  #refill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#lastMs) * this.#perMs);
    this.#lastMs = nowMs;
  }
}
