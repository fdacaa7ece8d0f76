import type { Stage } from '#shared/protocol/stages.ts';
import type { Interval } from '#study/statistics/interval.ts';

/** A round of a point, averaged over the repeats. */
export interface RoundSummary {
  readonly round: number;
  readonly roundSeconds: Interval;
  readonly scheduled: Interval;
  readonly answered: Interval;
  readonly queueSeconds: Interval;
  readonly delaySeconds: Interval;
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
  /** The critical path's seconds in each stage, mean of the rounds. */
  readonly criticalSeconds: Readonly<Record<Stage, Interval>>;
  /** The mean device's seconds in each stage, mean of the rounds. */
  readonly meanDeviceSeconds: Readonly<Record<Stage, Interval>>;
  /** Seconds until a device was done at the fractions 0, 1/40, ... 1 of the devices; mean of rounds and repeats. */
  readonly completionCurveSeconds: readonly number[];
  readonly costUsd: Readonly<Record<CostName, Interval>>;
  readonly rounds: readonly RoundSummary[];
  readonly events: number;
  readonly deadLetters: number;
  readonly timeouts: number;
  readonly expiredMessages: number;
  readonly littleImbalance: number;
}

export const METRICS = {
  roundSeconds: 'a round, from its start to the new LoRA',
  commitSeconds: 'from there until the next round starts',
  totalSeconds: 'all rounds',
  scheduled: 'devices scheduled in a round',
  answeredFraction: 'of the scheduled devices, those in time',
  radioDelaySeconds: 'planned transmission of the slowest device',
  queueSeconds: 'virtual queue after the last round',
  completionP50Seconds: 'half of the devices are done',
  completionP90Seconds: 'nine tenths of the devices are done',
  completionP99Seconds: 'all but one in a hundred are done',
  coldStarts: 'cold starts in a round',
  peakConcurrency: 'most functions at once',
  usdPerRound: 'cost of a round',
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
