import type * as tf from '@tensorflow/tfjs-core';
import type { TfLora } from './transformer-ops.ts';

/** Lengths of a batch's sequences, in the forms that the encoder needs. */
export interface PaddingMasks {
  /**
   * Added to attention scores, [batch, 1, 1, tokens]: 0 for real tokens, a large negative value for padding.
   */
  readonly additive: tf.Tensor;
  /** Multiplied with hidden states, [batch, tokens, 1]: 1 for real tokens, 0 for padding. */
  readonly real: tf.Tensor;
  /** The same with 1 for the last real token, 0 for all others. */
  readonly last: tf.Tensor;
}

/**
 * One stage of the encoder, the unit of recomputation: between forward and backward pass only each stage's
 * input is kept. The first stage takes embeddings [batch, tokens, hidden], the last returns features
 * [batch, hidden], or all states [batch * tokens, hidden] for features of every token.
 */
export interface EncoderStage {
  /** LoRA tensors this stage uses, in their fixed order. */
  readonly loraNames: readonly string[];
  run(input: tf.Tensor, masks: PaddingMasks, lora: TfLora): tf.Tensor;
}
