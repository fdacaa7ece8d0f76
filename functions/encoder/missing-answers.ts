import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { runKeys } from '#shared/protocol/keys.ts';

/** Rounds that are remembered: of several runs beside each other, the last ones. */
const ROUNDS = 64;

/**
 * One device of each open round whose answer was not there when the answers were last listed. As long as it is still
 * missing the round is not complete, and one request says so. Listing all answers after every batch would instead take a
 * number of requests that grows with the square of the number of devices.
 */
export class MissingAnswers {
  readonly #objects: ObjectStore;
  readonly #devices = new Map<string, number>();

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** True when a device of the round is known to have stored no answer yet. */
  async isStillMissing(run: string, round: number): Promise<boolean> {
    const device = this.#devices.get(nameOf(run, round));
    if (device === undefined) return false;
    return (await this.#objects.get(runKeys.answer(run, round, device))) === undefined;
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
