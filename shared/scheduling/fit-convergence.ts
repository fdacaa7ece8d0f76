import { participationFactor } from './convergence-bound.ts';

/** One round of a measured run, with the number of its scheduled devices. */
export interface MeasuredRound {
  readonly scheduled: number;
  /** Loss before the round's update, the mean over the mini-batches; null if no device answered. */
  readonly loss: number | null;
}

/**
 * Theorem 1 with constants fitted to a measured run:
 *
 *     loss_t = floor + initialGap * rho^n + loraScale * Phi_n,     Phi_n = rho * Phi_{n-1} + phi(|S|),
 *
 * where n counts the rounds before t with scheduled devices. A loss curve cannot separate the optimum F* from
 * the limit of the head term, head/(1 - rho): `floor` is their sum.
 */
export interface FittedConvergence {
  /** rho = 1 - lr * mu. */
  readonly contraction: number;
  readonly floor: number;
  readonly initialGap: number;
  /** The factor of Phi_n in the LoRA term. */
  readonly loraScale: number;
  /** Root mean square of the differences between fit and measurement. */
  readonly residual: number;
}

/** Theorem 1's terms before the update of a round. */
export interface ConvergenceTerms {
  /** phi of this round; null if no device is scheduled. */
  readonly participationFactor: number | null;
  readonly initialTerm: number;
  readonly loraTerm: number;
  /** floor + initialTerm + loraTerm. */
  readonly loss: number;
}

/** Fewer measured losses cannot determine four constants. */
const FEWEST_ROUNDS = 12;
/** Number of time constants -1/ln(rho) that are tried, from 1 round to ten times the run's length. */
const GRID = 240;

/**
 * Fits the constants by least squares. For each of 240 values of rho the other three constants follow from a
 * linear problem in which none may be below 0; the rho with the least residual is used. Theorem 1 is an upper
 * bound on the loss and holds for SGD. A fit describes one run, and predicts other runs only with the same
 * model, data and learning rates.
 *
 * @returns undefined for a run of fewer than 12 measured rounds
 */
export function fitConvergence(
  rounds: readonly MeasuredRound[],
  totalDevices: number,
): FittedConvergence | undefined {
  const measured = rounds.filter(({ loss }) => loss !== null).length;
  if (measured < FEWEST_ROUNDS) return undefined;
  let best: FittedConvergence | undefined;
  for (let step = 0; step < GRID; step++) {
    const timeConstant = (10 * rounds.length) ** (step / (GRID - 1));
    const contraction = Math.exp(-1 / timeConstant);
    const fit = fitWith(contraction, rounds, totalDevices);
    if (best === undefined || fit.residual < best.residual) best = fit;
  }
  return best;
}

/**
 * Theorem 1's terms in each round of a run.
 *
 * @param scheduled |S_t| of each round
 */
export function convergenceTerms(
  { contraction, floor, initialGap, loraScale }: Omit<FittedConvergence, 'residual'>,
  scheduled: readonly number[],
  totalDevices: number,
): readonly ConvergenceTerms[] {
  let decay = 1;
  let accumulated = 0;
  return scheduled.map((size) => {
    const factor = size === 0 ? null : participationFactor(size, totalDevices);
    const initialTerm = initialGap * decay;
    const loraTerm = loraScale * accumulated;
    if (factor !== null) {
      decay *= contraction;
      accumulated = contraction * accumulated + factor;
    }
    return { participationFactor: factor, initialTerm, loraTerm, loss: floor + initialTerm + loraTerm };
  });
}

function fitWith(
  contraction: number,
  rounds: readonly MeasuredRound[],
  totalDevices: number,
): FittedConvergence {
  const unit = { contraction, floor: 0, initialGap: 1, loraScale: 1 };
  const terms = convergenceTerms(
    unit,
    rounds.map(({ scheduled }) => scheduled),
    totalDevices,
  );
  const rows = rounds.flatMap(({ loss }, round) =>
    loss === null ? [] : [{ loss, columns: [1, terms[round].initialTerm, terms[round].loraTerm] }],
  );
  const [floor, initialGap, loraScale] = leastSquaresNotNegative(rows);
  const squares = rows.reduce((sum, { loss, columns }) => {
    const left = loss - floor - initialGap * columns[1] - loraScale * columns[2];
    return sum + left * left;
  }, 0);
  return { contraction, floor, initialGap, loraScale, residual: Math.sqrt(squares / rows.length) };
}

interface Row {
  readonly loss: number;
  readonly columns: readonly number[];
}

/**
 * The three coefficients with the least sum of squares and none below 0. Tries every subset of the
 * coefficients as the ones that may be above 0.
 */
function leastSquaresNotNegative(rows: readonly Row[]): readonly number[] {
  let best = { coefficients: [0, 0, 0], explained: 0 };
  for (let set = 1; set < 8; set++) {
    const free = [0, 1, 2].filter((column) => (set >> column) & 1);
    const solved = solveNormal(rows, free);
    if (solved === undefined || solved.coefficients.some((value) => value < 0)) continue;
    if (solved.explained > best.explained) best = solved;
  }
  return best.coefficients;
}

/** Ordinary least squares on some of the columns; undefined if they are linearly dependent. */
function solveNormal(rows: readonly Row[], free: readonly number[]) {
  const matrix = free.map((left) => [
    ...free.map((right) => rows.reduce((sum, { columns }) => sum + columns[left] * columns[right], 0)),
    rows.reduce((sum, { columns, loss }) => sum + columns[left] * loss, 0),
  ]);
  const rightSides = matrix.map((line) => line[free.length]);
  for (let pivot = 0; pivot < free.length; pivot++) {
    const scale = matrix[pivot][pivot];
    if (!(Math.abs(scale) > 1e-12)) return undefined;
    for (let line = 0; line < free.length; line++) {
      if (line === pivot) continue;
      const factor = matrix[line][pivot] / scale;
      for (let column = pivot; column <= free.length; column++) {
        matrix[line][column] -= factor * matrix[pivot][column];
      }
    }
  }
  const coefficients = [0, 0, 0];
  let explained = 0;
  free.forEach((column, index) => {
    coefficients[column] = matrix[index][free.length] / matrix[index][index];
    explained += coefficients[column] * rightSides[index];
  });
  return { coefficients, explained };
}
