/**
 * How fast a function may get new environments: a burst at once, refilled continuously, never more than the burst
 * ("Lambda scaling behavior": the rate is refilled continuously and unused portions do not accrue).
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

  /** Takes the right to one new environment if there is one. */
  take(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** When there will be a right to take, at the earliest. */
  nextMs(nowMs: number): number {
    this.#refill(nowMs);
    // A hair later, lest rounding leave the token a hair short of one.
    return this.#tokens >= 1 ? nowMs : nowMs + (1 - this.#tokens) / this.#perMs + 1e-6;
  }

  #refill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#lastMs) * this.#perMs);
    this.#lastMs = nowMs;
  }
}
