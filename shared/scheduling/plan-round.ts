import { ConfigError } from '#shared/errors.ts';
import type { RoundContext } from '#shared/scheduling/context/round-context.ts';
import { POLICIES, type PolicyName } from './policies/registry.ts';
import { rankDevices } from './ranked-devices.ts';
import type { Allocation } from './round-plan.ts';
import { type RoundProblem, validateRound } from './round-problem.ts';
import { sizeWithinDelay } from './size-within-delay.ts';
import { DEVICE_COUNT } from './utility.ts';
import { nextQueueSeconds, roundObjective } from './virtual-queue.ts';

/** A policy's plan for one round, with its objective and the next virtual queue. */
export interface RoundPlan extends Allocation {
  readonly policy: PolicyName;
  /** V * U(|S|) - q * D [s^2]. U is the policy's own utility; U(k) = k for a policy without one. */
  readonly objective: number;
  /** max(q + D - D_budget, 0) [s]. */
  readonly nextQueueSeconds: number;
}

/**
 * Plans one round: the scheduled devices, their bandwidths, the objective, and the virtual queue after the
 * round. Pure: the same problem, policy and context give the same plan.
 *
 * @throws ConfigError, InfeasibleError for an invalid problem, as {@link validateRound}
 * @throws ConfigError if `context.deviceCount` is not a whole number of 0 or more
 */
export function planRound(policy: PolicyName, problem: RoundProblem, context: RoundContext): RoundPlan {
  validateRound(problem);
  if (!(Number.isInteger(context.deviceCount) && context.deviceCount >= 0)) {
    throw new ConfigError(`is ${context.deviceCount}.`, {
      subject: 'deviceCount',
      remedy: 'Give the whole number of devices that `random` and `round-robin` schedule.',
    });
  }
  const { queue, allocate } = POLICIES[policy];
  const ranked = rankDevices(problem);
  const minimumDevices = problem.minimumDevices ?? 0;
  const { controlV, queueSeconds, delayBudgetSeconds, delayLimitSeconds } = problem;
  const mostDevices =
    delayLimitSeconds === undefined
      ? ranked.count
      : sizeWithinDelay(problem, ranked.gammaHz, delayLimitSeconds);
  const allocation = allocate({ problem, ranked, minimumDevices, mostDevices }, context);
  const { selected, delaySeconds } = allocation;
  const utility = (queue?.utility ?? DEVICE_COUNT).value(selected.length);
  return {
    policy,
    ...allocation,
    objective: roundObjective(controlV, utility, queueSeconds, delaySeconds),
    nextQueueSeconds: nextQueueSeconds(queueSeconds, delaySeconds, delayBudgetSeconds),
  };
}
