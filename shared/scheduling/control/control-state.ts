import { nextQueueSeconds } from '#shared/scheduling/virtual-queue.ts';

/** State of the controller after the rounds so far. */
export interface ControlState {
  /** Account Z [s]: the sum of delay minus budget over the rounds so far. Below 0 if budget is left. */
  readonly accountSeconds: number;
  /** q of the paper's virtual queue [s], which started at 0 and never falls below 0. */
  readonly queueSeconds: number;
}

/** State before the first round. */
export const NOTHING_SPENT: ControlState = { accountSeconds: 0, queueSeconds: 0 };

/**
 * The state after a round: Z' = Z + D - D_budget, not truncated, so that after T rounds the mean delay is
 * exactly D_budget + Z/T; and q' = max(q + D - D_budget, 0).
 */
export function nextControlState(
  { accountSeconds, queueSeconds }: ControlState,
  delaySeconds: number,
  budgetSeconds: number,
): ControlState {
  return {
    accountSeconds: accountSeconds + (delaySeconds - budgetSeconds),
    queueSeconds: nextQueueSeconds(queueSeconds, delaySeconds, budgetSeconds),
  };
}
