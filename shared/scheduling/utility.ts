/**
 * U(k), the utility of scheduling k devices in a round: the objective is V * U(|S|) - q * D(S). U must be
 * concave and rise with k, so that the search can bound the objective over ranges of sizes.
 */
export interface Utility {
  /**
   * U(k) of a size. The size may be fractional: a size in a sample of the devices is multiplied by the number
   * of devices that each of the sample represents.
   */
  value(size: number): number;
  /** The least size (a real number) with at least the given utility; infinite if there is none. */
  sizeWorth(utility: number): number;
}

/** U(k) = k, the paper's objective (problem P1): the utility is the number of devices. */
export const DEVICE_COUNT: Utility = {
  value: (size) => size,
  sizeWorth: (utility) => utility,
};

/** U(0) of {@link PARTICIPATION}: below U(1), and such that U is concave. */
const OF_NO_DEVICE = -3 / 2;

/**
 * U(k) = -1/k, U(0) = -3/2. Up to a factor and a constant this is the negative of Theorem 1's term, which
 * falls with |S_t| as
 *
 *     phi(k) = 1/k + (N - k) / (k * (N - 1)) = ((2N - 1)/k - 1) / (N - 1).
 *
 * phi has no value for an empty round. -3/2 continues the step from 1 to 2 devices in a straight line, so
 * that U is concave.
 */
export const PARTICIPATION: Utility = {
  value: (size) => (size === 0 ? OF_NO_DEVICE : -1 / size),
  sizeWorth(utility) {
    if (utility <= OF_NO_DEVICE) return 0;
    return utility < 0 ? Math.max(1, -1 / utility) : Number.POSITIVE_INFINITY;
  },
};
