import type { RunStore } from '#shared/protocol/run-store.ts';

/** Rounds that are remembered: of several runs beside each other, the last ones. */
const ROUNDS = 64;

/**
 * One device of each open round whose answer was not there when the answers were last listed. As long as it is still
 * missing the round is not complete, and one request says so. Listing all answers after every batch would instead take a
 * number of requests that grows with the square of the number of devices.
 */
export class MissingAnswers {
  readonly #store: RunStore;
  readonly #devices = new Map<string, number>();

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** True when a device of the round is known to have stored no answer yet. */
  async isStillMissing(run: string, round: number): Promise<boolean> {
    const device = this.#devices.get(nameOf(run, round));
    return device !== undefined && !(await this.#store.answer(run, round, device).exists());
  }

  /**
   * Notes who was missing in a listing. The device in the middle is watched: who is missing halves, on average, from one
   * listing to the next.
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
