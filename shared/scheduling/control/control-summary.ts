import type { PossibleDevices } from './possible-devices.ts';

/** What control is judged by, of one round. */
export interface RoundFigures {
  readonly scheduled: number;
  readonly delaySeconds: number;
  readonly delayBudgetSeconds: number;
  readonly forcedSeconds: number;
}

/** How a run kept its budget, and what it did with it. Rounds are counted as planned, whoever answered. */
export interface ControlSummary {
  readonly rounds: number;
  readonly budgetSeconds: number;
  readonly meanDevices: number;
  readonly meanDelaySeconds: number;
  /** Round 1, which a queue that starts at zero gives no price of delay. */
  readonly firstDevices: number;
  readonly firstDelaySeconds: number;
  /** Rounds that scheduled nobody. */
  readonly emptyRounds: number;
  /** Rounds that `minimumDevices` forced over the limit, and by how much in all [s]. */
  readonly forcedRounds: number;
  readonly forcedSeconds: number;
  /** Null where it was not computed. */
  readonly possible: PossibleDevices | null;
}

/** Sums up the rounds of a run; at least one. */
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

/** "16.73 devices a round of at most 16.80 possible within the budget, 99.6 %". */
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
