import { namesOf } from '#shared/names-of.ts';
import { age } from './age.ts';
import { allIn } from './all-in.ts';
import { bestChannel } from './best-channel.ts';
import { carriedNorm } from './carried-norm.ts';
import { channelThenNorm } from './channel-then-norm.ts';
import { convergence } from './convergence.ts';
import { energy } from './energy.ts';
import { equalShare } from './equal-share.ts';
import { exact } from './exact.ts';
import { fedcs } from './fedcs.ts';
import { greedy } from './greedy.ts';
import { inverseProbability } from './inverse-probability.ts';
import { latencyBudgeted } from './latency-budgeted.ts';
import { oort } from './oort.ts';
import { powerOfChoice } from './power-of-choice.ts';
import { proportionalFair } from './proportional-fair.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import type { SchedulingPolicy } from './scheduling-policy.ts';
import { setExpansion } from './set-expansion.ts';
import { staticShare } from './static-share.ts';
import { updateNorm } from './update-norm.ts';

/**
 * All policies, by the name used in settings, reports and on the command line. A new policy is a file in this
 * folder and a line here: settings, help texts and the command line's choices derive from it.
 */
const REGISTRY = {
  'set-expansion': setExpansion,
  exact,
  convergence,
  'all-in': allIn,
  'equal-share': equalShare,
  greedy,
  'static-share': staticShare,
  random,
  'round-robin': roundRobin,
  'best-channel': bestChannel,
  'proportional-fair': proportionalFair,
  age,
  'power-of-choice': powerOfChoice,
  'update-norm': updateNorm,
  'channel-then-norm': channelThenNorm,
  'carried-norm': carriedNorm,
  oort,
  fedcs,
  'latency-budgeted': latencyBudgeted,
  energy,
  'inverse-probability': inverseProbability,
} as const satisfies Readonly<Record<string, SchedulingPolicy>>;

export type PolicyName = keyof typeof REGISTRY;

export const POLICIES: Readonly<Record<PolicyName, SchedulingPolicy>> = REGISTRY;

export function isPolicyName(name: string): name is PolicyName {
  return Object.hasOwn(REGISTRY, name);
}

/** Every policy's name, in the order of the registry. */
export const POLICY_NAMES: readonly PolicyName[] = namesOf(REGISTRY);
