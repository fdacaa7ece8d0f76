import { DEVICE_COUNT } from '#shared/scheduling/utility.ts';
import { type BoundedRound, clairvoyantBound } from './clairvoyant-bound.ts';

/** The devices that a run scheduled, compared with the clairvoyant bound. */
export interface PossibleDevices {
  /** Upper bound of the mean devices per round of any policy within the budget; null if none keeps it. */
  readonly devicesPerRound: number | null;
  /**
   * The same bound for the larger of the budget and the mean delay of the run; null if no policy keeps it.
   */
  readonly devicesPerRoundAsSpent: number | null;
  /** Mean scheduled devices divided by `devicesPerRoundAsSpent`; null if that is null or 0. */
  readonly share: number | null;
}

/**
 * The bound is not computed if devices times rounds exceed this number, because it needs the gains of all
 * rounds in memory.
 */
const MOST_DEVICE_ROUNDS = 5_000_000;

/** The utility that {@link possibleDevices} requires of its rounds: the number of devices. */
export const COUNTED = DEVICE_COUNT;

/** Whether the bound of a run of this size is computed. */
export function boundIsComputed(devices: number, rounds: number): boolean {
  return devices * rounds <= MOST_DEVICE_ROUNDS;
}

/** Compares the scheduled devices with the clairvoyant bound of the same rounds. */
export function possibleDevices(
  rounds: readonly BoundedRound[],
  budgetSeconds: number,
  spent: { readonly meanDevices: number; readonly meanDelaySeconds: number },
): PossibleDevices {
  const within = clairvoyantBound(rounds, budgetSeconds);
  const asSpent =
    spent.meanDelaySeconds > budgetSeconds ? clairvoyantBound(rounds, spent.meanDelaySeconds) : within;
  return {
    devicesPerRound: within ?? null,
    devicesPerRoundAsSpent: asSpent ?? null,
    share: asSpent === undefined || asSpent === 0 ? null : spent.meanDevices / asSpent,
  };
}
