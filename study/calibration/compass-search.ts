/** Step sizes of a compass search, in the logarithms of its factors. */
export interface CompassSteps {
  readonly first: number;
  readonly last: number;
}

/**
 * Minimises a loss over positive factors without derivatives: tries each factor one step up and one step
 * down, and keeps an improvement. A factor's step grows while that helps and shrinks when it does not; the
 * search ends when all steps are small (after R. Hooke, T. A. Jeeves, "Direct Search", J. ACM 8, 1961).
 * Suitable for discontinuous losses, such as the results of simulations.
 *
 * @param count Number of factors; all start at 1.
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
  // Signed: the direction in which the factor last improved.
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
