import { nextQueueSeconds } from '#shared/scheduling/virtual-queue.ts';

/** What the rounds so far leave behind for control. */
export interface ControlState {
  /** Z, the delay spent so far less the budget of as many rounds; below 0 what is left over [s]. */
  readonly accountSeconds: number;
  /** q of the paper's virtual queue, which started at 0 and forgets what is left over [s]. */
  readonly queueSeconds: number;
}

/** Before the first round. */
export const NOTHING_SPENT: ControlState = { accountSeconds: 0, queueSeconds: 0 };

/**
 * Z' = Z + D - D_budget, never truncated, so that after T rounds the mean delay is D_budget + Z/T exactly; and
 * q' = max(q + D - D_budget, 0).
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
