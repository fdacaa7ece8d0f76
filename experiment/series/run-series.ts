import { totalPayloadBits } from '#shared/protocol/run-record.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import type { Stage } from '#shared/protocol/stages.ts';

/** The resources that a run has spent after a number of rounds. */
export interface Spent {
  readonly rounds: number;
  /** Sum of the planned radio delays [s]. */
  readonly radioSeconds: number;
  /** Time of the rounds [s]: virtual if the run's `virtualTime` is true, else measured. */
  readonly seconds: number;
  /** Payload bits of all scheduled devices. */
  readonly radioBits: number;
  readonly joules: number;
  /** Cost at list prices [USD]; undefined where it is not known. */
  readonly usd: number | undefined;
}

/**
 * A run after one of its rounds; round 0 is the state before training. A value that is not known is
 * undefined.
 */
export interface SeriesRow {
  readonly round: number;
  readonly spent: Spent;
  readonly scheduled: number | undefined;
  readonly delaySeconds: number | undefined;
  readonly trainLoss: number | undefined;
  readonly testAccuracy: number | undefined;
  readonly testLoss: number | undefined;
  readonly averagedHeadAccuracy: number | undefined;
}

/** A run as rows, one for the start and one for each round. */
export interface Series<Row extends SeriesRow = SeriesRow> {
  readonly seed: number;
  readonly policy: string;
  readonly virtualTime: boolean;
  readonly budgetSeconds: number;
  /** Accuracy of always guessing the most frequent label. */
  readonly chance: number | undefined;
  readonly rows: readonly Row[];
}

/** A row of a real run. */
export interface RunRow extends SeriesRow {
  /** Undefined before the first round. */
  readonly metrics: RoundMetrics | undefined;
  /** Payload bits of the round. */
  readonly radioBits: number;
  readonly ownMixAccuracy: number | undefined;
}

/** A finished real run. */
export interface RunSeries extends Series<RunRow> {
  readonly modelSha256: string;
  readonly dataSha256: string;
  /** Elapsed real time of the process that finished the run [s]. */
  readonly wallSeconds: number;
}

/** The part of a result that its series is made from. */
export type SeriesSource = Pick<
  RunResult,
  'config' | 'virtualTime' | 'payloadBits' | 'chance' | 'rounds' | 'evaluations' | 'control' | 'provenance'
>;

export const NOTHING_SPENT = { rounds: 0, radioSeconds: 0, seconds: 0, radioBits: 0, joules: 0 } as const;

/**
 * The series of a finished run.
 *
 * @param usdPerRound estimated cost of a round [USD]; undefined where it is not known
 */
export function runSeries(result: SeriesSource, usdPerRound: number | undefined): RunSeries {
  const bits = totalPayloadBits(result);
  const tests = new Map(result.evaluations.map((evaluation) => [evaluation.rounds, evaluation]));
  const rowOf = (spent: Spent, metrics: RoundMetrics | undefined, radioBits: number): RunRow => {
    const test = tests.get(spent.rounds);
    return {
      round: spent.rounds,
      spent,
      metrics,
      radioBits,
      scheduled: metrics?.selected.length,
      delaySeconds: metrics?.delaySeconds,
      trainLoss: metrics?.trainLoss ?? undefined,
      testAccuracy: test?.accuracy ?? undefined,
      testLoss: test?.loss,
      ownMixAccuracy: test?.ownMixAccuracy ?? undefined,
      averagedHeadAccuracy: test?.averagedHeadAccuracy ?? undefined,
    };
  };
  const usdAfter = (rounds: number): number | undefined =>
    usdPerRound === undefined ? undefined : usdPerRound * rounds;
  let spent: Spent = { ...NOTHING_SPENT, usd: usdAfter(0) };
  const rows = [rowOf(spent, undefined, 0)];
  for (const metrics of result.rounds) {
    const radioBits = bits * metrics.selected.length;
    spent = {
      rounds: metrics.round,
      radioSeconds: spent.radioSeconds + metrics.delaySeconds,
      seconds: spent.seconds + metrics.roundSeconds,
      radioBits: spent.radioBits + radioBits,
      joules: spent.joules + metrics.joules,
      usd: usdAfter(metrics.round),
    };
    rows.push(rowOf(spent, metrics, radioBits));
  }
  const { config, virtualTime, control, chance, provenance } = result;
  const { modelSha256, dataSha256, wallSeconds } = provenance;
  return {
    seed: config.seed,
    policy: config.scheduling.policy,
    virtualTime,
    budgetSeconds: control.budgetSeconds,
    chance: chance ?? undefined,
    modelSha256,
    dataSha256,
    wallSeconds,
    rows,
  };
}

/** Time of a round in a stage of its critical path [s]; undefined before the first round. */
export function stageSeconds({ metrics }: RunRow, stage: Stage): number | undefined {
  return metrics === undefined ? undefined : (metrics.timeSplitSeconds[stage] ?? 0);
}
