import { DEVICE_COUNT } from '#shared/scheduling/utility.ts';
import { type BoundedRound, clairvoyantBound } from './clairvoyant-bound.ts';

/** What a run scheduled, beside what was possible. */
export interface PossibleDevices {
  /** The most devices a round, on average, of any policy within the budget; null where none keeps it. */
  readonly devicesPerRound: number | null;
  /** The same within the mean delay that was spent, where that is more than the budget; null as above. */
  readonly devicesPerRoundAsSpent: number | null;
  /** Devices scheduled as a part of the latter. */
  readonly share: number | null;
}

/** Beyond so many devices times rounds the bound is left out: it keeps the gains of all rounds. */
const MOST_DEVICE_ROUNDS = 5_000_000;

/** The utility that bounded rounds need for {@link possibleDevices}. */
export const COUNTED = DEVICE_COUNT;

/** Whether the bound of a run of this size is computed. */
export function boundIsComputed(devices: number, rounds: number): boolean {
  return devices * rounds <= MOST_DEVICE_ROUNDS;
}

/** Sets the devices that were scheduled beside what a clairvoyant could have done in the same rounds. */
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
