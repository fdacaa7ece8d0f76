import { rateNatsPerSecond } from '#shared/channel/rate.ts';
import type { FactName, RoundContext } from '#shared/scheduling/context/round-context.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import type { RankedDevices } from '#shared/scheduling/ranked-devices.ts';
import type { Allocation } from '#shared/scheduling/round-plan.ts';
import { payloadNats, type RoundProblem } from '#shared/scheduling/round-problem.ts';
import type { Utility } from '#shared/scheduling/utility.ts';

/** A valid round and its devices in order of falling gain. */
export interface RankedRound {
  readonly problem: RoundProblem;
  readonly ranked: RankedDevices;
  /** The fewest devices a plan may hold. */
  readonly minimumDevices: number;
  /** The largest prefix that meets the round's delay limit; all devices where there is no limit. */
  readonly mostDevices: number;
}

/** How a policy weighs devices against delay, for those that maximise V * U(|S|) - q * D(S). */
export interface QueueRule {
  readonly utility: Utility;
  /** Which sizes it looks at: all of them, or one device more until the objective falls (Algorithm 1). */
  readonly search: 'all-sizes' | 'first-fall';
}

/** A rule that picks devices and shares out the band. */
export interface SchedulingPolicy {
  /** What it does, in a few words, for help texts. */
  readonly summary: string;
  /** Only of policies with a virtual queue: the controller sets their price of delay. */
  readonly queue?: QueueRule;
  /** True where gradients weigh as the plan says, and not all the same. */
  readonly weighsGradients?: true;
  /** The facts of devices that it needs. */
  readonly needs?: readonly FactName[];
  /** Pure: the same round and context give the same allocation. */
  readonly allocate: (round: RankedRound, context: RoundContext) => Allocation;
}

/** The strongest `size` devices, all finishing at the same, least possible instant. */
export function allocatePrefix(round: RankedRound, size: number, nearNats?: number): Allocation {
  return allocateBest(round, round.ranked.prefix(size), nearNats);
}

/**
 * The given devices (ascending), with the split of the band that gives the least delay.
 *
 * @param nearNats a guess of their common rate [nat/s]; it only saves time
 */
export function allocateBest(round: RankedRound, selected: readonly number[], nearNats?: number): Allocation {
  return { selected, ...splitBand(round.problem, selected, nearNats) };
}

/** The strongest `size` devices with `shareHz` each; the delay is that of the slowest. */
export function allocateEqualShares(round: RankedRound, size: number, shareHz: number): Allocation {
  if (size === 0) return NOBODY;
  const slowestHz = round.ranked.gammaHz[size - 1];
  return {
    selected: round.ranked.prefix(size),
    delaySeconds: payloadNats(round.problem) / rateNatsPerSecond(shareHz, slowestHz),
    bandwidthHz: new Float64Array(size).fill(shareHz),
  };
}

/** The empty plan: no delay, and the queue drains. */
export const NOBODY: Allocation = { selected: [], delaySeconds: 0, bandwidthHz: new Float64Array(0) };
