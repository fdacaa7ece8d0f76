import type { PossibleDevices } from './possible-devices.ts';

/** Figures of one round that the summary is computed from. */
export interface RoundFigures {
  readonly scheduled: number;
  readonly delaySeconds: number;
  readonly delayBudgetSeconds: number;
  readonly forcedSeconds: number;
}

/**
 * Summary of a run's control: how it kept the budget, and how many devices it scheduled. Counts scheduled
 * devices, whether they answered or not.
 */
export interface ControlSummary {
  readonly rounds: number;
  readonly budgetSeconds: number;
  readonly meanDevices: number;
  readonly meanDelaySeconds: number;
  /** Figures of round 1: a virtual queue that starts at 0 plans this round without a price of delay. */
  readonly firstDevices: number;
  readonly firstDelaySeconds: number;
  /** Rounds without scheduled devices. */
  readonly emptyRounds: number;
  /** Rounds in which `minimumDevices` forced the delay over the limit, and the sum of the excesses [s]. */
  readonly forcedRounds: number;
  readonly forcedSeconds: number;
  /** Null if it was not computed. */
  readonly possible: PossibleDevices | null;
}

/**
 * Summarises the rounds of a run; at least one round.
 *
 * @param possible computes the bound from the run's mean devices and mean delay
 */
export function controlSummary(
  rounds: readonly RoundFigures[],
  possible: (spent: { meanDevices: number; meanDelaySeconds: number }) => PossibleDevices | null,
): ControlSummary {
  const mean = (value: (round: RoundFigures) => number) =>
    rounds.reduce((sum, round) => sum + value(round), 0) / rounds.length;
  const meanDevices = mean(({ scheduled }) => scheduled);
  const meanDelaySeconds = mean(({ delaySeconds }) => delaySeconds);
  const [first] = rounds;
  return {
    rounds: rounds.length,
    budgetSeconds: first.delayBudgetSeconds,
    meanDevices,
    meanDelaySeconds,
    firstDevices: first.scheduled,
    firstDelaySeconds: first.delaySeconds,
    emptyRounds: rounds.filter(({ scheduled }) => scheduled === 0).length,
    forcedRounds: rounds.filter(({ forcedSeconds }) => forcedSeconds > 0).length,
    forcedSeconds: rounds.reduce((sum, { forcedSeconds }) => sum + forcedSeconds, 0),
    possible: possible({ meanDevices, meanDelaySeconds }),
  };
}

/** Text such as "16.73 devices a round of at most 16.80 possible within the budget, 99.6 %". */
export function describePossible({
  meanDevices,
  meanDelaySeconds,
  budgetSeconds,
  possible,
}: ControlSummary): string {
  const devices = `${meanDevices.toFixed(2)} devices a round`;
  if (possible === null) return devices;
  const { devicesPerRoundAsSpent, share } = possible;
  if (devicesPerRoundAsSpent === null) return `${devices}; no policy keeps the budget`;
  const within = meanDelaySeconds > budgetSeconds * (1 + 1e-6) ? 'with the delay spent' : 'within the budget';
  const part = share === null ? '' : `, ${(100 * share).toFixed(1)} %`;
  return `${devices} of at most ${devicesPerRoundAsSpent.toFixed(2)} possible ${within}${part}`;
}
