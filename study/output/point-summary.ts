import type { Stage } from '#shared/protocol/stages.ts';
import type { Interval, Quartiles } from '#study/statistics/interval.ts';

/** A round of a point, averaged over the repetitions. */
export interface RoundSummary {
  readonly round: number;
  readonly roundSeconds: Interval;
  readonly scheduled: Interval;
  readonly answered: Interval;
  /** The paper's virtual queue, which starts at 0. */
  readonly queueSeconds: Interval;
  /** Delay of the rounds so far less their budgets. */
  readonly accountSeconds: Interval;
  readonly delaySeconds: Interval;
  /** phi of Theorem 1, over the repetitions that scheduled a device; null if none did. */
  readonly participationFactor: Interval | null;
  /** The loss by Theorem 1, with the constants of the nearest real run; null without one. */
  readonly theoremLoss: Interval | null;
  readonly delayBudgetSeconds: Interval;
  readonly totalUsd: Interval;
  /** Median and quartiles over the repetitions. */
  readonly quartiles: Readonly<Record<RoundSpreadName, Quartiles>>;
}

export const ROUND_SPREADS = [
  'roundSeconds',
  'scheduled',
  'accountSeconds',
  'queueSeconds',
  'delaySeconds',
  'totalUsd',
] as const;
export type RoundSpreadName = (typeof ROUND_SPREADS)[number];

export interface PointSummary {
  readonly index: number;
  readonly varied: Readonly<Record<string, unknown>>;
  readonly devices: number;
  readonly policy: string;
  /** Means over rounds first, then over repetitions. */
  readonly metrics: Readonly<Record<MetricName, Interval>>;
  /** Spread over the rounds of all repetitions; first round and steady state are separate. */
  readonly spread: Readonly<Record<SpreadName, Spread>>;
  readonly control: PointControl;
  /** Time of the critical path in each stage [s], mean of the rounds. */
  readonly criticalSeconds: Readonly<Record<Stage, Interval>>;
  /** Mean time of the devices in each stage [s], mean of the rounds. */
  readonly meanDeviceSeconds: Readonly<Record<Stage, Interval>>;
  /** Completion time at the fractions 0, 1/40, ... 1 of the devices [s]; mean over rounds and repetitions. */
  readonly completionCurveSeconds: readonly number[];
  readonly costUsd: Readonly<Record<CostName, Interval>>;
  readonly rounds: readonly RoundSummary[];
  readonly events: number;
  readonly deadLetters: number;
  readonly timeouts: number;
  readonly expiredMessages: number;
  readonly littleImbalance: number;
}

/** The spread of a quantity over rounds and repetitions. */
export interface Spread {
  /** Over all rounds of all repetitions. */
  readonly quartiles: Quartiles;
  readonly firstRound: Interval;
  /** Of the rounds after the warm-up; null if there are none. */
  readonly steady: Interval | null;
}

/** The delay and the devices of a point's runs, compared with the delay budget and the clairvoyant bound. */
export interface PointControl {
  /** Mean planned delay, in delay budgets. */
  readonly delayInBudgets: Interval;
  /** The most devices per round of any policy within the budget; null if unknown or if no policy keeps it. */
  readonly possibleScheduled: Interval | null;
  /** The same bound for the mean delay that was spent, if that exceeds the budget. */
  readonly possibleAsSpent: Interval | null;
  /** Scheduled devices as a fraction of `possibleAsSpent`. */
  readonly shareOfPossible: Interval | null;
  /** Fraction of rounds that scheduled no device. */
  readonly emptyRounds: Interval;
  /** Total excess over the delay limit that `minimumDevices` forced, over all rounds [s]. */
  readonly forcedSeconds: Interval;
  /** Warnings about the control settings and the runs, for the report. */
  readonly warnings: readonly string[];
}

export const SPREADS = ['roundSeconds', 'scheduled', 'radioDelaySeconds', 'usdPerRound'] as const;
export type SpreadName = (typeof SPREADS)[number];

export const METRICS = {
  roundSeconds: 'a round, from its start to the new LoRA',
  commitSeconds: 'from the new LoRA to the start of the next round',
  totalSeconds: 'time of all rounds',
  scheduled: 'scheduled devices in a round',
  answeredFraction: 'fraction of the scheduled devices that answered in time',
  radioDelaySeconds: 'planned transmission of the slowest device',
  queueSeconds: 'virtual queue (from zero, as in the paper) after the last round',
  completionP50Seconds: 'time until 50 % of the devices are done',
  completionP90Seconds: 'time until 90 % of the devices are done',
  completionP99Seconds: 'time until 99 % of the devices are done',
  coldStarts: 'cold starts in a round',
  peakConcurrency: 'sum over functions of the largest number of concurrent invocations',
  usdPerRound: 'cost of a round',
  joulesPerRound: 'energy of the scheduled devices in a round: transmitting and computing',
} as const;

export type MetricName = keyof typeof METRICS;

export const COSTS = [
  'queueUsd',
  'functionUsd',
  'storeUsd',
  'containerUsd',
  'transferUsd',
  'totalUsd',
] as const;
export type CostName = (typeof COSTS)[number];
