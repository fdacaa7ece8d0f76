import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';

export interface PretrainingSettings {
  readonly seed: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Highest learning rate of AdamW; it rises over `warmupSteps`, then falls linearly to zero. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Largest Euclidean norm of the gradient over all tensors; larger gradients are scaled down to it. */
  readonly gradientNorm: number;
  /** Standard deviation of the initial weights. */
  readonly initialDeviation: number;
  /** Fraction of tokens to predict. */
  readonly maskedShare: number;
}

/** Settings of the committed model. */
export const PRETRAINING: PretrainingSettings = {
  seed: 1,
  steps: 3000,
  batchSize: 48,
  learningRate: 3e-3,
  warmupSteps: 100,
  gradientNorm: 1,
  initialDeviation: 0.05,
  maskedShare: 0.2,
};

/** The quick start's model: a BERT small enough that a device's step takes milliseconds. */
export function quickstartModel(vocabularySize: number): BertConfig {
  return {
    family: 'bert',
    hiddenSize: 64,
    layerCount: 2,
    headCount: 4,
    intermediateSize: 128,
    layerNormEpsilon: 1e-12,
    vocabularySize,
    maximumTokens: 32,
    tokenTypeCount: 2,
  };
}

/** The model's config.json as Hugging Face's transformers reads it. */
export function huggingFaceConfig(config: BertConfig): object {
  return {
    architectures: ['BertModel'],
    model_type: 'bert',
    hidden_act: 'gelu',
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layerCount,
    num_attention_heads: config.headCount,
    intermediate_size: config.intermediateSize,
    layer_norm_eps: config.layerNormEpsilon,
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.maximumTokens,
    type_vocab_size: config.tokenTypeCount,
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    pad_token_id: 0,
    position_embedding_type: 'absolute',
    torch_dtype: 'float32',
  };
}
