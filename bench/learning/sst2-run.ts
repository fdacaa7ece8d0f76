import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../cli/output/run-output.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Ends the process with a notice where MiniLM and SST-2 are not found. */
export function requireSst2(): { readonly model: string; readonly data: string } {
  const folder = process.env.AIRTUNE_DATA ?? join(ROOT, '../shared/data');
  const found = { model: join(folder, 'models/minilm-l6-h384'), data: join(folder, 'sst2') };
  if (existsSync(found.model) && existsSync(found.data)) return found;
  console.log(`SKIPPED: no sst2 and models/minilm-l6-h384 in ${folder}; name their folder in AIRTUNE_DATA.`);
  process.exit(0);
}

/**
 * One run of the real command: MiniLM on SST-2, ten devices, all scheduled, 16 examples each, tested every 20 rounds.
 *
 * @param settings Further settings, as `--set` takes them.
 */
export function runSst2(run: {
  readonly rounds: string;
  readonly seed: string;
  readonly engine: string;
  readonly settings: readonly string[];
}): RunResult {
  const { model, data } = requireSst2();
  const out = join(mkdtempSync(join(tmpdir(), 'airtune-learning-')), 'out');
  const began = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [
      ...[join(ROOT, 'cli/airtune.ts'), 'run', '--model', model, '--data', data, '--task', 'sst2'],
      ...['--devices', '10', '--rounds', run.rounds, '--batch-size', '16', '--lora-rank', '8'],
      ...['--policy', 'all-in', '--seed', run.seed, '--engine', run.engine, '--out', out],
      ...['training.evaluateEvery=20', ...run.settings].flatMap((setting) => ['--set', setting]),
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`airtune run ended with status ${status}.`);
  console.log(`seed ${run.seed}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
}
