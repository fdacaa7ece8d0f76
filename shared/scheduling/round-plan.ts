/** Proof that no prefix of the ranked devices does much better than the one chosen. */
export interface OptimalityCertificate {
  /** No prefix of the order of falling gain, of any allowed size, has an objective above this [s^2]. */
  readonly upperBound: number;
  /** (upperBound - objective) / |objective|, for U(k) = k over max(|objective|, V): how much could be left, relative. */
  readonly relativeGap: number;
}

/** What a policy decides: who sends, and with how much of the band. */
export interface Allocation {
  /** Ascending device indices. */
  readonly selected: readonly number[];
  /** When the slowest scheduled device is done, 0 if there is none [s]. */
  readonly delaySeconds: number;
  /** The bandwidth of selected[i] [Hz]. */
  readonly bandwidthHz: Float64Array;
  /** What selected[i]'s gradient weighs in the sum; left out where all weigh 1/|S|. */
  readonly weights?: readonly number[];
  /** Only of the policies that search all sizes. */
  readonly certificate?: OptimalityCertificate;
}
