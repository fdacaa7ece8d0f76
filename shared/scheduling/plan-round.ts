import { ConfigError } from '#shared/errors.ts';
import { allIn } from './policies/all-in.ts';
import { equalShare } from './policies/equal-share.ts';
import { exact } from './policies/exact.ts';
import { greedy } from './policies/greedy.ts';
import { random } from './policies/random.ts';
import { roundRobin } from './policies/round-robin.ts';
import type { PolicyContext, SchedulingPolicy } from './policies/scheduling-policy.ts';
import { setExpansion } from './policies/set-expansion.ts';
import { staticShare } from './policies/static-share.ts';
import { rankDevices } from './ranked-devices.ts';
import type { PolicyName, RoundPlan } from './round-plan.ts';
import { type RoundProblem, validateRound } from './round-problem.ts';
import { nextQueueSeconds, roundObjective } from './virtual-queue.ts';

const POLICIES: Readonly<Record<PolicyName, SchedulingPolicy>> = {
  'set-expansion': setExpansion,
  exact,
  'all-in': allIn,
  'equal-share': equalShare,
  greedy,
  'static-share': staticShare,
  random,
  'round-robin': roundRobin,
};

/**
 * Plans one round: who sends and with how much of the band, what that is worth, and the queue it leaves behind.
 * Pure: the same problem, policy and context give the same plan.
 *
 * @throws ConfigError, InfeasibleError for a problem that is not well formed, as {@link validateRound}
 */
export function planRound(policy: PolicyName, problem: RoundProblem, context: PolicyContext): RoundPlan {
  validateRound(problem);
  if (!(Number.isInteger(context.deviceCount) && context.deviceCount >= 0)) {
    throw new ConfigError(`is ${context.deviceCount}.`, {
      subject: 'deviceCount',
      remedy: 'Give the whole number of devices that `random` and `round-robin` schedule.',
    });
  }
  const ranked = rankDevices(problem);
  const minimumDevices = problem.minimumDevices ?? 0;
  const allocation = POLICIES[policy]({ problem, ranked, minimumDevices }, context);
  const { controlV, queueSeconds, delayBudgetSeconds } = problem;
  const { selected, delaySeconds } = allocation;
  return {
    policy,
    ...allocation,
    objective: roundObjective(controlV, selected.length, queueSeconds, delaySeconds),
    nextQueueSeconds: nextQueueSeconds(queueSeconds, delaySeconds, delayBudgetSeconds),
  };
}
