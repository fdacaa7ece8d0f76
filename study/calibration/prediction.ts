import type { RoundLatency } from '#emulator/latency/latency-account.ts';
import { ConfigError } from '#shared/errors.ts';
import { byStage, STAGES, type Stage } from '#shared/protocol/stages.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import { runPoint } from '#study/model/run-point.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { StageSeconds } from './measured-run.ts';

/** Predicted and measured time of one stage [s], mean over devices and rounds. */
export interface StageComparison {
  readonly stage: Stage;
  readonly predictedSeconds: number;
  readonly measuredSeconds: number;
  /** Measured time of the stage as a fraction of the measured round. */
  readonly measuredShare: number;
  /** (predicted - measured) / measured; Infinity if only the measured time is 0. */
  readonly relativeError: number;
}

/**
 * Predicted time in each stage [s], mean over the same rounds as the measurement.
 *
 * @throws ConfigError for settings with plug-ins, which would be called again for every fitted cloud
 */
export function predictStages(settings: StudySettings, rounds: readonly number[]): StageSeconds {
  const { scheduling, channel } = settings;
  const path = isPolicyName(scheduling.policy) ? channel.model && 'channel.model' : 'scheduling.policy';
  if (path !== undefined) {
    throw new ConfigError('is a plug-in, whose rounds cannot be predicted.', {
      subject: path,
      remedy: 'Measure a run without it: the times of a cloud do not depend on the plug-in.',
    });
  }
  const { rounds: all } = runPoint(settings);
  const latencies = rounds.map((round) => all[round].latency);
  const mean = (of: (latency: RoundLatency) => number): number =>
    latencies.reduce((sum, latency) => sum + of(latency), 0) / latencies.length;
  return {
    mean: byStage((stage) => mean(({ stages }) => stages[stage].mean / 1000)),
    critical: byStage((stage) => mean(({ criticalPathNanoseconds }) => criticalPathNanoseconds[stage] / 1e9)),
  };
}

/** Compares prediction and measurement, stage by stage in the order of the round. */
export function compareStages(
  { mean: predicted }: StageSeconds,
  { mean: measured }: StageSeconds,
): readonly StageComparison[] {
  const round = STAGES.reduce((sum, stage) => sum + measured[stage], 0);
  return STAGES.map((stage) => {
    const [predictedSeconds, measuredSeconds] = [predicted[stage], measured[stage]];
    const difference = predictedSeconds - measuredSeconds;
    return {
      stage,
      predictedSeconds,
      measuredSeconds,
      measuredShare: round === 0 ? 0 : measuredSeconds / round,
      relativeError: difference === 0 ? 0 : difference / measuredSeconds,
    };
  });
}

/** The largest relative error among the stages with at least this fraction of the round. */
export function worstError(comparison: readonly StageComparison[], fromShare = 0.02): number {
  return comparison
    .filter(({ measuredShare }) => measuredShare >= fromShare)
    .reduce((worst, { relativeError }) => Math.max(worst, Math.abs(relativeError)), 0);
}

/** Sum of the stages' absolute errors as a fraction of the measured round. */
export function totalError(comparison: readonly StageComparison[]): number {
  const [wrong, measured] = comparison.reduce(
    ([sum, round], { predictedSeconds, measuredSeconds }) => [
      sum + Math.abs(predictedSeconds - measuredSeconds),
      round + measuredSeconds,
    ],
    [0, 0],
  );
  return measured === 0 ? 0 : wrong / measured;
}
