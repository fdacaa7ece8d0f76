import type { RoundPlan } from './plan-round.ts';
import type { RoundProblem } from './round-problem.ts';

/** Lyapunov quantities of one round (eqs. 19 to 22), for plots over the rounds. */
export interface DriftPlusPenalty {
  /** The Lyapunov function q^2 / 2 before the round [s^2]. */
  readonly lyapunov: number;
  /** Its change over the round, (q_{t+1}^2 - q_t^2) / 2 [s^2]. */
  readonly drift: number;
  /**
   * Lemma 2's bound on the drift, (D_t - D_budget)^2 / 2 + q_t * (D_t - D_budget) [s^2]. It follows from
   * max(x, 0)^2 <= x^2. The scheduler minimises q_t * D_t together with the penalty.
   */
  readonly driftBound: number;
  /** The penalty -V_t * |S_t| [s^2]: it rises as fewer devices are scheduled. */
  readonly penalty: number;
  /** driftBound + penalty [s^2]. */
  readonly driftPlusPenalty: number;
}

/** The Lyapunov quantities of a planned round. */
export function driftPlusPenalty(
  { queueSeconds, delayBudgetSeconds, controlV }: RoundProblem,
  { selected, delaySeconds, nextQueueSeconds }: RoundPlan,
): DriftPlusPenalty {
  const excess = delaySeconds - delayBudgetSeconds;
  const driftBound = excess ** 2 / 2 + queueSeconds * excess;
  // Not -V * 0, which would print as -0.
  const penalty = 0 - controlV * selected.length;
  return {
    lyapunov: queueSeconds ** 2 / 2,
    drift: (nextQueueSeconds ** 2 - queueSeconds ** 2) / 2,
    driftBound,
    penalty,
    driftPlusPenalty: driftBound + penalty,
  };
}

/**
 * The virtual queue's bound on the mean delay after T rounds: (1/T) * sum D_t <= D_budget + q_T / T [s]. It
 * falls to the budget as T grows if the queue grows more slowly than T.
 */
export function promisedAverageDelaySeconds(
  delayBudgetSeconds: number,
  queueSeconds: number,
  rounds: number,
): number {
  return delayBudgetSeconds + queueSeconds / rounds;
}
