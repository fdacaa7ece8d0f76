import { availableParallelism, cpus, totalmem } from 'node:os';
import type { ContentHashes } from '#shared/preparation/content-hashes.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';

/** How a result came about: all of a result that two runs alike may differ in. */
export interface RunProvenance extends ContentHashes {
  /** Version of airtune. */
  readonly airtune: string;
  /** When the process that finished the run began with it and was done, ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Between the two, by a clock that is never set [s]. */
  readonly wallSeconds: number;
  /** Whether an earlier process had begun the run, whose time is not counted here. */
  readonly resumed: boolean;
  /** The machine of that process. */
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    readonly processors: number;
    readonly memoryBytes: number;
    readonly node: string;
  };
}

/** When a process began with a run. */
export interface RunStart {
  readonly nowMs: number;
  /** Of a clock that is never set [ms]. */
  readonly monotonicMs: number;
}

export function runProvenance(
  started: RunStart,
  finished: RunStart,
  hashes: ContentHashes,
  resumed: boolean,
): RunProvenance {
  const { modelSha256, dataSha256 } = hashes;
  return {
    airtune: AIRTUNE_VERSION,
    startedAt: new Date(started.nowMs).toISOString(),
    finishedAt: new Date(finished.nowMs).toISOString(),
    wallSeconds: (finished.monotonicMs - started.monotonicMs) / 1000,
    resumed,
    modelSha256,
    dataSha256,
    machine: {
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      processors: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.versions.node,
    },
  };
}
