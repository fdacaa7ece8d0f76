import type * as tf from '@tensorflow/tfjs-core';
import type { TfLora } from './transformer-ops.ts';

/** Where a batch is padded, in the two forms the encoder needs. */
export interface PaddingMasks {
  /** Added to attention scores, [batch, 1, 1, tokens]: 0 for real tokens, hugely negative for padding. */
  readonly additive: tf.Tensor;
  /** Multiplied with hidden states, [batch, tokens, 1]: 1 for real tokens, 0 for padding. */
  readonly real: tf.Tensor;
}

/**
 * One step of the encoder, the unit of recomputation: between the forward and the backward pass only each stage's
 * input is kept. The first takes embeddings [batch, tokens, hidden], the last returns features [batch, hidden].
 */
export interface EncoderStage {
  /** LoRA tensors this stage uses, in their fixed order. */
  readonly loraNames: readonly string[];
  run(input: tf.Tensor, masks: PaddingMasks, lora: TfLora): tf.Tensor;
}
