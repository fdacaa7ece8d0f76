import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { maskedBatch } from '#quickstart/pretraining/masked-batch.ts';
import { pretraining } from '#quickstart/pretraining/pretraining.ts';
import { PRETRAINING, quickstartModel } from '#quickstart/pretraining/settings.ts';
import { quickstartVocabulary } from '#quickstart/pretraining/tokenizer-files.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';

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
      .object({ losses: z.array(z.object({ step: z.int(), wordLoss: z.number(), summaryLoss: z.number() })) })
      .parse(JSON.parse(readFileSync(join(directory, 'pretraining.json'), 'utf8')));
    for (const { step, wordLoss, summaryLoss } of await firstSteps(3)) {
      const record = recorded.losses.find((candidate) => candidate.step === step);
      expect(record?.wordLoss).toBeCloseTo(wordLoss, 4);
      expect(record?.summaryLoss).toBeCloseTo(summaryLoss, 4);
    }
  });

  it('ends in a model directory that is read like any other', async () => {
    const model = await readModelDirectory(directory);
    expect(model.config).toEqual(config);
    expect([...model.tensors.keys()]).toContain('pooler.dense.weight');
  });
});

describe('a batch of masked sentences', () => {
  it('hides about the set share of words, and no special tokens', () => {
    const batch = maskedBatch({ ...PRETRAINING, batchSize: 400 }, tokenizer, 0);
    const words = batch.lengths.reduce((sum, length) => sum + length - 2, 0);
    expect(Math.abs(batch.maskedIds.length / words - PRETRAINING.maskedShare)).toBeLessThan(0.04);
    for (const [index, position] of batch.maskedPositions.entries()) {
      const row = batch.maskedRows[index];
      expect(row).toBe(Math.floor(position / batch.tokens));
      const column = position % batch.tokens;
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThan(batch.lengths[row] - 1);
    }
  });
});
