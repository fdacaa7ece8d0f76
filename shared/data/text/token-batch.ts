import type { TokenExamples } from '#shared/data/example-set.ts';
import type { TokenBatch } from '#shared/model/families/model-input.ts';

/**
 * Token id at padding. Any id of the model's vocabulary would do, because the encoder masks positions beyond
 * a sequence's end.
 */
const PADDING_ID = 0;

/** Makes a batch of the given rows, padded to the longest of them. */
export function tokenBatch(examples: TokenExamples, rows: Int32Array): TokenBatch {
  const lengths = rows.map((row) => examples.offsets[row + 1] - examples.offsets[row]);
  const tokens = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const tokenIds = new Int32Array(rows.length * tokens).fill(PADDING_ID);
  const tokenTypeIds = new Int32Array(rows.length * tokens);
  rows.forEach((row, position) => {
    const begin = examples.offsets[row];
    const end = examples.offsets[row + 1];
    tokenIds.set(examples.tokenIds.subarray(begin, end), position * tokens);
    tokenTypeIds.set(examples.tokenTypes.subarray(begin, end), position * tokens);
  });
  return { tokenIds, tokenTypeIds, lengths };
}
