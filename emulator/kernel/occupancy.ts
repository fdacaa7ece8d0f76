/**
 * How many are inside a system, and for how long: the two sides of Little's law, each measured on its own.
 * The integral of the number inside over time equals the sum of the times spent inside; `imbalance` says how
 * nearly.
 */
export class Occupancy {
  #inside = 0;
  #entered = 0;
  #left = 0;
  #integralMs = 0;
  #lastMs = 0;
  /** Sum of departure times less sum of arrival times, of those that have left. */
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

  /** Mean time spent inside by those that have left, milliseconds; NaN when none has. */
  get meanSojournMs(): number {
    return this.#sojournMs / this.#left;
  }

  /** Integral of the number inside from time 0 to now, in message-milliseconds. */
  integralMs(nowMs: number): number {
    return this.#integralMs + this.#inside * (nowMs - this.#lastMs);
  }

  /** Time spent inside by all that entered, until they left or until now. */
  totalSojournMs(nowMs: number): number {
    return this.#sojournMs + this.#inside * nowMs - this.#insideSinceMs;
  }

  /** Relative difference of the two sides of Little's law: rounding error and no more. */
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
