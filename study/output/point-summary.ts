import type { Stage } from '#shared/protocol/stages.ts';
import type { Interval, Quartiles } from '#study/statistics/interval.ts';

/** A round of a point, averaged over the repeats. */
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
  /** phi of Theorem 1, of the repeats in which anybody was scheduled; null where nobody was. */
  readonly participationFactor: Interval | null;
  /**
   * The loss that Theorem 1 gives with the constants of the real run most like the point; null without one.
   */
  readonly theoremLoss: Interval | null;
  readonly delayBudgetSeconds: Interval;
  readonly totalUsd: Interval;
}

export interface PointSummary {
  readonly index: number;
  readonly varied: Readonly<Record<string, unknown>>;
  readonly devices: number;
  readonly policy: string;
  /** Over rounds first, then over repeats. */
  readonly metrics: Readonly<Record<MetricName, Interval>>;
  /** How rounds spread, over the rounds of all repeats; the first one and the steady state apart. */
  readonly spread: Readonly<Record<SpreadName, Spread>>;
  readonly control: PointControl;
  /** The critical path's seconds in each stage, mean of the rounds. */
  readonly criticalSeconds: Readonly<Record<Stage, Interval>>;
  /** The mean device's seconds in each stage, mean of the rounds. */
  readonly meanDeviceSeconds: Readonly<Record<Stage, Interval>>;
  /**
   * Seconds until a device was done at the fractions 0, 1/40, ... 1 of the devices; mean of rounds and
   * repeats.
   */
  readonly completionCurveSeconds: readonly number[];
  readonly costUsd: Readonly<Record<CostName, Interval>>;
  readonly rounds: readonly RoundSummary[];
  readonly events: number;
  readonly deadLetters: number;
  readonly timeouts: number;
  readonly expiredMessages: number;
  readonly littleImbalance: number;
}

/** One quantity of a round, whose mean says little by itself. */
export interface Spread {
  /** Of all rounds of all repeats together. */
  readonly quartiles: Quartiles;
  readonly firstRound: Interval;
  /** Of the rounds after the warm-up; null when there are none. */
  readonly steady: Interval | null;
}

/** How the runs of a point kept their budget, and what was possible. */
export interface PointControl {
  /** Mean planned delay in budgets. */
  readonly delayInBudgets: Interval;
  /**
   * The most devices a round of any policy within the budget; null where it was not computed or none keeps
   * it.
   */
  readonly possibleScheduled: Interval | null;
  /** The same within the mean delay that was spent, where that is more than the budget. */
  readonly possibleAsSpent: Interval | null;
  /** Scheduled devices as a part of the latter. */
  readonly shareOfPossible: Interval | null;
  /** Rounds that scheduled nobody, as a part of all. */
  readonly emptyRounds: Interval;
  /** By how much `minimumDevices` forced rounds over the limit, all rounds together [s]. */
  readonly forcedSeconds: Interval;
  /** What a person should know, from the first repeat that has it. */
  readonly warnings: readonly string[];
}

export const SPREADS = ['roundSeconds', 'scheduled', 'radioDelaySeconds', 'usdPerRound'] as const;
export type SpreadName = (typeof SPREADS)[number];

export const METRICS = {
  roundSeconds: 'a round, from its start to the new LoRA',
  commitSeconds: 'from there until the next round starts',
  totalSeconds: 'all rounds',
  scheduled: 'devices scheduled in a round',
  answeredFraction: 'of the scheduled devices, those in time',
  radioDelaySeconds: 'planned transmission of the slowest device',
  queueSeconds: 'virtual queue (from zero, as in the paper) after the last round',
  completionP50Seconds: 'half of the devices are done',
  completionP90Seconds: 'nine tenths of the devices are done',
  completionP99Seconds: 'all but one in a hundred are done',
  coldStarts: 'cold starts in a round',
  peakConcurrency: 'most functions at once',
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
