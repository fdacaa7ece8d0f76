import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { maskedBatch } from '../../../quickstart/pretraining/masked-batch.ts';
import { pretraining } from '../../../quickstart/pretraining/pretraining.ts';
import { PRETRAINING, quickstartModel } from '../../../quickstart/pretraining/settings.ts';
import { quickstartVocabulary } from '../../../quickstart/pretraining/tokenizer-files.ts';
import { loadTextTokenizer } from '../../../shared/data/text/tokenizer.ts';
import { selectTfjsBackend } from '../../../shared/model/engine/tfjs/tfjs-backend.ts';
import { readModelDirectory } from '../../../shared/model/hugging-face/model-directory.ts';

const directory = resolve(import.meta.dirname, '../../../quickstart/model');
const tokenizer = await loadTextTokenizer(directory);
const config = quickstartModel(quickstartVocabulary().length);

async function firstSteps(count: number) {
  const steps = [];
  for await (const step of pretraining(config, tokenizer, PRETRAINING)) {
    steps.push(step);
    if (steps.length === count) break;
  }
  return steps;
}

describe("pre-training of the quick start's model", () => {
  beforeAll(async () => {
    await selectTfjsBackend('wasm');
  });

  it('takes the same steps to the bit each time', async () => {
    expect(await firstSteps(2)).toEqual(await firstSteps(2));
  });

  it('takes the steps that the committed model was made with', async () => {
    const recorded = z
      .object({ losses: z.array(z.object({ step: z.int(), wordLoss: z.number(), orderLoss: z.number() })) })
      .parse(JSON.parse(readFileSync(join(directory, 'pretraining.json'), 'utf8')));
    for (const { step, wordLoss, orderLoss } of await firstSteps(3)) {
      const record = recorded.losses.find((candidate) => candidate.step === step);
      expect(record?.wordLoss).toBeCloseTo(wordLoss, 4);
      expect(record?.orderLoss).toBeCloseTo(orderLoss, 4);
    }
  });

  it('ends in a model directory that is read like any other', async () => {
    const model = await readModelDirectory(directory);
    expect(model.config).toEqual(config);
    expect([...model.tensors.keys()]).toContain('pooler.dense.weight');
  });
});

describe('a batch of masked sentences', () => {
  it('hides about the set share of words, and none of shuffled sentences or special tokens', () => {
    const batch = maskedBatch({ ...PRETRAINING, batchSize: 400 }, tokenizer, 0);
    const words = batch.lengths.reduce((sum, length, row) => sum + batch.ordered[row] * (length - 2), 0);
    expect(Math.abs(batch.maskedIds.length / words - PRETRAINING.maskedShare)).toBeLessThan(0.04);
    for (const position of batch.maskedPositions) {
      const row = Math.floor(position / batch.tokens);
      const column = position % batch.tokens;
      expect(batch.ordered[row]).toBe(1);
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThan(batch.lengths[row] - 1);
    }
  });

  it('shows about the set share of sentences with their words shuffled', () => {
    const { ordered } = maskedBatch({ ...PRETRAINING, batchSize: 1000 }, tokenizer, 1);
    const shuffled = ordered.filter((value) => value === 0).length / ordered.length;
    expect(Math.abs(shuffled - PRETRAINING.shuffledShare)).toBeLessThan(0.07);
  });
});
