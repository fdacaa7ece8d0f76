import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';

/** The clock of code that runs inside a simulation: `sleepMs` resolves when virtual time gets there. */
export class VirtualClock implements Clock {
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  nowMs(): number {
    return this.#simulation.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs();
  }

  sleepMs(durationMs: number, signal?: AbortSignal): Promise<void> {
    const simulation = this.#simulation;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (durationMs <= 0) {
        resolve();
        return;
      }
      const abort = () => {
        simulation.cancel(handle);
        reject(signal?.reason);
      };
      const handle = simulation.after(durationMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}
