import type { TextExample } from '#shared/data/example.ts';
import type { TokenExamples } from '#shared/data/example-set.ts';
import type { TextTokenizer, TokenSequence } from './tokenizer.ts';

export interface EncodeOptions {
  /** Longer rows are cut (pairs longest first). */
  readonly maxTokens: number;
  /** Take only this many rows, the first ones; reading stops there. */
  readonly limit?: number | undefined;
}

/**
 * Reads and encodes a stream of texts: only the tokens stay in memory, not the texts.
 *
 * @throws whatever the stream throws at a malformed row; ConfigError when `maxTokens` leaves no room for text.
 */
export async function encodeTextDataset(
  rows: AsyncIterable<TextExample>,
  tokenizer: TextTokenizer,
  options: EncodeOptions,
): Promise<TokenExamples> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const sequences: TokenSequence[] = [];
  const labels: number[] = [];
  for await (const row of rows) {
    sequences.push(tokenizer.encode(row.text, row.pair, options.maxTokens));
    labels.push(row.label);
    if (labels.length >= limit) break;
  }
  return packSequences(sequences, labels);
}

/** Lays encoded rows one behind the other; `labels` has one entry per sequence. */
export function packSequences(sequences: readonly TokenSequence[], labels: readonly number[]): TokenExamples {
  const offsets = new Int32Array(sequences.length + 1);
  sequences.forEach(({ tokenIds }, row) => {
    offsets[row + 1] = offsets[row] + tokenIds.length;
  });
  const packed = {
    tokenIds: new Int32Array(offsets[sequences.length]),
    tokenTypes: new Int32Array(offsets[sequences.length]),
  };
  sequences.forEach(({ tokenIds, tokenTypes }, row) => {
    packed.tokenIds.set(tokenIds, offsets[row]);
    packed.tokenTypes.set(tokenTypes, offsets[row]);
  });
  return { kind: 'tokens', ...packed, offsets, labels: Int32Array.from(labels) };
}
