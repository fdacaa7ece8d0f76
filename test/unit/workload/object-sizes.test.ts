import { expect, test } from 'vitest';
import { loraParameterCount, type WorkloadShape } from '#shared/workload/object-sizes.ts';

const SHAPE: WorkloadShape = {
  layerCount: 2,
  hiddenSize: 8,
  intermediateSize: 32,
  lora: { rank: 4, targets: ['query', 'value'] },
  headWidth: 0,
  labelCount: 2,
  vocabularySize: undefined,
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
