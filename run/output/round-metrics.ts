import type { Commit, Evaluation } from '#shared/protocol/records.ts';
import { stageDurations } from '#shared/protocol/timeline.ts';

/** One round as metrics and results show it. Rounds count from 1 here: round r is the r-th. */
export interface RoundMetrics {
  readonly round: number;
  readonly policy: string;
  readonly selected: readonly number[];
  readonly answered: readonly number[];
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
  /** D_t, the planned radio delay of the slowest device. */
  readonly delaySeconds: number;
  readonly delayBudgetSeconds: number;
  /** The paper's virtual queue, which starts at 0, after the round. */
  readonly queueSeconds: number;
  /** The account after the round: the delay of all rounds so far less their budgets. */
  readonly accountSeconds: number;
  /** q of the objective V*U - q*D, by which the round's delay was priced. */
  readonly pricingQueueSeconds: number;
  /** The most that the round's delay could be; null without a limit. */
  readonly delayLimitSeconds: number | null;
  /** By how much `minimumDevices` forced the delay over the limit. */
  readonly forcedSeconds: number;
  readonly controlV: number;
  readonly objective: number;
  /** Energy of all scheduled devices: transmit power times airtime, and their computing. */
  readonly joules: number;
  /** From the start of the round to its commit. */
  readonly roundSeconds: number;
  /** The way of the device that answered last, by stage; its parts add up to the round up to its close. */
  readonly timeSplitSeconds: Readonly<Record<string, number>>;
  readonly criticalDevice: number | null;
  /** The mean of all answering devices' ways, by stage; adds up to the same time. */
  readonly meanTimeSplitSeconds: Readonly<Record<string, number>>;
  /** Tokens of a mini-batch inside the encoder, padding included. */
  readonly meanTokens: number;
  /** Tests of the model after this round, where one was due. */
  readonly testAccuracy?: number;
  readonly testLoss?: number;
  /** Absent as well when no device holds a label that the test set has. */
  readonly ownMixAccuracy?: number;
  readonly averagedHeadAccuracy?: number;
}

export function roundMetrics(commit: Commit, evaluation: Evaluation | undefined): RoundMetrics {
  const split = stageDurations(commit.startedAtMs, commit.criticalPath);
  return {
    round: commit.round + 1,
    policy: commit.policy,
    selected: commit.selected,
    answered: commit.answered,
    trainLoss: commit.trainLoss,
    trainAccuracy: commit.trainAccuracy,
    delaySeconds: commit.delaySeconds,
    delayBudgetSeconds: commit.delayBudgetSeconds,
    queueSeconds: commit.nextQueueSeconds,
    accountSeconds: commit.control.nextAccountSeconds,
    pricingQueueSeconds: commit.control.pricingQueueSeconds,
    delayLimitSeconds: commit.control.delayLimitSeconds,
    forcedSeconds: commit.control.forcedSeconds,
    controlV: commit.controlV,
    objective: commit.objective,
    joules: commit.joules,
    roundSeconds: (commit.closedAtMs - commit.startedAtMs) / 1000,
    timeSplitSeconds: Object.fromEntries([...split].map(([stage, ms]) => [stage, ms / 1000])),
    criticalDevice: commit.criticalDevice,
    meanTimeSplitSeconds: Object.fromEntries(
      Object.entries(commit.meanStagesMs).map(([stage, ms]) => [stage, ms / 1000]),
    ),
    meanTokens: commit.meanTokens,
    ...(evaluation === undefined
      ? {}
      : {
          testAccuracy: evaluation.accuracy,
          testLoss: evaluation.loss,
          ...(evaluation.ownMixAccuracy === null ? {} : { ownMixAccuracy: evaluation.ownMixAccuracy }),
          averagedHeadAccuracy: evaluation.averagedHeadAccuracy,
        }),
  };
}
