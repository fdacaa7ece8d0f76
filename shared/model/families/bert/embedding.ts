import { DataError } from '#shared/errors.ts';
import type { TokenBatch, TokenEmbedding } from '#shared/model/families/model-input.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import type { BertConfig } from './bert-config.ts';

function requireInRange(ids: Int32Array, limit: number, what: string): void {
  const bad = ids.findIndex((id) => id < 0 || id >= limit);
  if (bad >= 0) {
    throw new DataError(`is ${ids[bad]}, the model knows 0 to ${limit - 1}.`, {
      subject: `${what} at position ${bad} of the batch`,
      remedy: "Use the model's own tokenizer.",
    });
  }
}

function tokensPerSequence({ tokenIds, tokenTypeIds, lengths }: TokenBatch, config: BertConfig): number {
  const tokens = tokenIds.length / lengths.length;
  if (!Number.isInteger(tokens) || tokenTypeIds.length !== tokenIds.length) {
    throw new DataError(
      `${tokenIds.length} token ids and ${tokenTypeIds.length} token types for ${lengths.length} sequences.`,
    );
  }
  if (tokens > config.maximumTokens) {
    throw new DataError(`${tokens} tokens a sequence, the model takes ${config.maximumTokens}.`, {
      remedy: 'Lower the maximum length.',
    });
  }
  if (lengths.some((length) => length < 1 || length > tokens)) {
    throw new DataError(`sequence lengths [${lengths.join(', ')}] must lie in 1 to ${tokens}.`);
  }
  return tokens;
}

/** LayerNorm of one row in place, in double precision: (x - mean) / sqrt(variance + epsilon) * weight + bias. */
function layerNormRow(
  row: Float64Array,
  weight: Float32Array,
  bias: Float32Array,
  epsilon: number,
  out: Float32Array,
): void {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i];
  const mean = sum / row.length;
  let squares = 0;
  for (let i = 0; i < row.length; i++) squares += (row[i] - mean) ** 2;
  const variance = squares / row.length;
  const scale = 1 / Math.sqrt(variance + epsilon);
  for (let i = 0; i < row.length; i++) out[i] = (row[i] - mean) * scale * weight[i] + bias[i];
}

/**
 * BERT's embedding module from the device's tensors (`embeddings.*`): word + position + token type, then LayerNorm;
 * embedding output [batch, tokens, hidden], zero at padding, which the encoder masks. Plain typed arrays: table
 * look-ups need no engine.
 *
 * @throws {@link ModelError} naming a tensor that is missing; the module throws {@link DataError} for ids or lengths
 *   the model does not know.
 */
export function bertEmbedding(config: BertConfig, tensors: NamedTensors): TokenEmbedding {
  const table = (name: string) => requireTensor(tensors, `embeddings.${name}`).data;
  const words = table('word_embeddings.weight');
  const positions = table('position_embeddings.weight');
  const types = table('token_type_embeddings.weight');
  const normWeight = table('LayerNorm.weight');
  const normBias = table('LayerNorm.bias');
  const hidden = config.hiddenSize;

  return (batch) => {
    const tokens = tokensPerSequence(batch, config);
    requireInRange(batch.tokenIds, config.vocabularySize, 'token id');
    requireInRange(batch.tokenTypeIds, config.tokenTypeCount, 'token type');
    const data = new Float32Array(batch.tokenIds.length * hidden);
    const row = new Float64Array(hidden);
    for (let token = 0; token < batch.tokenIds.length; token++) {
      if (token % tokens >= batch.lengths[Math.floor(token / tokens)]) continue;
      const word = batch.tokenIds[token] * hidden;
      const position = (token % tokens) * hidden;
      const type = batch.tokenTypeIds[token] * hidden;
      for (let i = 0; i < hidden; i++) row[i] = words[word + i] + positions[position + i] + types[type + i];
      const out = data.subarray(token * hidden, (token + 1) * hidden);
      layerNormRow(row, normWeight, normBias, config.layerNormEpsilon, out);
    }
    return {
      embeddings: { shape: [batch.lengths.length, tokens, hidden], data },
      lengths: batch.lengths,
    };
  };
}
