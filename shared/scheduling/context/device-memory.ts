import type { FactName } from './round-context.ts';

/**
 * Memory of each device over the rounds so far, for the policies that need it. Holds only the columns that
 * the run's policy needs. Every round's commit stores it, so the next plan follows from the commit alone.
 */
export interface DeviceMemory {
  /** The round in which the device was last scheduled; -1 if never. */
  readonly lastServed?: readonly number[] | undefined;
  /** Rbar, the exponential mean of the device's rate [bit/s]. */
  readonly meanRates?: readonly number[] | undefined;
  /** Backlog of the energy queue of each device [J]. */
  readonly energyQueues?: readonly number[] | undefined;
  /** Loss of the device's last answer; null if it never answered. */
  readonly losses?: readonly (number | null)[] | undefined;
  readonly gradientNorms?: readonly (number | null)[] | undefined;
}

/** Loss and gradient norm of a device's answer. */
export interface DeviceAnswer {
  readonly device: number;
  readonly loss: number;
  /** Null if it is not known. */
  readonly gradientNorm: number | null;
}

/** The data of a finished round from which the memory is updated. */
export interface FinishedRound {
  readonly round: number;
  /** Scheduled devices. `rateBitsPerSecond` and `joules` have the same order. */
  readonly selected: readonly number[];
  readonly rateBitsPerSecond: ArrayLike<number>;
  readonly joules: ArrayLike<number>;
  readonly answers: readonly DeviceAnswer[];
}

export interface MemoryRules {
  readonly needs: readonly FactName[];
  readonly devices: number;
  /** tau of Rbar <- (1 - 1/tau) Rbar + R/tau, in rounds. */
  readonly fairnessRounds: number;
  /** E_budget, the limit of the average energy per device and round [J]. */
  readonly energyBudgetJoules: number;
}

/** Memory before the first round: no device was scheduled, answered, or spent energy. */
export function noMemory({ needs, devices }: MemoryRules): DeviceMemory {
  const column = <T>(name: FactName, value: T): T[] | undefined =>
    needs.includes(name) ? Array.from({ length: devices }, () => value) : undefined;
  return {
    lastServed: column('roundsSinceServed', -1),
    meanRates: column('meanRates', 0),
    energyQueues: column('energyQueues', 0),
    losses: column<number | null>('losses', null),
    gradientNorms: column<number | null>('gradientNorms', null),
  };
}

/** Memory after one more round. Pure: the same rounds give the same memory on every host. */
export function nextMemory(rules: MemoryRules, before: DeviceMemory, round: FinishedRound): DeviceMemory {
  const { needs, fairnessRounds, energyBudgetJoules } = rules;
  // Most policies need no column. The maps below would take a second and 50 MB for a million devices.
  if (needs.length === 0) return before;
  const planIndex = new Map(round.selected.map((device, index) => [device, index]));
  const answers = new Map(round.answers.map((answer) => [answer.device, answer]));
  const ofScheduled = (column: ArrayLike<number>, device: number): number => {
    const index = planIndex.get(device);
    return index === undefined ? 0 : column[index];
  };
  return {
    lastServed: before.lastServed?.map((last, device) => (planIndex.has(device) ? round.round : last)),
    meanRates: before.meanRates?.map(
      (mean, device) =>
        (1 - 1 / fairnessRounds) * mean + ofScheduled(round.rateBitsPerSecond, device) / fairnessRounds,
    ),
    energyQueues: before.energyQueues?.map((queue, device) =>
      Math.max(queue + ofScheduled(round.joules, device) - energyBudgetJoules, 0),
    ),
    losses: before.losses?.map((loss, device) => answers.get(device)?.loss ?? loss),
    gradientNorms: before.gradientNorms?.map((norm, device) => answers.get(device)?.gradientNorm ?? norm),
  };
}
