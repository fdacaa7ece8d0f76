/**
 * A number of invocations that may run at once, shared by the functions that have no concurrency of their own.
 * Those that wait are served in turn, one invocation each: no function starves another.
 */
export class Concurrency {
  readonly limit: number;
  #running = 0;
  #peak = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param limit invocations at once, 0 allowed: a function that is switched off */
  constructor(limit: number) {
    this.limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  /** The most that ever ran at once. */
  get peak(): number {
    return this.#peak;
  }

  /** Takes a place if there is one. */
  take(): boolean {
    if (this.#running >= this.limit) return false;
    this.#running++;
    this.#peak = Math.max(this.#peak, this.#running);
    return true;
  }

  /** Gives a place back, and lets the one that waits longest try for it. */
  release(): void {
    this.#running--;
    this.#waiting.shift()?.();
  }

  /** Calls back once, when a place has come free. */
  enlist(callback: () => void): void {
    this.#waiting.push(callback);
  }
}
