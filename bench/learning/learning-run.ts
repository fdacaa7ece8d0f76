import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '#shared/protocol/run-result.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Folders of a model and of a data set. */
export interface Sources {
  readonly model: string;
  readonly data: string;
}

/**
 * Resolves names below the data folder. Ends the process with a notice if the model or data set is not found.
 */
export function requireSources(names: Sources): Sources {
  const folder = process.env.AIRTUNE_DATA ?? join(ROOT, '../shared/data');
  const found = { model: join(folder, names.model), data: join(folder, names.data) };
  if (existsSync(found.model) && existsSync(found.data)) return found;
  console.log(
    `SKIPPED: no ${names.data} and ${names.model} in ${folder}; name their folder in AIRTUNE_DATA.`,
  );
  process.exit(0);
}

export interface LearningRun {
  readonly rounds: string;
  readonly seed: string;
  readonly engine: string;
  /** Further settings in the form of `--set`. */
  readonly settings: readonly string[];
}

/**
 * Executes the real command once, with LoRA of rank 8 and every device in every round.
 *
 * @param options Options of `airtune run` that all runs share.
 */
export function learningRun(sources: Sources, options: readonly string[], run: LearningRun): RunResult {
  const out = join(mkdtempSync(join(tmpdir(), 'airtune-learning-')), 'out');
  const began = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [
      ...[join(ROOT, 'cli/airtune.ts'), 'run', '--model', sources.model, '--data', sources.data, ...options],
      ...['--rounds', run.rounds, '--lora-rank', '8', '--policy', 'all-in', '--seed', run.seed],
      ...['--engine', run.engine, '--out', out],
      ...run.settings.flatMap((setting) => ['--set', setting]),
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`airtune run ended with status ${status}.`);
  console.log(`seed ${run.seed}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
}

/** Accuracy [%] by number of rounds: the mean over the devices' own heads. */
export function accuracyCurve({ evaluations }: RunResult): ReadonlyMap<number, number> {
  return new Map(
    evaluations.map((evaluation) => [evaluation.rounds, 100 * (evaluation.accuracy ?? Number.NaN)]),
  );
}
