import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readResult } from '#run/output/read-result.ts';
import { METRICS_FILE, readRounds } from '#run/output/read-rounds.ts';
import { ConfigError } from '#shared/errors.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';

/** A run as its output folder tells it. */
export interface ExportedRun {
  /** The name of its output folder. */
  readonly name: string;
  readonly rounds: readonly RoundMetrics[];
  /** Undefined for a run that is not finished. */
  readonly result: RunResult | undefined;
  /** When its first round began, as far as the folder tells. [ms since 1970-01-01 UTC] */
  readonly startedAtMs: number;
}

/** Reads a finished or unfinished run. @throws ConfigError if the folder holds no run */
export async function readExportedRun(folder: string): Promise<ExportedRun> {
  const result = await readResult(folder);
  const rounds = result?.rounds ?? (await readRounds(folder));
  if (rounds === undefined) {
    throw new ConfigError('holds no run.', { subject: folder, remedy: 'Name the output folder of a run.' });
  }
  const name = basename(resolve(folder));
  const startedAtMs =
    result === undefined
      ? (await stat(join(folder, METRICS_FILE))).birthtimeMs
      : Date.parse(result.provenance.startedAt);
  return { name, rounds, result, startedAtMs };
}
