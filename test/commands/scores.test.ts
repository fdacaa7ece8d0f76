import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRunResult } from '#shared/protocol/run-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const QUICKSTART = join(import.meta.dirname, '../../quickstart');

/** The quick start's rows with 80 points for a positive and 40 for a negative review, and some noise. */
function points(): string {
  const rows = readFileSync(join(QUICKSTART, 'data/train.tsv'), 'utf8').trimEnd().split('\n').slice(1, 601);
  const lines = rows.map((row, index) => {
    const [text, label] = row.split('\t');
    return JSON.stringify({ text, points: (label === '1' ? 80 : 40) + (index % 7) });
  });
  return `${lines.join('\n')}\n`;
}

test('scores are learnt, reported in their unit, and predicted', async () => {
  const folder = scratchFolder({ 'points.jsonl': points() });
  const out = join(folder, 'out');
  const run = await airtune([
    ...['run', '--task', 'text', '--data', join(folder, 'points.jsonl'), '--score-column', 'points'],
    ...['--model', join(QUICKSTART, 'model'), '--set', 'data.maxTokens=32', '--devices', '3'],
    ...['--rounds', '20', '--set', 'server.optimizer.learningRate=5e-3', '--out', out],
  ]);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/squared test error +\d/);
  const result = parseRunResult(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')), out);
  const last = result.evaluations.at(-1);
  expect(last?.scores?.variance).toBeGreaterThan(300);
  expect(last?.scores?.ownHeads.squaredError).toBeLessThan(last?.scores?.variance ?? 0);
  expect(last?.scores?.ownHeads.pearson).toBeGreaterThan(0.3);
  expect(result.best).toMatchObject({ metric: 'squaredError' });

  const predicted = await airtune(['predict', out, '--best', '--text', 'a warm and funny film']);
  expect(JSON.parse(predicted.stdout).score).toBeGreaterThan(30);
});

test('a target that does not suit scores is refused, with the suitable metrics', async () => {
  const run = await airtune([
    ...['--quiet', 'run', '--task', 'text', '--data', 'points.jsonl', '--score-column', 'points'],
    ...['--model', 'm', '--set', 'training.stopAt={metric: accuracy, value: 0.9}'],
  ]);
  expect(run.stderr).toMatch(
    /training\.stopAt\.metric is "accuracy": it must be one of loss, squaredError, pearson, spearman/,
  );
  expect(run.exitCode).toBe(2);
});
