import { NumberRing } from '#emulator/kernel/number-ring.ts';

/**
 * Idle environments of one function. The most recently used one is used first (assumed; not documented), so
 * the surplus of a burst stays idle and is dropped after the keep-alive time. It needs no events: `take` and
 * `count` first drop the environments that have expired.
 */
export class WarmEnvironments {
  readonly #keepAliveMs: number;
  readonly #idleSinceMs = new NumberRing();

  constructor(keepAliveMs: number) {
    this.#keepAliveMs = keepAliveMs;
  }

  /** Takes a warm environment if there is one. */
  take(nowMs: number): boolean {
    this.#giveUp(nowMs);
    if (this.#idleSinceMs.length === 0) return false;
    this.#idleSinceMs.pop();
    return true;
  }

  /** Adds the environment of an invocation that has ended. Times must not decrease. */
  put(nowMs: number): void {
    this.#idleSinceMs.push(nowMs);
  }

  count(nowMs: number): number {
    this.#giveUp(nowMs);
    return this.#idleSinceMs.length;
  }

  #giveUp(nowMs: number): void {
    while (this.#idleSinceMs.at(0) + this.#keepAliveMs < nowMs) this.#idleSinceMs.shift();
  }
}
