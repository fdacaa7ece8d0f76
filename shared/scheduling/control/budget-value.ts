import type { QueueRule } from '#shared/scheduling/policies/scheduling-policy.ts';
import type { Utility } from '#shared/scheduling/utility.ts';
import type { ControlLaw } from './control-law.ts';
import { type ControlSettings, horizonIsKnown } from './round-control.ts';

/** The value function is tabulated in steps of this fraction of the budget. */
const STEPS_PER_BUDGET = 10;

/**
 * The table ends at this many budgets plus the debt, but at the latest at twice this many budgets. Beyond its
 * end, W_j is taken as constant.
 */
const MOST_BUDGETS = 8;

/**
 * W_j(x): the expected sum of the utilities of j rounds that are planned one after the other, if the first of
 * them may take x seconds. With the budget b and rounds drawn like those of the run,
 *
 *     W_0(x) = 0,    W_j(x) = E[ max over k with D(k) <= x of U(k) + W_(j-1)(x - D(k) + b) ].
 *
 * This is the dynamic program of a finite horizon (Bertsekas, Dynamic Programming and Optimal Control, volume
 * I, chapter 1), with the expectation taken over the law's delay curves. W_j is tabulated over x and
 * interpolated linearly. A table is computed at its first use and kept.
 */
export class BudgetValue {
  readonly #curves: readonly Float64Array[];
  readonly #utilities: Float64Array;
  readonly #budgetSeconds: number;
  readonly #stepSeconds: number;
  /** W_0, W_1, ... */
  readonly #tables: Float64Array[];

  /**
   * @param curves D(0), D(1), ... of each drawn round [s]
   * @param debtSeconds the debt d: a round may take b + d at first
   */
  constructor(
    curves: readonly (readonly number[])[],
    utility: Utility,
    budgetSeconds: number,
    debtSeconds: number,
  ) {
    this.#curves = curves.map((curve) => Float64Array.from(curve));
    this.#utilities = Float64Array.from(curves[0], (_, size) => utility.value(size));
    this.#budgetSeconds = budgetSeconds;
    this.#stepSeconds = budgetSeconds / STEPS_PER_BUDGET;
    const most = MOST_BUDGETS + Math.min(debtSeconds / budgetSeconds, MOST_BUDGETS);
    this.#tables = [new Float64Array(Math.ceil(most * STEPS_PER_BUDGET) + 1)];
  }

  /** W_rounds(seconds). */
  at(rounds: number, seconds: number): number {
    return this.#interpolated(this.#table(rounds), seconds);
  }

  /** The price of delay: the slope of W_rounds around `seconds` [utility/s]. */
  price(rounds: number, seconds: number): number {
    const table = this.#table(rounds);
    const low = Math.max(0, seconds - this.#stepSeconds);
    const high = low + 2 * this.#stepSeconds;
    const rise = this.#interpolated(table, high) - this.#interpolated(table, low);
    return Math.max(0, rise / (high - low));
  }

  /**
   * The size k with the largest U(k) + W_rounds(seconds - D(k) + b) among all k with D(k) <= seconds.
   *
   * @param curve D(0), D(1), ... of the round to plan [s]
   * @param rounds number of rounds after it
   */
  bestSize(curve: ArrayLike<number>, rounds: number, seconds: number): number {
    return this.#best(curve, this.#table(rounds), seconds).size;
  }

  #best(curve: ArrayLike<number>, after: Float64Array, seconds: number) {
    let size = 0;
    let value = Number.NEGATIVE_INFINITY;
    for (let tried = 0; tried < curve.length && curve[tried] <= seconds; tried++) {
      const left = seconds - curve[tried] + this.#budgetSeconds;
      const total = this.#utilities[tried] + this.#interpolated(after, left);
      if (total > value) {
        size = tried;
        value = total;
      }
    }
    return { size, value };
  }

  #table(rounds: number): Float64Array {
    for (let last = this.#tables.length - 1; last < rounds; last++) {
      const after = this.#tables[last];
      this.#tables.push(
        after.map((_, index) => {
          let sum = 0;
          for (const curve of this.#curves) sum += this.#best(curve, after, index * this.#stepSeconds).value;
          return sum / this.#curves.length;
        }),
      );
    }
    return this.#tables[rounds];
  }

  #interpolated(table: Float64Array, seconds: number): number {
    const at = Math.min(Math.max(0, seconds / this.#stepSeconds), table.length - 1);
    const index = Math.min(Math.floor(at), table.length - 2);
    return table[index] + (at - index) * (table[index + 1] - table[index]);
  }
}

/**
 * The value of the budget for a rule that looks ahead. Undefined if there is no such rule, if the law has no
 * delay curves, or if {@link horizonIsKnown} is false: the price then follows from another formula.
 */
export function budgetValue(
  rule: QueueRule | undefined,
  law: ControlLaw | undefined,
  settings: ControlSettings,
  budgetSeconds: number,
): BudgetValue | undefined {
  if (rule?.looksAhead !== true || law?.delayCurves === undefined || !horizonIsKnown(settings)) {
    return undefined;
  }
  return new BudgetValue(law.delayCurves, rule.utility, budgetSeconds, settings.debtSeconds);
}
