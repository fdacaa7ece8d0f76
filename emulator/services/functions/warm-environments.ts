import { NumberRing } from '#emulator/kernel/number-ring.ts';

/**
 * Idle environments of one function. The one used last is used first (assumed; nothing is documented), so those that a
 * burst left over go unused and are given up after the keep-alive time. No events: expiry is worked out when asked.
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

  /** An invocation is over; times never go back. */
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
