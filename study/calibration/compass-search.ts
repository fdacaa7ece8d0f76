/** How a compass search steps through the logarithms of its factors. */
export interface CompassSteps {
  readonly first: number;
  readonly last: number;
}

/**
 * Makes a loss of positive factors small without derivatives: tries each factor a step up and a step down and
 * keeps what is better. A factor's step grows while that helps and shrinks when it does not; the search ends
 * when all are small (after R. Hooke, T. A. Jeeves, "Direct Search", J. ACM 8, 1961). For losses that jump,
 * as those of simulations do.
 *
 * @param count Number of factors; all are 1 at the beginning.
 * @param loss Called with factors; smaller is better.
 * @returns The best factors found.
 */
export function compassSearch(
  count: number,
  loss: (factors: readonly number[]) => number,
  { first, last }: CompassSteps,
): readonly number[] {
  let best: readonly number[] = Array.from({ length: count }, () => 1);
  let least = loss(best);
  // Signed: towards where the factor was better last.
  const steps = best.map(() => first);
  const tryStep = (index: number, step: number): boolean => {
    const trial = best.map((value, place) => (place === index ? value * Math.exp(step) : value));
    const result = loss(trial);
    if (result >= least) return false;
    [best, least] = [trial, result];
    return true;
  };
  while (least > 0 && steps.some((step) => Math.abs(step) >= last)) {
    for (let index = 0; index < count; index++) {
      const step = steps[index];
      if (Math.abs(step) < last) continue;
      if (tryStep(index, step)) steps[index] = Math.sign(step) * Math.min(first, 1.5 * Math.abs(step));
      else if (tryStep(index, -step)) steps[index] = -step;
      else steps[index] = step / 2;
    }
  }
  return best;
}
