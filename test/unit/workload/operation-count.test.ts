import { describe, expect, test } from 'vitest';
import { encoderBackwardFlops, encoderForwardFlops } from '#shared/workload/operation-count.ts';
import { vocabularyWork } from '#shared/workload/work.ts';
import { TINY_MODELS } from '#test/support/tiny-models.ts';

const SEQUENCES = 3;
const TOKENS = 5;
const ROWS = SEQUENCES * TOKENS;

/**
 * Multiply-adds of a token in one layer of models of width 8 with 2 heads and 12 values inside the
 * feed-forward sublayer, worked by hand.
 */
const DENSE = {
  // Queries, keys, values, output; up and down.
  bert: 4 * 8 * 8 + 8 * 12 + 12 * 8,
  vit: 4 * 8 * 8 + 8 * 12 + 12 * 8,
  electra: 4 * 8 * 8 + 8 * 12 + 12 * 8,
  // One layer for queries, keys and values.
  gpt2: 8 * 24 + 8 * 8 + 8 * 12 + 12 * 8,
  // Keys and values of one head of 4 for both heads of queries; gate, up and down.
  llama: 8 * 8 + 8 * 4 + 8 * 4 + 8 * 8 + 8 * 12 + 8 * 12 + 12 * 8,
  qwen3: 8 * 8 + 8 * 4 + 8 * 4 + 8 * 8 + 8 * 12 + 8 * 12 + 12 * 8,
  // One layer for gate and up.
  modernbert: 8 * 24 + 8 * 8 + 8 * 24 + 12 * 8,
} as const;

const NAMES = ['bert', 'vit', 'electra', 'gpt2', 'llama', 'qwen3', 'modernbert'] as const;

describe('operations of an encoder are those of its family', () => {
  test.each(NAMES)('of a %s', (name) => {
    const config = TINY_MODELS[name];
    const dense = 2 * ROWS * DENSE[name] * config.layerCount;
    // Scores, and the sums that they weigh: for each pair of tokens of a sequence, 8 multiply-adds each.
    const attention = 2 * 2 * SEQUENCES * TOKENS * TOKENS * 8 * config.layerCount;
    const extent = { sequences: SEQUENCES, tokens: TOKENS };
    expect(encoderForwardFlops(config, extent)).toBe(dense + attention);
    expect(encoderBackwardFlops(config, extent)).toBe(dense + 2 * attention);
  });

  test('of heads that are wider together than the model', () => {
    const config = { ...TINY_MODELS.llama, headWidth: 6 };
    const dense = 8 * 12 + 2 * 8 * 6 + 12 * 8 + 3 * 8 * 12;
    expect(encoderForwardFlops(config, { sequences: 1, tokens: 1 })).toBe(
      2 * config.layerCount * (dense + 2 * 12),
    );
  });
});

test.each([
  ['twice, to the logits and back', false, 2],
  ['a third time if its gradient is computed', true, 3],
] as const)(
  "a language model's head multiplies with its matrix for each predicted token: %s",
  (_, trained, products) => {
    expect(vocabularyWork(20 * 8, 7, SEQUENCES, trained)).toEqual({
      stage: 'head',
      flops: products * 2 * 20 * 8 * 7,
      items: SEQUENCES,
    });
  },
);
