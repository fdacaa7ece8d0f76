/** Every policy, by the name used in settings, reports and on the command line. */
export const POLICY_NAMES = [
  'set-expansion',
  'exact',
  'all-in',
  'equal-share',
  'greedy',
  'static-share',
  'random',
  'round-robin',
] as const;

export type PolicyName = (typeof POLICY_NAMES)[number];

/** Proof that no prefix of the ranked devices does much better than the one chosen. */
export interface OptimalityCertificate {
  /** No prefix of the order of falling gain, of any allowed size, has an objective above this [s^2]. */
  readonly upperBound: number;
  /** (upperBound - objective) / max(|objective|, V): how much could be left, relative. */
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
  /** Only of the policy `exact`. */
  readonly certificate?: OptimalityCertificate;
}

/** A policy's decision for one round, with the drift-plus-penalty bookkeeping. */
export interface RoundPlan extends Allocation {
  readonly policy: PolicyName;
  /** V * |S| - q * D [s^2]. */
  readonly objective: number;
  /** q of the next round [s]. */
  readonly nextQueueSeconds: number;
}
