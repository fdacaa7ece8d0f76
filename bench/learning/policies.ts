import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { estimate, meanOf } from './learning-table.ts';
import { SST2_REFERENCE } from './sst2-reference.ts';
import { requireSst2 } from './sst2-run.ts';

/**
 * Accuracy and test loss under several scheduling policies at one delay budget: MiniLM on SST-2, the same
 * seeds (data, channel, mini-batches) for all policies. Prints each policy's mean and standard error, and its
 * paired differences from the next policy of the list. Runs that a folder already holds are not repeated.
 *
 *     npx node bench/learning/policies.ts --out OUT [--policies all-in,convergence,...] [--seeds 1,2,3,4,5]
 *         [--rounds 60] [--devices 20] [--seconds-per-bit 2.5e-8]
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'learning-policies' },
    policies: { type: 'string', default: 'all-in,convergence,set-expansion,greedy,equal-share' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    rounds: { type: 'string', default: '60' },
    devices: { type: 'string', default: '20' },
    'seconds-per-bit': { type: 'string', default: '2.5e-8' },
  },
});
const CLI = join(import.meta.dirname, '../../cli/airtune.ts');
const sources = requireSst2();
const policies = values.policies.split(',');
const seeds = values.seeds.split(',');
mkdirSync(values.out, { recursive: true });

function runOf(policy: string, seed: string): RunResult {
  const out = join(values.out, `${policy}-${seed}`);
  const resultFile = join(out, 'result.json');
  if (!existsSync(resultFile)) {
    const settings = [
      ...SST2_REFERENCE[0].settings,
      `scheduling.delayBudget.secondsPerBit=${values['seconds-per-bit']}`,
      'training.evaluateEvery=20',
    ];
    const options = existsSync(out)
      ? ['--resume', out]
      : [
          ...['--model', sources.model, '--data', sources.data, '--task', 'sst2', '--batch-size', '16'],
          ...['--devices', values.devices, '--rounds', values.rounds, '--policy', policy],
          ...['--seed', seed, '--out', out, ...settings.flatMap((setting) => ['--set', setting])],
        ];
    const { status } = spawnSync(process.execPath, [CLI, 'run', ...options], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`airtune run ended with status ${status}.`);
  }
  return JSON.parse(readFileSync(resultFile, 'utf8'));
}

/** Seed by seed, so that all policies have the same number of runs at any time. */
const runs = new Map<string, RunResult[]>(policies.map((policy) => [policy, []]));
for (const seed of seeds) for (const policy of policies) runs.get(policy)?.push(runOf(policy, seed));

const last = ({ evaluations }: RunResult) => evaluations[evaluations.length - 1];
const FIGURES: readonly (readonly [string, (run: RunResult) => number])[] = [
  ['accuracy %', (run) => 100 * (last(run).accuracy ?? Number.NaN)],
  ['test loss', (run) => last(run).loss],
  ['devices a round', (run) => meanOf(run.rounds.map((round) => round.selected.length))],
  ['mean delay s', (run) => meanOf(run.rounds.map((round) => round.delaySeconds))],
];

console.log(
  ['policy', ...FIGURES.map(([name]) => name), 'accuracy over the next', 'loss under the next'].join('\t'),
);
policies.forEach((policy, index) => {
  const own = runs.get(policy) ?? [];
  const next = runs.get(policies[index + 1]) ?? [];
  const paired = (figure: (run: RunResult) => number, sign: number) =>
    next.length === 0
      ? ''
      : estimate(
          own.map((run, at) => sign * (figure(run) - figure(next[at]))),
          4,
        );
  const row = FIGURES.map(([, figure]) => estimate(own.map(figure), 4));
  console.log([policy, ...row, paired(FIGURES[0][1], 1), paired(FIGURES[1][1], -1)].join('\t'));
});
