import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';

/**
 * Faults at a port:
 * - `kill`: the process dies before the call, after it, or in the middle of a call with several messages;
 * - `stall`: the process pauses before or after the call, while time passes and its messages become visible;
 * - `error`: the call throws a retryable ServiceError, with or without its effect;
 * - `duplicate`: a message is stored twice; `redeliver`: a received message is visible to others at once;
 * - `delay`: a message becomes visible later; `shuffle`: the messages of a call are stored in another order.
 */
export type FaultKind = 'kill' | 'stall' | 'error' | 'duplicate' | 'redeliver' | 'delay' | 'shuffle';

export interface FaultSettings {
  readonly seed: number;
  /** Probability of each kind at every opportunity; 0 for kinds that are not given. */
  readonly rates: Partial<Readonly<Record<FaultKind, number>>>;
  /** Total number of faults; there are no further ones, so that every run ends. */
  readonly maxFaults: number;
  /** Longest extra delay of a message. If results must not change, keep it below the deadline's slack. */
  readonly maxDelayMs?: number;
  /** Longest pause of a process. */
  readonly maxStallMs?: number;
}

/**
 * Draws faults as a function of the seed and the order of calls. Keeps a log that explains a failing seed.
 */
export class FaultPlan {
  readonly log: string[] = [];
  readonly #settings: FaultSettings;
  readonly #random: RandomStream;

  constructor(settings: FaultSettings) {
    this.#settings = settings;
    this.#random = randomStream(settings.seed, 'fault', 0);
  }

  /** Draws whether this fault happens at this call. */
  strikes(kind: FaultKind, where: string): boolean {
    const rate = this.#settings.rates[kind] ?? 0;
    // Always draws, even after the last fault, so that later draws do not depend on the number of faults.
    const struck = this.#random.uniform() < rate && this.log.length < this.#settings.maxFaults;
    if (struck) this.log.push(`${kind} ${where}`);
    return struck;
  }

  /** A random integer from 0 to bound - 1. */
  choose(bound: number): number {
    return this.#random.integer(bound);
  }

  extraDelayMs(): number {
    return Math.floor(this.#random.uniform() * (this.#settings.maxDelayMs ?? 0));
  }

  stallMs(): number {
    return Math.floor(this.#random.uniform() * (this.#settings.maxStallMs ?? 0));
  }

  /** The items in a random order. */
  shuffled<T>(items: readonly T[]): readonly T[] {
    const keyed = items.map((item) => ({ item, key: this.#random.nextUint32() }));
    return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item);
  }

  toString(): string {
    return `faults of seed ${this.#settings.seed}: ${this.log.join('; ')}`;
  }
}
