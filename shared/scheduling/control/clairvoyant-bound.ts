/** The best that a round allows at a price of delay. */
export interface PricedChoice {
  /** No plan of the round has U - lambda * D above this. */
  readonly most: number;
  /** Utility and delay of a plan that reaches it, but for rounding. */
  readonly utility: number;
  readonly delaySeconds: number;
}

/** One round as the bound sees it. */
export interface BoundedRound {
  /** The best choice at a price of delay [utility/s]. */
  at(price: number): PricedChoice;
  /** D of the fewest and of all devices that a plan may hold [s], and what they are worth. */
  readonly fewest: { readonly delaySeconds: number; readonly utility: number };
  readonly all: { readonly delaySeconds: number; readonly utility: number };
}

/** A line in the price: intercept + slope * price. Each plan of all rounds makes one; the dual function lies above all. */
interface Line {
  readonly intercept: number;
  readonly slope: number;
}

function isSame(left: Line, right: Line): boolean {
  return left.slope === right.slope && left.intercept === right.intercept;
}

/** The dual function's tangents have met if it is no more than this part above them. */
const MET = 1e-12;

/** Each evaluation finds a new tangent of finitely many; 8 do for hundreds of rounds. */
const MOST_EVALUATIONS = 60;

/**
 * The most mean utility a round that any policy reaches whose mean delay is at most the budget, even one that knows all
 * channels in advance: for every price lambda >= 0
 *
 *     g(lambda) = lambda * b + (1/T) * sum_t max_k (U(k) - lambda * D_t(k))
 *
 * is such a bound, and this is its minimum. g is convex and piecewise linear; the search keeps one tangent of falling
 * and one of rising slope, and evaluates g where they cross.
 *
 * @returns undefined where even the fewest devices of every round exceed the budget
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
    const met = falling.intercept + falling.slope * price;
    if (bound - met <= MET * (Math.abs(bound) + price * budgetSeconds)) break;
    const slope = budgetSeconds - meanOf(({ delaySeconds }) => delaySeconds);
    const tangent: Line = { intercept: meanOf(({ utility }) => utility), slope };
    // A line that was there already: what is left between bound and tangents is rounding.
    if (isSame(tangent, falling) || isSame(tangent, rising)) break;
    if (slope < 0) falling = tangent;
    else rising = tangent;
    if (slope === 0) break;
  }
  return least;
}
