import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { airtune } from '#test/support/airtune.ts';
import { accuracyOf, lastEvaluation, parsePredictions, predictions } from '#test/support/predictions.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = tinyModelAndData();
const folder = sharedScratchFolder(files);
const out = join(sharedScratchFolder(), 'out');
const settings = [...tinyArguments(folder), '--rounds', '8', '--set', 'head.hiddenSize=4'];

const rows = String(files['dev.tsv'])
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((row) => row.split('\t'));
const texts = rows.map(([text]) => text);
const labels = rows.map(([, label]) => (label === '1' ? 'positive' : 'negative'));

beforeAll(async () => {
  const { exitCode, stderr } = await airtune(['run', ...settings, '--out', out]);
  expect(exitCode, stderr).toBe(0);
});

describe('a head with a hidden layer', () => {
  test('is in the output folder, each device with its own', () => {
    const heads = [0, 1, 2].map((device) => {
      const path = join(out, 'heads', `device-000${device}.safetensors`);
      return readSafetensors(readFileSync(path), path).tensors;
    });
    for (const head of heads) {
      expect([...head].map(([name, { shape }]) => [name, shape])).toEqual([
        ['hidden.weight', [4, 8]],
        ['hidden.bias', [4]],
        ['weight', [2, 4]],
        ['bias', [2]],
      ]);
    }
    expect(heads[0].get('hidden.weight')?.data).not.toEqual(heads[1].get('hidden.weight')?.data);
  });

  test('is restored by a run that was interrupted, to the same bytes in the end', async () => {
    const parts = join(folder, 'parts');
    const stopped = await airtune(['run', ...settings, '--out', parts], {
      interruptWhen: /^round +3\//m,
    });
    expect(stopped.exitCode).toBe(130);
    const resumed = await airtune(['run', '--resume', parts]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(trainedFiles(parts)).toEqual(trainedFiles(out));
  });
});

describe('predictions', () => {
  test.each([0, 1, 2])('of the head of device %i are as right as the run says it is', async (device) => {
    const found = await predictions(out, texts, ['--head', String(device)]);
    expect(accuracyOf(found, labels)).toBeCloseTo(lastEvaluation(out).deviceAccuracy[device], 12);
  });

  test('of the averaged head, the default, are as right as the run says it is', async () => {
    const found = await predictions(out, texts);
    expect(accuracyOf(found, labels)).toBeCloseTo(lastEvaluation(out).averagedHeadAccuracy, 12);
  });

  test('are the likeliest label, and probabilities that add up to one', async () => {
    const inputs = ['--text', texts[0], '--text', texts[1]];
    const { stdout } = await airtune(['predict', out, ...inputs]);
    const found = parsePredictions(stdout);
    expect(found).toHaveLength(2);
    for (const { label, probabilities } of found) {
      const values = Object.values(probabilities);
      expect(Object.keys(probabilities)).toEqual(['negative', 'positive']);
      expect(probabilities[label]).toBe(Math.max(...values));
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
  });

  test('do not depend on other inputs of the same call', async () => {
    const alone = await predictions(out, texts.slice(3, 4));
    const among = await predictions(out, texts);
    expect(alone[0].label).toBe(among[3].label);
    expect(alone[0].probabilities.positive).toBeCloseTo(among[3].probabilities.positive, 6);
  });
});

describe('a prediction is refused', () => {
  test.each([
    ['without inputs', [], '', 2, /--text.*--file/],
    ['for a head that the run lacks', ['--head', '3', '--text', 'fine'], '', 2, /"3".*0 to 2/],
    ['for a head that is no number', ['--head', 'best', '--text', 'fine'], '', 2, /"best".*averaged/],
    ['at an empty line', ['--file', '-'], 'fine\n\nsad\n', 3, /standard input:2.*empty/],
    ['for a file that is not there', ['--file', 'nowhere.txt'], '', 3, /nowhere\.txt.*cannot be read/],
    [
      'for a model that is not there',
      ['--model', 'nowhere', '--text', 'fine'],
      '',
      4,
      /nowhere.*config\.json/,
    ],
  ])('%s', async (_, options, input, exitCode, line) => {
    const result = await airtune(['predict', out, ...options], { input });
    expect(result.stderr).toMatch(line);
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(result.exitCode).toBe(exitCode);
  });

  test('for a folder without a finished run', async () => {
    const result = await airtune(['predict', folder, '--text', 'fine']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/result\.json.*--resume/);
  });
});
