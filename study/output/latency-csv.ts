import { STAGES } from '#shared/protocol/stages.ts';
import type { PointResult } from '#study/model/run-point.ts';
import type { StudyPoint } from '#study/points/points.ts';
import { csvText } from './csv-text.ts';
import { COSTS } from './point-summary.ts';

const QUANTILES = ['mean', 'p50', 'p90', 'p99', 'max'] as const;

/**
 * latency.csv: one row for each round of each run, with devices, the critical path by stage, quantiles of
 * each stage over the devices, and costs. Times of the critical path are in milliseconds with six decimals
 * (whole nanoseconds), so that they sum to the round's time exactly.
 */
export function latencyCsv(
  points: readonly StudyPoint[],
  results: readonly (readonly PointResult[])[],
): string {
  const varied = points.length === 0 ? [] : Object.keys(points[0].varied);
  const header = [
    'point',
    'repeat',
    ...varied,
    'round',
    'devices',
    'policy',
    'scheduled',
    'answered',
    'planned_delay_s',
    'virtual_queue_s',
    'account_s',
    'delay_limit_s',
    'forced_s',
    'round_ms',
    'commit_ms',
    ...STAGES.map((stage) => `critical_${stage}_ms`),
    ...STAGES.flatMap((stage) => QUANTILES.map((quantile) => `${stage}_${quantile}_ms`)),
    ...QUANTILES.map((quantile) => `completion_${quantile}_ms`),
    'cold_starts',
    ...COSTS,
  ];
  const lines = points.flatMap((point, index) =>
    results[index].flatMap((run, repeat) => run.rounds.map((round) => row(point, repeat, round))),
  );
  return csvText([header, ...lines]);
}

function row(
  { index, varied, settings, plugins }: StudyPoint,
  repeat: number,
  round: PointResult['rounds'][number],
): readonly (string | number)[] {
  const { latency, bill } = round;
  return [
    index + 1,
    repeat + 1,
    ...Object.values(varied).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
    round.round + 1,
    settings.training.devices,
    plugins.policy?.name ?? settings.scheduling.policy,
    round.scheduled,
    round.answered,
    round.delaySeconds,
    round.nextQueueSeconds,
    round.control.nextAccountSeconds,
    round.control.delayLimitSeconds ?? '',
    round.control.forcedSeconds,
    milliseconds(latency.roundNanoseconds),
    round.commitMs,
    ...STAGES.map((stage) => milliseconds(latency.criticalPathNanoseconds[stage])),
    ...STAGES.flatMap((stage) => QUANTILES.map((quantile) => latency.stages[stage][quantile])),
    ...QUANTILES.map((quantile) => latency.completion[quantile]),
    round.coldStarts,
    ...COSTS.map((cost) => bill[cost]),
  ];
}

/** Whole nanoseconds as decimal milliseconds, without floating-point conversion or exponent. */
function milliseconds(nanoseconds: number): string {
  const digits = BigInt(nanoseconds).toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
