/**
 * The number of items inside a system and their time in it: the two sides of Little's law, each measured
 * separately. The integral of the number over time equals the sum of the times spent inside; `imbalance` is
 * their relative difference.
 */
export class Occupancy {
  #inside = 0;
  #entered = 0;
  #left = 0;
  #integralMs = 0;
  #lastMs = 0;
  /** Sum of the times spent inside by all items that have left. */
  #sojournMs = 0;
  #insideSinceMs = 0;

  enter(nowMs: number): void {
    this.#advance(nowMs);
    this.#inside++;
    this.#entered++;
    this.#insideSinceMs += nowMs;
  }

  leave(nowMs: number, enteredMs: number): void {
    this.#advance(nowMs);
    this.#inside--;
    this.#left++;
    this.#sojournMs += nowMs - enteredMs;
    this.#insideSinceMs -= enteredMs;
  }

  get inside(): number {
    return this.#inside;
  }

  get entered(): number {
    return this.#entered;
  }

  get left(): number {
    return this.#left;
  }

  /** Mean time spent inside by the items that have left [ms]; NaN if none has. */
  get meanSojournMs(): number {
    return this.#sojournMs / this.#left;
  }

  /** Integral of the number inside from time 0 to now [item x ms]. */
  integralMs(nowMs: number): number {
    return this.#integralMs + this.#inside * (nowMs - this.#lastMs);
  }

  /** Sum of the times spent inside by all items, until they left or until now [ms]. */
  totalSojournMs(nowMs: number): number {
    return this.#sojournMs + this.#inside * nowMs - this.#insideSinceMs;
  }

  /** Relative difference of the two sides of Little's law; only rounding errors are expected. */
  imbalance(nowMs: number): number {
    const integral = this.integralMs(nowMs);
    const scale = Math.max(Math.abs(integral), this.#entered * nowMs * 1e-6, 1e-9);
    return Math.abs(integral - this.totalSojournMs(nowMs)) / scale;
  }

  #advance(nowMs: number): void {
    this.#integralMs += this.#inside * (nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }
}
