import { describe, expect, it } from 'vitest';
import type { TokenBatch } from '#shared/model/families/model-input.ts';
import { embedTokens } from '#test/support/embed.ts';
import { relativeError } from '#test/support/relative-error.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { TINY_BERT, tinyBertTensors } from '#test/support/tiny-bert.ts';

const embed = (batch: TokenBatch) => embedTokens({ config: TINY_BERT, tensors: tinyBertTensors() }, batch);
const tokens = (tokenIds: readonly number[], lengths: readonly number[], types?: readonly number[]) => ({
  tokenIds: Int32Array.from(tokenIds),
  tokenTypeIds: Int32Array.from(types ?? tokenIds.map(() => 0)),
  lengths: Int32Array.from(lengths),
});

describe('the embedding module', () => {
  it('gives every token hidden values that are its word, position and type, normalised', () => {
    const { embeddings, lengths } = embed(tokens([1, 2, 1, 3, 0, 0], [3, 1], [0, 1, 0, 0, 0, 0]));
    expect(embeddings.shape).toEqual([2, 3, 8]);
    expect([...lengths]).toEqual([3, 1]);
    const row = (index: number) => embeddings.data.subarray(index * 8, index * 8 + 8);
    // The same word at another position, and at the same position of another sequence.
    expect(row(2)).not.toEqual(row(0));
    expect(embed(tokens([1], [1])).embeddings.data).toEqual(row(0));
    expect(embed(tokens([0, 2], [2])).embeddings.data.subarray(8)).not.toEqual(row(1));
  });

  it('normalises to mean zero and variance one where the norm has neither weight nor bias', () => {
    const tensors = tinyBertTensors();
    tensors.set('embeddings.LayerNorm.weight', { shape: [8], data: new Float32Array(8).fill(1) });
    tensors.set('embeddings.LayerNorm.bias', { shape: [8], data: new Float32Array(8) });
    const { data } = embedTokens({ config: TINY_BERT, tensors }, tokens([5], [1])).embeddings;
    const mean = data.reduce((sum, value) => sum + value, 0) / 8;
    const variance = data.reduce((sum, value) => sum + value * value, 0) / 8;
    expect(relativeError(Float32Array.of(mean + 1, variance), Float32Array.of(1, 1))).toBeLessThan(1e-6);
  });

  it.each([
    ['a token the model does not know', tokens([20], [1]), 'token id at position 0'],
    ['a negative token', tokens([1, -1], [2]), 'token id at position 1'],
    ['an unknown token type', tokens([1], [1], [2]), 'token type at position 0'],
    ['too many tokens', tokens(new Array(11).fill(1), [11]), '11 tokens a sequence'],
    ['a ragged batch', tokens([1, 2, 3], [1, 1]), '3 token ids'],
    ['a length beyond the tokens', tokens([1, 2], [3]), 'sequence lengths [3]'],
    ['an empty sequence', tokens([1, 2], [0]), 'sequence lengths [0]'],
    ['no sequences', tokens([], []), '0 token ids'],
  ])('refuses %s', (_, batch, words) => {
    expect(thrownLine(() => embed(batch))).toContain(words);
  });

  it('needs all its tables', () => {
    expect(
      thrownLine(() => embedTokens({ config: TINY_BERT, tensors: new Map() }, tokens([5], [1]))),
    ).toContain('embeddings.word_embeddings.weight');
  });
});
