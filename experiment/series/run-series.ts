import { totalPayloadBits } from '#shared/protocol/run-record.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import type { Stage } from '#shared/protocol/stages.ts';

/** What a run has spent after a number of rounds. */
export interface Spent {
  readonly rounds: number;
  /** Sum of the planned radio delays [s]. */
  readonly radioSeconds: number;
  /** Time of the rounds [s]: virtual or measured, as the run says. */
  readonly seconds: number;
  /** Payload bits of all scheduled devices. */
  readonly radioBits: number;
  readonly joules: number;
  /** Estimated cost at list prices [USD]; undefined where the model is not known. */
  readonly usd: number | undefined;
}

/** A run after one of its rounds; round 0 is the state before training. */
export interface SeriesRow {
  readonly round: number;
  readonly spent: Spent;
  /** Undefined before the first round. */
  readonly metrics: RoundMetrics | undefined;
  /** Payload bits of the round. */
  readonly radioBits: number;
  readonly testAccuracy: number | undefined;
  readonly testLoss: number | undefined;
  readonly ownMixAccuracy: number | undefined;
  readonly averagedHeadAccuracy: number | undefined;
}

/** A finished run as rows, one for the start and one for each round. */
export interface RunSeries {
  readonly seed: number;
  readonly policy: string;
  readonly virtualTime: boolean;
  readonly budgetSeconds: number;
  readonly chance: number | undefined;
  readonly modelSha256: string;
  readonly dataSha256: string;
  /** Processing time of the machine [s], of the process that finished the run. */
  readonly wallSeconds: number;
  readonly rows: readonly SeriesRow[];
}

/** The part of a result that its series is made from. */
export type SeriesSource = Pick<
  RunResult,
  'config' | 'virtualTime' | 'payloadBits' | 'chance' | 'rounds' | 'evaluations' | 'control' | 'provenance'
>;

/**
 * The series of a finished run.
 *
 * @param usdPerRound estimated cost of a round [USD]; undefined where it is not known
 */
export function runSeries(result: SeriesSource, usdPerRound: number | undefined): RunSeries {
  const bits = totalPayloadBits(result);
  const tests = new Map(result.evaluations.map((evaluation) => [evaluation.rounds, evaluation]));
  const rowOf = (
    round: number,
    spent: Spent,
    metrics: RoundMetrics | undefined,
    radioBits: number,
  ): SeriesRow => {
    const test = tests.get(round);
    return {
      round,
      spent,
      metrics,
      radioBits,
      testAccuracy: test?.accuracy ?? undefined,
      testLoss: test?.loss,
      ownMixAccuracy: test?.ownMixAccuracy ?? undefined,
      averagedHeadAccuracy: test?.averagedHeadAccuracy ?? undefined,
    };
  };
  const usdAfter = (rounds: number): number | undefined =>
    usdPerRound === undefined ? undefined : usdPerRound * rounds;
  let spent: Spent = {
    rounds: 0,
    radioSeconds: 0,
    seconds: 0,
    radioBits: 0,
    joules: 0,
    usd: usdAfter(0),
  };
  const rows = [rowOf(0, spent, undefined, 0)];
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
    rows.push(rowOf(metrics.round, spent, metrics, radioBits));
  }
  return {
    seed: result.config.seed,
    policy: result.config.scheduling.policy,
    virtualTime: result.virtualTime,
    budgetSeconds: result.control.budgetSeconds,
    chance: result.chance ?? undefined,
    modelSha256: result.provenance.modelSha256,
    dataSha256: result.provenance.dataSha256,
    wallSeconds: result.provenance.wallSeconds,
    rows,
  };
}

/** Time of a round in a stage of its critical path [s]; undefined before the first round. */
export function stageSeconds({ metrics }: SeriesRow, stage: Stage): number | undefined {
  return metrics === undefined ? undefined : (metrics.timeSplitSeconds[stage] ?? 0);
}
