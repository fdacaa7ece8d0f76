import { expect, test } from 'vitest';
import {
  headParameterCount,
  loraParameterCount,
  objectSizes,
  type WorkloadShape,
} from '#shared/workload/object-sizes.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';
import { TINY_MODELS } from '#test/support/tiny-models.ts';

const SHAPE: WorkloadShape = {
  model: { ...TINY_BERT, hiddenSize: 8, intermediateSize: 32, layerCount: 2 },
  lora: { rank: 4, targets: ['query', 'value'] },
  headWidth: 0,
  labelCount: 2,
  vocabularySize: undefined,
  trainsMatrix: false,
  devices: 3,
  batchSize: 4,
  tokens: 16,
  shardExamples: 10,
  bitsPerValue: 32,
  inlineBytes: 1024,
};

test('DoRA adds a value for each output of an adapted layer', () => {
  const plain = loraParameterCount(SHAPE);
  expect(plain).toBe(2 * 2 * (4 * 8 + 8 * 4));
  expect(loraParameterCount({ ...SHAPE, lora: { ...SHAPE.lora, dora: true } })).toBe(plain + 2 * 2 * 8);
});

test('a target that a model lacks counts as all its dense layers', () => {
  const rank = 4;
  // Queries, keys, values, output of attention, and the two dense layers of the feed-forward sublayer.
  const values = 4 * rank * (8 + 8) + 2 * rank * (8 + 32);
  expect(loraParameterCount({ ...SHAPE, lora: { rank, targets: ['down_proj'] } })).toBe(2 * values);
});

test('a Llama has the LoRA of its gated layers and shared keys, and the head of its final norm', () => {
  const shape: WorkloadShape = {
    ...SHAPE,
    model: TINY_MODELS.llama,
    lora: { rank: 2, targets: ['all-linear'] },
    vocabularySize: 20,
  };
  // Width 8, 2 heads of 4 values that share one of keys and values, 12 values inside the feed-forward
  // sublayer.
  const perLayer = 2 * (8 + 8) + 2 * 2 * (8 + 4) + 2 * (8 + 8) + 3 * 2 * (8 + 12);
  expect(loraParameterCount(shape)).toBe(2 * perLayer);
  expect(headParameterCount(shape)).toBe(8);
  const weights = 8 * 8 + 2 * 8 * 4 + 8 * 8 + 3 * 8 * 12;
  const biases = 8 + 2 * 4 + 2 * 12 + 8;
  expect(objectSizes(shape).encoderModel).toBe(4 * 2 * (weights + biases + 2 * 8));
  expect(headParameterCount({ ...shape, model: TINY_MODELS.gpt2 })).toBe(2 * 8);
  expect(headParameterCount({ ...shape, trainsMatrix: true })).toBe(8 + 20 * 8);
});

test("a BERT's encoder holds its layers and the pooler", () => {
  const perLayer = 4 * 8 * 9 + 8 * 32 + 32 + 32 * 8 + 8 + 2 * 2 * 8;
  expect(objectSizes(SHAPE).encoderModel).toBe(4 * (2 * perLayer + 8 * 9));
});
