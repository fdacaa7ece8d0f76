import type { RunStore } from '#shared/protocol/run-store.ts';

/** Number of rounds that are remembered, over all concurrent runs; the oldest are dropped first. */
const ROUNDS = 64;

/**
 * Remembers, for each open round, one device whose answer was missing when the answers were last listed.
 * While its answer is still missing, the round is not complete, and one request is enough to know this.
 * Listing all answers after every batch would take a number of requests that grows with the square of the
 * number of devices.
 */
export class MissingAnswers {
  readonly #store: RunStore;
  readonly #devices = new Map<string, number>();

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** True when a device of the round is remembered and still has no stored answer. */
  async isStillMissing(run: string, round: number): Promise<boolean> {
    const device = this.#devices.get(nameOf(run, round));
    return device !== undefined && !(await this.#store.answer(run, round, device).exists());
  }

  /**
   * Remembers the device in the middle of the list of missing devices. The number of missing devices then
   * halves, on average, from one listing to the next.
   */
  note(run: string, round: number, selected: readonly number[], answered: readonly number[]): void {
    const present = new Set(answered);
    const missing = selected.filter((device) => !present.has(device));
    const name = nameOf(run, round);
    this.#devices.delete(name);
    this.#devices.set(name, missing[Math.floor(missing.length / 2)]);
    for (const oldest of this.#devices.keys()) {
      if (this.#devices.size <= ROUNDS) return;
      this.#devices.delete(oldest);
    }
  }
}

function nameOf(run: string, round: number): string {
  return `${run}/${round}`;
}
