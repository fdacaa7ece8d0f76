/** Accuracy that an independent program reaches with the same scheme. */
export interface LearningReference {
  readonly name: string;
  /** Settings of `airtune run` for this row. */
  readonly settings: readonly string[];
  /** Accuracy [%] by number of rounds, one figure for each seed. */
  readonly accuracyPercent: Readonly<Record<number, readonly number[]>>;
}

/**
 * A mean and its standard error, as `81.4 +-0.9`. The error needs at least two figures.
 *
 * @param digits digits after the point
 */
export function estimate(figures: readonly number[], digits = 1): string {
  const mean = meanOf(figures);
  if (figures.length < 2) return mean.toFixed(digits);
  const squares = figures.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
  return `${mean.toFixed(digits)} +-${Math.sqrt(squares / (figures.length - 1) / figures.length).toFixed(digits)}`;
}

export function meanOf(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

/**
 * Table of the accuracies of several seeds and of the reference, with means, standard errors and the
 * difference of the means; one line for each number of rounds that both have.
 */
export function learningTable(
  reference: LearningReference,
  seeds: readonly string[],
  curves: readonly ReadonlyMap<number, number>[],
): string {
  const heading = ['rounds', 'PyTorch', ...seeds.map((seed) => `seed ${seed}`), 'mean', 'difference'];
  const lines = Object.entries(reference.accuracyPercent).flatMap(([rounds, expected]) => {
    const reached = curves.flatMap((curve) => curve.get(Number(rounds)) ?? []);
    if (reached.length === 0) return [];
    const difference = (meanOf(reached) - meanOf(expected)).toFixed(1);
    const own = reached.map((figure) => figure.toFixed(1));
    return [[rounds, estimate(expected), ...own, estimate(reached), difference].join('\t')];
  });
  return [reference.name, heading.join('\t'), ...lines].join('\n');
}
