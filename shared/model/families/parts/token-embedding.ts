import { DataError } from '#shared/errors.ts';
import type { TokenBatch, TokenEmbedding } from '#shared/model/families/model-input.ts';

/** LayerNorm of the embedding output, [width] each. */
export interface EmbeddingNorm {
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly epsilon: number;
}

/** Tables and norm of the embedding module of a text model. Each row has `width` values. */
export interface TokenTables {
  readonly width: number;
  readonly words: Float32Array;
  /** Undefined when the encoder adds positions. */
  readonly positions: Float32Array | undefined;
  /** Undefined when the model has no token types. */
  readonly types: Float32Array | undefined;
  /** Undefined when the encoder begins with a norm of its own. */
  readonly norm: EmbeddingNorm | undefined;
}

/** Input limits of an embedding module, and its rule for positions. */
export interface TokenRules {
  readonly vocabularySize: number;
  readonly maximumTokens: number;
  /**
   * Number of token types that a batch may use; undefined for a model that gets no token types, where all
   * tokens have type 0.
   */
  readonly tokenTypeCount: number | undefined;
  /**
   * Token id of padding, for models that count positions from this id + 1; a padding token inside a text gets
   * position `paddingId`. Undefined for models that count positions from 0.
   */
  readonly paddingId?: number;
}

function requireInRange(ids: Int32Array, limit: number, what: string): void {
  const bad = ids.findIndex((id) => id < 0 || id >= limit);
  if (bad >= 0) {
    throw new DataError(`is ${ids[bad]}, the model knows 0 to ${limit - 1}.`, {
      subject: `${what} at position ${bad} of the batch`,
      remedy: "Use the model's own tokenizer.",
    });
  }
}

/** Checks a batch. Returns the number of tokens per sequence, padding included. */
function requireBatch({ tokenIds, tokenTypeIds, lengths }: TokenBatch, rules: TokenRules): number {
  const tokens = tokenIds.length / lengths.length;
  if (!Number.isInteger(tokens) || tokenTypeIds.length !== tokenIds.length) {
    throw new DataError(
      `${tokenIds.length} token ids and ${tokenTypeIds.length} token types for ${lengths.length} sequences.`,
    );
  }
  if (tokens > rules.maximumTokens) {
    throw new DataError(`${tokens} tokens a sequence, the model takes ${rules.maximumTokens}.`, {
      remedy: 'Lower the maximum length.',
    });
  }
  if (lengths.some((length) => length < 1 || length > tokens)) {
    throw new DataError(`sequence lengths [${lengths.join(', ')}] must lie in 1 to ${tokens}.`);
  }
  requireInRange(tokenIds, rules.vocabularySize, 'token id');
  if (rules.tokenTypeCount !== undefined) requireInRange(tokenTypeIds, rules.tokenTypeCount, 'token type');
  return tokens;
}

/**
 * LayerNorm of one row, in double precision: (x - mean) / sqrt(variance + epsilon) * weight + bias.
 *
 * @param sum Sum of the row's values.
 * @param bias [width], zeros for a norm without one.
 */
function layerNormRow(
  row: Float64Array,
  sum: number,
  { weight, epsilon }: EmbeddingNorm,
  bias: Float32Array,
  out: Float32Array,
): void {
  const mean = sum / row.length;
  let squares = 0;
  for (let i = 0; i < row.length; i++) squares += (row[i] - mean) ** 2;
  const variance = squares / row.length;
  const scale = 1 / Math.sqrt(variance + epsilon);
  for (let i = 0; i < row.length; i++) out[i] = (row[i] - mean) * scale * weight[i] + bias[i];
}

/** Position of each token of a sequence in the position table. */
function positionsOf(tokenIds: Int32Array, paddingId: number | undefined): Int32Array {
  if (paddingId === undefined) return tokenIds.map((_, index) => index);
  let counted = 0;
  return tokenIds.map((id) => (id === paddingId ? paddingId : paddingId + ++counted));
}

/**
 * Makes the embedding module of a text model: word + position + token type, then LayerNorm, as far as the
 * model has these. The embedding output is [batch, tokens, width], zero at padding, which the encoder masks.
 * It uses plain typed arrays: table look-ups need no engine.
 *
 * @throws The module throws {@link DataError} for ids or lengths that the model does not know.
 */
export function tokenEmbedding(tables: TokenTables, rules: TokenRules): TokenEmbedding {
  const { width, words, norm } = tables;
  const none = new Float32Array(width);
  // A table that the model lacks is one row of zeros.
  const { positions = none, types = none } = tables;
  const bias = norm?.bias ?? none;
  return (batch) => {
    const tokens = requireBatch(batch, rules);
    const data = new Float32Array(batch.tokenIds.length * width);
    const row = new Float64Array(width);
    for (const [sequence, length] of batch.lengths.entries()) {
      const start = sequence * tokens;
      const places = positionsOf(batch.tokenIds.subarray(start, start + length), rules.paddingId);
      for (let index = 0; index < length; index++) {
        const token = start + index;
        const word = batch.tokenIds[token] * width;
        const position = positions === none ? 0 : places[index] * width;
        const type =
          types === none || rules.tokenTypeCount === undefined ? 0 : batch.tokenTypeIds[token] * width;
        let sum = 0;
        for (let i = 0; i < width; i++) {
          row[i] = words[word + i] + positions[position + i] + types[type + i];
          sum += row[i];
        }
        const out = data.subarray(token * width, (token + 1) * width);
        if (norm === undefined) out.set(row);
        else layerNormRow(row, sum, norm, bias, out);
      }
    }
    return { embeddings: { shape: [batch.lengths.length, tokens, width], data }, lengths: batch.lengths };
  };
}
