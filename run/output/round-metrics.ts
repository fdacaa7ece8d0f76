import type { Commit, Evaluation } from '#shared/protocol/records.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { stageDurations } from '#shared/protocol/timeline.ts';

/** The metrics of a committed round and of the test after it, if one was due. */
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
          ...(evaluation.accuracy === null ? {} : { testAccuracy: evaluation.accuracy }),
          testLoss: evaluation.loss,
          ...(evaluation.ownMixAccuracy === null ? {} : { ownMixAccuracy: evaluation.ownMixAccuracy }),
          ...(evaluation.averagedHeadAccuracy === null
            ? {}
            : { averagedHeadAccuracy: evaluation.averagedHeadAccuracy }),
          ...(evaluation.language === undefined ? {} : { testPerplexity: evaluation.language.perplexity }),
          ...(evaluation.scores === undefined
            ? {}
            : {
                testSquaredError: evaluation.scores.ownHeads.squaredError,
                testPearson: evaluation.scores.ownHeads.pearson,
                testSpearman: evaluation.scores.ownHeads.spearman,
              }),
        }),
  };
}
