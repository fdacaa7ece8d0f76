import type { RoundMetrics } from '#shared/protocol/run-result.ts';

/** A figure of a round. The part of the name before the slash is its group; `_s` is seconds, `_j` joules. */
export interface RoundScalar {
  readonly name: string;
  readonly value: number;
}

/** The figures of a round for programs that draw curves; absent figures are left out. */
export function roundScalars(metrics: RoundMetrics): readonly RoundScalar[] {
  const values: Readonly<Record<string, number | null | undefined>> = {
    'train/loss': metrics.trainLoss,
    'train/accuracy': metrics.trainAccuracy,
    'test/accuracy': metrics.testAccuracy,
    'test/loss': metrics.testLoss,
    'test/own_mix_accuracy': metrics.ownMixAccuracy,
    'test/averaged_head_accuracy': metrics.averagedHeadAccuracy,
    'devices/scheduled': metrics.selected.length,
    'devices/answered': metrics.answered.length,
    'radio/delay_s': metrics.delaySeconds,
    'radio/delay_budget_s': metrics.delayBudgetSeconds,
    'control/account_s': metrics.accountSeconds,
    'control/virtual_queue_s': metrics.queueSeconds,
    'time/round_s': metrics.roundSeconds,
    'energy/round_j': metrics.joules,
    ...Object.fromEntries(
      Object.entries(metrics.timeSplitSeconds).map(([stage, seconds]) => [
        `critical_path/${stage}_s`,
        seconds,
      ]),
    ),
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [{ name, value }],
  );
}
