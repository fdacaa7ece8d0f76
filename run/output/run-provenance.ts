import { availableParallelism, cpus, totalmem } from 'node:os';
import type { ContentHashes } from '#shared/preparation/content-hashes.ts';
import type { RunProvenance } from '#shared/protocol/run-result.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';

/** The time, by two clocks. */
export interface ClockReading {
  /** Time of day. */
  readonly nowMs: number;
  /** Monotonic clock, which is never adjusted [ms]. */
  readonly monotonicMs: number;
}

export function runProvenance(
  started: ClockReading,
  finished: ClockReading,
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
