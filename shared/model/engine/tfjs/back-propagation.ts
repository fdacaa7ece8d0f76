import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '#shared/model/tensor.ts';
import type { EncoderStage, PaddingMasks } from './encoder-stage.ts';
import { toTf } from './tf-weights.ts';
import type { TfLora } from './transformer-ops.ts';

/** A batch and its LoRA tensors on the backend. */
export interface EncoderInputs {
  readonly embeddings: tf.Tensor;
  readonly masks: PaddingMasks;
  readonly lora: TfLora;
}

export function disposeInputs({ embeddings, masks, lora }: EncoderInputs): void {
  tf.dispose([
    embeddings,
    masks.additive,
    masks.real,
    masks.last,
    ...lora.tensors.values(),
    ...lora.inverseNorms.values(),
  ]);
}

/**
 * Gradients of one stage at its input and at its LoRA tensors, in that order. The stage is run again to get
 * its activations.
 */
function stageGradients(
  stage: EncoderStage,
  input: tf.Tensor,
  { masks, lora }: EncoderInputs,
  outputGradient: tf.Tensor,
  withInput: boolean,
): readonly tf.Tensor[] {
  const own = stage.loraNames.flatMap((name) => lora.tensors.get(name) ?? []);
  const gradients = tf.grads((...variables) => {
    const x = withInput ? variables[0] : input;
    const trainable = withInput ? variables.slice(1) : variables;
    const tensors = new Map(stage.loraNames.map((name, index) => [name, trainable[index]]));
    return stage.run(x, masks, { ...lora, tensors });
  });
  return gradients(withInput ? [input, ...own] : own, outputGradient);
}

/**
 * Runs backward through the stages, down to the first stage with LoRA. Frees all intermediate tensors; the
 * caller owns the result.
 *
 * @returns LoRA gradients by name.
 */
export function backPropagate(
  stages: readonly EncoderStage[],
  stageInputs: readonly tf.Tensor[],
  inputs: EncoderInputs,
  featureGradient: Tensor,
): ReadonlyMap<string, tf.Tensor> {
  const first = stages.findIndex((stage) => stage.loraNames.length > 0);
  const gradients = new Map<string, tf.Tensor>();
  let flowing = toTf(featureGradient);
  for (let index = stages.length - 1; index >= first; index--) {
    const stage = stages[index];
    const outputGradient = flowing;
    const withInput = index > first;
    const made = tf.tidy(() => [
      ...stageGradients(stage, stageInputs[index], inputs, outputGradient, withInput),
    ]);
    outputGradient.dispose();
    const own = withInput ? made.slice(1) : made;
    for (const [position, name] of stage.loraNames.entries()) gradients.set(name, own[position]);
    if (withInput) flowing = made[0];
  }
  return gradients;
}
