/**
 * The virtual queue of Lyapunov control (eq. 18): the delay by which the rounds so far have overdrawn the budget.
 *
 *     q_0 = 0,   q_{t+1} = max(q_t + D_t - D_budget, 0)
 *
 * Summing q_{t+1} >= q_t + D_t - D_budget over T rounds gives the promise that every policy keeps, whatever it does:
 *
 *     (1/T) * sum D_t <= D_budget + q_T / T.
 */

/** q_{t+1} [s] from q_t, this round's delay and the budget. */
export function nextQueueSeconds(
  queueSeconds: number,
  delaySeconds: number,
  delayBudgetSeconds: number,
): number {
  // Grouped so that a delay equal to the budget leaves the queue exactly as it is.
  return Math.max(queueSeconds + (delaySeconds - delayBudgetSeconds), 0);
}

/** V * U(|S|) - q * D [s^2]: what a round's plan is worth. With U(k) = k this is problem P1, and the empty plan is worth 0. */
export function roundObjective(
  controlV: number,
  utility: number,
  queueSeconds: number,
  delaySeconds: number,
): number {
  return controlV * utility - queueSeconds * delaySeconds;
}
