/** Proof that no prefix of the ranked devices is much better than the chosen one. */
export interface OptimalityCertificate {
  /** No prefix of the ranked devices, of any allowed size, has an objective above this [s^2]. */
  readonly upperBound: number;
  /**
   * The largest relative gain that is still possible: (upperBound - objective) / |objective|. For U(k) = k
   * the denominator is max(|objective|, V).
   */
  readonly relativeGap: number;
}

/** A policy's decision: the scheduled devices and their bandwidths. */
export interface Allocation {
  /** Ascending device indices. */
  readonly selected: readonly number[];
  /** Delay of the slowest scheduled device [s]; 0 for an empty plan. */
  readonly delaySeconds: number;
  /** The bandwidth of selected[i] [Hz]. */
  readonly bandwidthHz: Float64Array;
  /** Weight of selected[i]'s gradient in the sum. Left out if all weigh 1/|S|. */
  readonly weights?: readonly number[];
  /** Only from policies that search all sizes. */
  readonly certificate?: OptimalityCertificate;
}
