import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';

/**
 * What can go wrong at a port:
 * - `kill`: the process dies before the call, after it, or in the middle of one that names several messages;
 * - `stall`: the process stands still before or after the call, while time passes and its messages become visible;
 * - `error`: the call throws a retryable ServiceError, its effect done or not;
 * - `duplicate`: a message is stored twice; `redeliver`: a received message is visible to others at once;
 * - `delay`: a message becomes visible later; `shuffle`: the messages of a call are stored in another order.
 */
export type FaultKind = 'kill' | 'stall' | 'error' | 'duplicate' | 'redeliver' | 'delay' | 'shuffle';

export interface FaultSettings {
  readonly seed: number;
  /** The probability of each kind at every opportunity; a kind that is not named never happens. */
  readonly rates: Partial<Readonly<Record<FaultKind, number>>>;
  /** After this many faults nothing goes wrong any more: every run comes to an end. */
  readonly maxFaults: number;
  /** The longest extra delay of a message. Keep it below what a deadline allows where results must not change. */
  readonly maxDelayMs?: number;
  /** The longest time that a process stands still. */
  readonly maxStallMs?: number;
}

/** Decides, as a function of the seed and of the order of calls, what goes wrong; keeps a log for a failing seed. */
export class FaultPlan {
  readonly log: string[] = [];
  readonly #settings: FaultSettings;
  readonly #random: RandomStream;

  constructor(settings: FaultSettings) {
    this.#settings = settings;
    this.#random = randomStream(settings.seed, 'fault', 0);
  }

  /** Whether this fault happens here and now. */
  strikes(kind: FaultKind, where: string): boolean {
    const rate = this.#settings.rates[kind] ?? 0;
    // Drawn even when the budget is spent: the positions of later faults do not depend on it.
    const struck = this.#random.uniform() < rate && this.log.length < this.#settings.maxFaults;
    if (struck) this.log.push(`${kind} ${where}`);
    return struck;
  }

  /** A whole number from 0 to bound - 1. */
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
