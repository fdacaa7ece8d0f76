import { ConfigError } from '#shared/errors.ts';
import type { RoundContext } from '#shared/scheduling/context/round-context.ts';
import type { PolicyState } from './plugin/check-plan.ts';
import { POLICIES, type PolicyName } from './policies/registry.ts';
import type { QueueRule } from './policies/scheduling-policy.ts';
import { rankDevices } from './ranked-devices.ts';
import type { Allocation } from './round-plan.ts';
import { type RoundProblem, validateRound } from './round-problem.ts';
import { sizeWithinDelay } from './size-within-delay.ts';
import { DEVICE_COUNT } from './utility.ts';
import { nextQueueSeconds, roundObjective } from './virtual-queue.ts';

/** A policy's plan for one round, with its objective and the next virtual queue. */
export interface RoundPlan extends Allocation {
  /** Name of the policy: that of the registry, or a plug-in's own. */
  readonly policy: string;
  /** V * U(|S|) - q * D [s^2]. U is the policy's own utility; U(k) = k for a policy without one. */
  readonly objective: number;
  /** max(q + D - D_budget, 0) [s]. */
  readonly nextQueueSeconds: number;
  /** State that a plug-in keeps for the next round; undefined for other policies. */
  readonly state?: PolicyState | undefined;
}

/**
 * Plans one round: the scheduled devices, their bandwidths, the objective, and the virtual queue after the
 * round. Pure: the same problem, policy and context give the same plan.
 *
 * @throws ConfigError, InfeasibleError for an invalid problem, as {@link validateRound}
 * @throws ConfigError if `context.deviceCount` is not a whole number of 0 or more
 */
export function planRound(policy: PolicyName, problem: RoundProblem, context: RoundContext): RoundPlan {
  requirePlannable(problem, context);
  const { queue, allocate } = POLICIES[policy];
  const ranked = rankDevices(problem);
  const minimumDevices = problem.minimumDevices ?? 0;
  const { delayLimitSeconds } = problem;
  const mostDevices =
    delayLimitSeconds === undefined
      ? ranked.count
      : sizeWithinDelay(problem, ranked.gammaHz, delayLimitSeconds);
  const allocation = allocate({ problem, ranked, minimumDevices, mostDevices }, context);
  return { policy, ...allocation, ...planValues(problem, allocation, queue) };
}

/**
 * Checks the inputs of a round's plan.
 *
 * @throws ConfigError, InfeasibleError as {@link planRound}
 */
export function requirePlannable(problem: RoundProblem, { deviceCount }: RoundContext): void {
  validateRound(problem);
  if (Number.isInteger(deviceCount) && deviceCount >= 0) return;
  throw new ConfigError(`is ${deviceCount}.`, {
    subject: 'deviceCount',
    remedy:
      'Give a whole number of 0 or more: the devices per round of policies that schedule a fixed number.',
  });
}

/**
 * The values of a plan that follow from its allocation: the objective with the policy's utility, and the next
 * virtual queue.
 */
export function planValues(
  { controlV, queueSeconds, delayBudgetSeconds }: RoundProblem,
  { selected, delaySeconds }: Allocation,
  queue: QueueRule | undefined,
): Pick<RoundPlan, 'objective' | 'nextQueueSeconds'> {
  const utility = (queue?.utility ?? DEVICE_COUNT).value(selected.length);
  return {
    objective: roundObjective(controlV, utility, queueSeconds, delaySeconds),
    nextQueueSeconds: nextQueueSeconds(queueSeconds, delaySeconds, delayBudgetSeconds),
  };
}
