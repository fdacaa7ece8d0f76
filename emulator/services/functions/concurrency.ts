/**
 * A limit on invocations running at once: the reserved concurrency of one function, or the limit that all
 * other functions share. Waiting functions are served in turn, one invocation each, so that no function
 * starves another.
 */
export class Concurrency {
  readonly limit: number;
  #running = 0;
  #peak = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param limit invocations at once; 0 is allowed and switches a function off */
  constructor(limit: number) {
    this.limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  /** The most invocations that ever ran at once. */
  get peak(): number {
    return this.#peak;
  }

  /** Acquires one unit of concurrency if one is free. */
  take(): boolean {
    if (this.#running >= this.limit) return false;
    this.#running++;
    this.#peak = Math.max(this.#peak, this.#running);
    return true;
  }

  /** Releases one unit, and lets the longest-waiting callback try to acquire it. */
  release(): void {
    this.#running--;
    this.#waiting.shift()?.();
  }

  /** Calls back once, when a unit has become free. */
  enlist(callback: () => void): void {
    this.#waiting.push(callback);
  }
}
