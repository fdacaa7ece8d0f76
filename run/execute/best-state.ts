import type { RunFollower } from '#run/follow/run-follower.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { bestMetric, bestTest, metricOf } from '#shared/protocol/test-target.ts';

/** The best tested state of a run. */
export interface BestState extends NonNullable<RunResult['best']> {
  /** For each device, the number of rounds after which its head was made. */
  readonly headRounds: readonly number[];
}

/** Finds the best tested state; undefined without a test, or if its checkpoint was damaged and removed. */
export async function bestState(
  objects: ObjectStore,
  record: RunRecord,
  { commits, evaluations }: RunFollower,
): Promise<BestState | undefined> {
  const best = bestTest(record, evaluations);
  const metric = bestMetric(record);
  const value = best && metricOf(best, metric);
  if (best === undefined || value === undefined) return undefined;
  const headRounds = commits[best.rounds - 1]?.headRounds ?? record.labelCounts.map(() => 0);
  const store = new RunStore(objects);
  const stored = [
    store.checkpoint(record.run, best.rounds),
    ...headRounds.flatMap((madeAfter, device) =>
      madeAfter === 0 ? [] : [store.head(record.run, device, madeAfter)],
    ),
  ];
  for (const part of stored) if (!(await part.exists())) return undefined;
  return { rounds: best.rounds, metric, value, headRounds };
}
