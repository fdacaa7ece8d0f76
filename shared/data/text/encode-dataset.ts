import type { TextExample } from '#shared/data/example.ts';
import type { TokenExamples } from '#shared/data/example-set.ts';
import type { TextTokenizer, TokenSequence } from './tokenizer.ts';

export interface EncodeOptions {
  /** Maximum number of tokens per row. Longer rows are truncated (pairs longest first). */
  readonly maxTokens: number;
  /** Number of rows to read from the start; reading stops there. */
  readonly limit?: number | undefined;
}

/**
 * Reads and encodes a stream of texts. Only the tokens stay in memory, not the texts.
 *
 * @throws The error of the stream at a malformed row; ConfigError when `maxTokens` leaves no room for text.
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

/** Packs encoded rows into one array; `labels` has one entry per sequence. */
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
