import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';

/** Name of the matrix from hidden states to the vocabulary, in models where it is not the word embeddings. */
export const OUTPUT_MATRIX = 'lm_head.weight';

/** Whether a checkpoint's tensor is the output matrix. The name of an enclosing model may precede its own. */
export function isOutputMatrix(name: string): boolean {
  return `.${name}`.endsWith(`.${OUTPUT_MATRIX}`);
}

/** The final norm of a language model, between its hidden states and the output matrix. */
export interface NormForm {
  readonly kind: 'layer' | 'rms';
  readonly epsilon: number;
  /** Names of its tensors, [width] each: the weight, and the bias if it has one. */
  readonly tensors: readonly string[];
}

/**
 * Form of a model's final norm.
 *
 * @throws {@link ModelError} for a model without a final norm. A model with one need not be a language model.
 */
export function finalNormForm(config: ModelConfig): NormForm {
  const { layout } = describeModel(config);
  if (layout.finalNorm === undefined) {
    throw new ModelError('has no norm after its last layer.', { subject: `model of type ${config.family}` });
  }
  const parts = layout.biases.norms ? ['weight', 'bias'] : ['weight'];
  return {
    kind: layout.norm,
    epsilon: layout.normEpsilon,
    tensors: parts.map((part) => `${layout.finalNorm}.${part}`),
  };
}
