/**
 * U(k), what scheduling k devices in a round is worth: the objective is V * U(|S|) - q * D(S). U must be concave and
 * rise with k, so that of each size the prefix with the least delay is the best set, and ranges of sizes can be bounded.
 */
export interface Utility {
  /** U(k) of a size; a fraction stands for a size in a system of another scale. */
  value(size: number): number;
  /** The least size (a real number) whose utility is at least the given utility; infinite where there is none. */
  sizeWorth(utility: number): number;
}

/** U(k) = k, the paper's objective (problem P1): utilities are counts of devices. */
export const DEVICE_COUNT: Utility = {
  value: (size) => size,
  sizeWorth: (utility) => utility,
};
