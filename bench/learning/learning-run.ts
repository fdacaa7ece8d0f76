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

/** Ends the process with a notice where the model or the data set, named below the data folder, is not found. */
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
  /** Further settings, as `--set` takes them. */
  readonly settings: readonly string[];
}

/**
 * One run of the real command with LoRA of rank 8, every device in every round.
 *
 * @param options What stays the same from run to run, as options of `airtune run`.
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

/** Accuracy in percent by the number of rounds: the mean over the devices' own heads. */
export function accuracyCurve({ evaluations }: RunResult): ReadonlyMap<number, number> {
  return new Map(evaluations.map((evaluation) => [evaluation.rounds, 100 * evaluation.accuracy]));
}
