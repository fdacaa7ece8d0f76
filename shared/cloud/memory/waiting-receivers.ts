import type { Clock } from '#shared/cloud/ports/clock.ts';

interface Waiter {
  readonly untilMs: number;
  readonly wake: AbortController;
}

/** The receivers that long-poll a queue: each sleeps on the clock until something may be there for it. */
export class WaitingReceivers {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves at this time, or when a message is scheduled before it, or when the signal aborts. */
  async wait(untilMs: number, signal: AbortSignal | undefined): Promise<void> {
    const waiter = { untilMs, wake: new AbortController() };
    const wake = () => waiter.wake.abort();
    this.#waiters.add(waiter);
    signal?.addEventListener('abort', wake, { once: true });
    try {
      await this.#clock.sleepUntilMs(untilMs, waiter.wake.signal);
    } catch (error) {
      if (!waiter.wake.signal.aborted) throw error;
    } finally {
      this.#waiters.delete(waiter);
      signal?.removeEventListener('abort', wake);
    }
  }

  /** A message becomes visible at this time: wakes the receivers that would sleep past it, longest waiting first. */
  wakeAt(visibleAtMs: number): void {
    for (const waiter of this.#waiters) {
      if (visibleAtMs < waiter.untilMs) waiter.wake.abort();
    }
  }
}
