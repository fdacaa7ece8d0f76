/** A round's best plan at a price of delay. */
export interface PricedChoice {
  /** Upper bound of U - lambda * D over all plans of the round. */
  readonly most: number;
  /** Utility and delay of a plan that reaches the bound up to the error of the search. */
  readonly utility: number;
  readonly delaySeconds: number;
}

/** One round, as needed for the bound. */
export interface BoundedRound {
  /** The best choice at a price of delay [utility/s]. */
  at(price: number): PricedChoice;
  /** Delay [s] and utility of the smallest and of the largest allowed plan. */
  readonly fewest: { readonly delaySeconds: number; readonly utility: number };
  readonly all: { readonly delaySeconds: number; readonly utility: number };
}

/**
 * A line over the price: intercept + slope * price. Each choice of plans for all rounds gives one; the dual
 * function is their maximum.
 */
interface Line {
  readonly intercept: number;
  readonly slope: number;
}

function isSame(left: Line, right: Line): boolean {
  return left.slope === right.slope && left.intercept === right.intercept;
}

/** The search ends when the bound is above the crossing of the two tangents by at most this fraction. */
const CONVERGED = 1e-12;

/** Limit of evaluations. Each one but the last finds a new tangent; 8 are enough for hundreds of rounds. */
const MOST_EVALUATIONS = 60;

/**
 * Upper bound of the mean utility per round for any policy whose mean delay is at most the budget, even a
 * policy that knows all channels in advance. For every price lambda >= 0
 *
 *     g(lambda) = lambda * b + (1/T) * sum_t max_k (U(k) - lambda * D_t(k))
 *
 * is such a bound; the result is its minimum. g is convex and piecewise linear. The search keeps one tangent
 * of falling and one of rising slope, and evaluates g where they cross.
 *
 * @returns undefined if even the smallest plans of all rounds exceed the budget
 */
export function clairvoyantBound(rounds: readonly BoundedRound[], budgetSeconds: number): number | undefined {
  const mean = (value: (round: BoundedRound) => number) =>
    rounds.reduce((sum, round) => sum + value(round), 0) / rounds.length;
  const everyone = mean(({ all }) => all.utility);
  let falling: Line = { intercept: everyone, slope: budgetSeconds - mean(({ all }) => all.delaySeconds) };
  if (falling.slope >= 0) return everyone;
  let rising: Line = {
    intercept: mean(({ fewest }) => fewest.utility),
    slope: budgetSeconds - mean(({ fewest }) => fewest.delaySeconds),
  };
  if (rising.slope < 0) return undefined;
  let least = everyone;
  for (let evaluation = 0; evaluation < MOST_EVALUATIONS; evaluation++) {
    const price = (rising.intercept - falling.intercept) / (falling.slope - rising.slope);
    const choices = rounds.map((round) => round.at(price));
    const meanOf = (value: (choice: PricedChoice) => number) =>
      choices.reduce((sum, choice) => sum + value(choice), 0) / choices.length;
    const bound = price * budgetSeconds + meanOf(({ most }) => most);
    least = Math.min(least, bound);
    const crossing = falling.intercept + falling.slope * price;
    if (bound - crossing <= CONVERGED * (Math.abs(bound) + price * budgetSeconds)) break;
    const slope = budgetSeconds - meanOf(({ delaySeconds }) => delaySeconds);
    const tangent: Line = { intercept: meanOf(({ utility }) => utility), slope };
    // The tangent was known before, so the remaining difference between bound and tangents is rounding.
    if (isSame(tangent, falling) || isSame(tangent, rising)) break;
    if (slope < 0) falling = tangent;
    else rising = tangent;
    if (slope === 0) break;
  }
  return least;
}
