import { rateNatsPerSecond } from '#shared/channel/rate.ts';
import type { FactName, RoundContext } from '#shared/scheduling/context/round-context.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import type { RankedDevices } from '#shared/scheduling/ranked-devices.ts';
import type { Allocation } from '#shared/scheduling/round-plan.ts';
import { payloadNats, type RoundProblem } from '#shared/scheduling/round-problem.ts';
import type { Utility } from '#shared/scheduling/utility.ts';

/** A valid round, and its devices in order of falling received power. */
export interface RankedRound {
  readonly problem: RoundProblem;
  readonly ranked: RankedDevices;
  /** The fewest devices that a plan may schedule. */
  readonly minimumDevices: number;
  /** Size of the largest prefix that meets the round's delay limit; all devices if there is no limit. */
  readonly mostDevices: number;
}

/** The rule of a policy with a virtual queue, which maximises V * U(|S|) - q * D(S). */
export interface QueueRule {
  readonly utility: Utility;
  /**
   * How the size of the set is found: the best of all sizes, or one device more until the objective falls
   * (Algorithm 1).
   */
  readonly search: 'all-sizes' | 'first-fall';
  /**
   * True if rounds of few devices are planned by the value of the remaining budget (`control/look-ahead.ts`)
   * instead of the price of delay. Only with `all-sizes`.
   */
  readonly looksAhead?: true;
}

/** A policy: schedules devices and splits the band among them. */
export interface SchedulingPolicy {
  /** Short description, for help texts. */
  readonly summary: string;
  /** Only for policies with a virtual queue: the controller sets their price of delay. */
  readonly queue?: QueueRule;
  /** True if the plan gives weights of the gradients; otherwise all weights are equal. */
  readonly weighsGradients?: true;
  /** The device facts that the policy needs. */
  readonly needs?: readonly FactName[];
  /** Pure: the same round and context give the same allocation. */
  readonly allocate: (round: RankedRound, context: RoundContext) => Allocation;
}

/**
 * The strongest `size` devices, with the split of the band in which all finish at the same, earliest time.
 */
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

/** The strongest `size` devices with `shareHz` each. The delay is the slowest device's. */
export function allocateEqualShares(round: RankedRound, size: number, shareHz: number): Allocation {
  if (size === 0) return NOBODY;
  const slowestHz = round.ranked.gammaHz[size - 1];
  return {
    selected: round.ranked.prefix(size),
    delaySeconds: payloadNats(round.problem) / rateNatsPerSecond(shareHz, slowestHz),
    bandwidthHz: new Float64Array(size).fill(shareHz),
  };
}

/** The empty plan, with a delay of 0. */
export const NOBODY: Allocation = { selected: [], delaySeconds: 0, bandwidthHz: new Float64Array(0) };
