/**
 * Plans one round. A policy chooses devices and splits the band among them; `planRound`
 * adds the objective and the next virtual queue. All functions are pure.
 *
 * @module airtune/scheduling
 */
export type { RadioChannel } from '#shared/channel/radio-channel.ts';
export { AirtuneError, type ErrorKind } from '#shared/errors.ts';
export type {
  DeviceColumn,
  DeviceFacts,
  FactName,
  RoundContext,
} from '#shared/scheduling/context/round-context.ts';
export {
  type ConvergenceBound,
  type ConvergenceConstants,
  convergenceBound,
  participationFactor,
} from '#shared/scheduling/convergence-bound.ts';
export { type BandwidthSplit, minimumDelay, splitBand } from '#shared/scheduling/minimum-delay.ts';
export { planRound, type RoundPlan } from '#shared/scheduling/plan-round.ts';
export {
  definePolicy,
  POLICY_INTERFACE_VERSION,
  type PolicyDefinition,
  type PolicyPlan,
  type PolicyRound,
} from '#shared/scheduling/plugin/define-policy.ts';
export { POLICIES, POLICY_NAMES, type PolicyName } from '#shared/scheduling/policies/registry.ts';
export {
  allocateBest,
  allocateEqualShares,
  allocatePrefix,
  NOBODY,
  type QueueRule,
  type RankedRound,
  type SchedulingPolicy,
} from '#shared/scheduling/policies/scheduling-policy.ts';
export type { RankedDevices } from '#shared/scheduling/ranked-devices.ts';
export type { Allocation, OptimalityCertificate } from '#shared/scheduling/round-plan.ts';
export { type LinkProblem, type RoundProblem, validateRound } from '#shared/scheduling/round-problem.ts';
export type { Utility } from '#shared/scheduling/utility.ts';
export { nextQueueSeconds, roundObjective } from '#shared/scheduling/virtual-queue.ts';
