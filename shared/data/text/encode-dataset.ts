import type { TextExample } from '#shared/data/example.ts';
import type { TokenExamples } from '#shared/data/example-set.ts';
import { TokenCollector } from './token-collector.ts';
import type { TextTokenizer, TokenSequence } from './tokenizer.ts';

export interface EncodeOptions {
  /** Maximum number of tokens per row. Longer rows are truncated (pairs longest first). */
  readonly maxTokens: number;
  /** Number of rows to read from the start; reading stops there. */
  readonly limit?: number | undefined;
  /** Called after each row with the number of rows so far. */
  readonly onRow?: (rows: number) => void;
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
  const collector = new TokenCollector();
  for await (const row of rows) {
    collector.add(tokenizer.encode(row.text, row.pair, options.maxTokens), row.label);
    options.onRow?.(collector.rows);
    if (collector.rows >= limit) break;
  }
  return collector.examples();
}

/** Packs encoded rows into one array; `labels` has one entry per sequence. */
export function packSequences(sequences: readonly TokenSequence[], labels: readonly number[]): TokenExamples {
  const collector = new TokenCollector();
  sequences.forEach((sequence, row) => {
    collector.add(sequence, labels[row]);
  });
  return collector.examples();
}
