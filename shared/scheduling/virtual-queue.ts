/**
 * The virtual queue of Lyapunov control (eq. 18): a backlog that changes in each round by the delay less the
 * budget, and never falls below 0 [s].
 *
 *     q_0 = 0,   q_{t+1} = max(q_t + D_t - D_budget, 0)
 *
 * Summing q_{t+1} >= q_t + D_t - D_budget over T rounds gives a bound that holds for every policy:
 *
 *     (1/T) * sum D_t <= D_budget + q_T / T.
 */

/** q_{t+1} [s] from q_t, this round's delay and the budget. */
export function nextQueueSeconds(
  queueSeconds: number,
  delaySeconds: number,
  delayBudgetSeconds: number,
): number {
  // The difference is taken first, so that a delay equal to the budget leaves the queue exactly unchanged.
  return Math.max(queueSeconds + (delaySeconds - delayBudgetSeconds), 0);
}

/**
 * V * U(|S|) - q * D [s^2], the objective of a round's plan. With U(k) = k this is problem P1, and the empty
 * plan has objective 0.
 */
export function roundObjective(
  controlV: number,
  utility: number,
  queueSeconds: number,
  delaySeconds: number,
): number {
  return controlV * utility - queueSeconds * delaySeconds;
}
