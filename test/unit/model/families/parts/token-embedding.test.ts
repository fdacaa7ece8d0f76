import { describe, expect, it } from 'vitest';
import { type TokenRules, tokenEmbedding } from '#shared/model/families/parts/token-embedding.ts';
import { thrownLine } from '#test/support/thrown.ts';

const WIDTH = 2;
/** A norm that maps rows [x, -x] to [1, -1] if x > 0, and to [-1, 1] if x < 0. */
const NORM = { weight: Float32Array.of(1, 1), bias: Float32Array.of(0, 0), epsilon: 0 };
/** Rows [x, -x], so that a row's sign is that of the sum of the added terms. */
const rows = (...values: readonly number[]) => Float32Array.from(values.flatMap((value) => [value, -value]));

function signs(rules: Partial<TokenRules>, tokenIds: readonly number[], positions: readonly number[]) {
  const tables = {
    width: WIDTH,
    words: rows(0, 0, 0, 0),
    positions: rows(...positions),
    types: undefined,
    norm: NORM,
  };
  const embed = tokenEmbedding(tables, {
    vocabularySize: 4,
    maximumTokens: 4,
    tokenTypeCount: undefined,
    ...rules,
  });
  const { embeddings } = embed({
    tokenIds: Int32Array.from(tokenIds),
    tokenTypeIds: Int32Array.from(tokenIds, () => 7),
    lengths: Int32Array.of(tokenIds.length),
  });
  return Array.from({ length: tokenIds.length }, (_, token) => embeddings.data[token * WIDTH]);
}

describe('the embedding module of texts', () => {
  it('counts positions from 0', () => {
    expect(signs({}, [2, 3, 2], [1, -1, 1])).toEqual([1, -1, 1]);
  });

  it('counts them from behind the padding, whose own position padding inside a text has', () => {
    // Padding is token 1, so the positions are 2, 1, 3, with the table's signs +, -, +.
    expect(signs({ paddingId: 1 }, [2, 1, 3], [-1, -1, 1, 1])).toEqual([1, -1, 1]);
  });

  it('does not look at token types that the model is not told, and refuses unknown ones otherwise', () => {
    expect(signs({}, [2], [1])).toEqual([1]);
    expect(thrownLine(() => signs({ tokenTypeCount: 2 }, [2], [1]))).toContain('token type at position 0');
  });
});
