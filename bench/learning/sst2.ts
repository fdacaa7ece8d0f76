import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunResult } from '../../cli/output/run-output.ts';
import { SST2_REFERENCE } from './sst2-reference.ts';

/**
 * Learning curves on real data beside PyTorch's: MiniLM on SST-2, every device's own head on the whole dev set.
 *
 *     node bench/learning/sst2.ts [--row 0] [--seeds 1,2,3] [--rounds 60] [--engine auto]
 */
const { values } = parseArgs({
  options: {
    row: { type: 'string', default: '0' },
    seeds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'auto' },
  },
});
const root = join(import.meta.dirname, '../..');
const data = process.env.AIRTUNE_DATA ?? join(root, '../shared/data');
const model = join(data, 'models/minilm-l6-h384');
if (!existsSync(join(data, 'sst2')) || !existsSync(model)) {
  console.log(`SKIPPED: no sst2 and models/minilm-l6-h384 in ${data}; name their folder in AIRTUNE_DATA.`);
  process.exit(0);
}

const reference = SST2_REFERENCE[Number(values.row)];
const curves = values.seeds.split(',').map((seed) => curveOf(seed));
console.log(reference.name);
console.log(
  ['rounds', 'PyTorch', ...values.seeds.split(',').map((seed) => `seed ${seed}`), 'mean', 'difference'].join(
    '\t',
  ),
);
for (const [rounds, expected] of Object.entries(reference.accuracyPercent)) {
  const reached = curves.flatMap((curve) => curve.get(Number(rounds)) ?? []);
  if (reached.length === 0) continue;
  const mean = reached.reduce((sum, accuracy) => sum + accuracy, 0) / reached.length;
  const figures = [expected, ...reached, mean, mean - expected].map((figure) => figure.toFixed(1));
  console.log([rounds, ...figures].join('\t'));
}

/** Accuracy in percent by the number of rounds, from one run of the real command. */
function curveOf(seed: string): ReadonlyMap<number, number> {
  const out = join(mkdtempSync(join(tmpdir(), 'airtune-learning-')), 'out');
  const began = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [
      ...[
        join(root, 'cli/airtune.ts'),
        'run',
        '--model',
        model,
        '--data',
        join(data, 'sst2'),
        '--task',
        'sst2',
      ],
      ...['--devices', '10', '--rounds', values.rounds, '--batch-size', '16', '--lora-rank', '8'],
      ...['--policy', 'all-in', '--seed', seed, '--engine', values.engine, '--out', out],
      ...['training.evaluateEvery=20', ...reference.settings].flatMap((setting) => ['--set', setting]),
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`airtune run ended with status ${status}.`);
  console.log(`seed ${seed}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const { evaluations }: RunResult = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  return new Map(evaluations.map(({ rounds, accuracy }) => [rounds, 100 * accuracy]));
}
