import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDataset } from '#shared/data/dataset.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { airtune } from '#test/support/airtune.ts';
import { accuracyOf, lastEvaluation, predictions } from '#test/support/predictions.ts';
import { dataFolder } from '#test/support/reference-data.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

const TEST_EXAMPLES = 40;
const data = dataFolder();
const outputs = sharedScratchFolder();

/**
 * The first rows of a task's test set in the input format of `airtune predict`, and the names of their
 * labels.
 */
async function testRows(name: string, folder: string) {
  const dataset = await openDataset(findTask(name), folder);
  if (dataset.kind !== 'text') throw new Error(`${name} is not a task of texts`);
  const inputs: string[] = [];
  const labels: string[] = [];
  for await (const { text, pair, label } of dataset.examples('test')) {
    inputs.push(`${text}\t${pair}`);
    labels.push(dataset.task.labelNames[label]);
    if (inputs.length === TEST_EXAMPLES) break;
  }
  return { inputs, labels };
}

const isTrained = data !== undefined && fullRunOnly('training of MiniLM on sentence pairs');

describe.skipIf(!isTrained).each(['mrpc', 'qnli'])('%s, a task of sentence pairs', (task) => {
  const folder = join(data ?? '', task);
  const out = join(outputs, task);

  test('is trained from its files to an output folder', async () => {
    const { exitCode, stdout, stderr } = await airtune([
      ...['run', '--model', join(data ?? '', 'models/minilm-l6-h384'), '--data', folder, '--task', task],
      ...['--devices', '3', '--rounds', '3', '--batch-size', '4', '--policy', 'all-in', '--seed', '5'],
      ...['--set', 'data.maxTokens=48', '--set', 'data.trainExamples=60'],
      ...['--set', `data.testExamples=${TEST_EXAMPLES}`, '--out', out],
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('test accuracy');
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    expect(result.rounds).toHaveLength(3);
    for (const { answered, trainLoss } of result.rounds) {
      expect(answered).toEqual([0, 1, 2]);
      expect(trainLoss).toBeGreaterThan(0);
    }
  });

  test('is predicted from two texts with a tab between them, as rightly as the run says', async () => {
    const { inputs, labels } = await testRows(task, folder);
    const found = await predictions(out, inputs);
    expect(accuracyOf(found, labels)).toBeCloseTo(lastEvaluation(out).averagedHeadAccuracy, 12);
  });

  test('looks at both texts, and tells them apart', async () => {
    const first = 'The company said its profit rose in the third quarter.';
    const second = 'Where was the painter born?';
    const [together, swapped, repeated] = await predictions(out, [
      `${first}\t${second}`,
      `${second}\t${first}`,
      `${first}\t${first}`,
    ]);
    expect(swapped.probabilities).not.toEqual(together.probabilities);
    expect(repeated.probabilities).not.toEqual(together.probabilities);
  });

  test('refuses a single text by its line', async () => {
    const { exitCode, stderr } = await airtune(['predict', out, '--file', '-'], {
      input: 'a\tb\nonly one\n',
    });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/standard input:2.*pairs.*tab/);
  });
});
