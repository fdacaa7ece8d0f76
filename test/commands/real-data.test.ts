import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { dataFolder } from '#test/support/reference-data.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const data = dataFolder();

/**
 * A short version of the runs that bench/learning/sst2.ts compares with PyTorch. After these rounds a model
 * that learns is well above chance; with wrong gradients it is not.
 */
test.skipIf(data === undefined || !fullRunOnly('learning of MiniLM on SST-2'))(
  'MiniLM learns SST-2 within a few rounds',
  async () => {
    const out = join(scratchFolder(), 'out');
    const { exitCode, stderr } = await airtune([
      ...['run', '--model', join(data ?? '', 'models/minilm-l6-h384'), '--data', join(data ?? '', 'sst2')],
      ...['--task', 'sst2', '--devices', '5', '--rounds', '16', '--batch-size', '16', '--lora-rank', '8'],
      ...['--policy', 'all-in', '--seed', '1', '--set', 'data.testExamples=200'],
      ...['--set', 'data.trainExamples=4000', '--set', 'training.evaluateEvery=16', '--out', out],
    ]);
    expect(exitCode, stderr).toBe(0);
    const { rounds, evaluations }: RunResult = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    const losses = rounds.map(({ trainLoss }) => trainLoss ?? Number.NaN);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-3))).toBeLessThan(mean(losses.slice(0, 3)) - 0.1);
    const last = evaluations.at(-1);
    expect(last?.accuracy).toBeGreaterThan((last?.chance ?? 1) + 0.15);
  },
  400_000,
);
