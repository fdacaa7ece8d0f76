import { ModelError } from '#shared/errors.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { VocabularyProduct } from './product/vocabulary-product.ts';

/** Name of the matrix from hidden states to the vocabulary, in models where it is not the word embeddings. */
export const OUTPUT_MATRIX = 'lm_head.weight';

/** The norm before the matrix: LayerNorm or RMSNorm. */
export interface NormForm {
  readonly kind: 'layer' | 'rms';
  readonly epsilon: number;
  /** Names of its tensors, [width] each: the weight, and the bias if it has one. */
  readonly tensors: readonly string[];
}

/**
 * The frozen part of a language model's head, which every device has: logits = norm(hidden states) W^T. The
 * weight and bias of the norm are the part that devices train.
 */
export interface LanguageHead {
  readonly norm: NormForm;
  /** Weight and bias of the pre-trained norm. */
  readonly pretrained: NamedTensors;
  readonly product: VocabularyProduct;
}

/**
 * Form of a model's final norm.
 *
 * @throws {@link ModelError} for a model that is no language model.
 */
export function finalNormForm(config: ModelPart['config']): NormForm {
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

/** Whether a device part holds the head of a language model. */
export function hasLanguageHead({ config, tensors }: ModelPart): boolean {
  if (familyOf(config).languageModel === undefined) return false;
  return finalNormForm(config).tensors.every((name) => tensors.has(name));
}

/** The head in a device part. Its matrix is used where it is, without a copy. */
export function languageHead({ config, tensors }: ModelPart): LanguageHead {
  const norm = finalNormForm(config);
  const pretrained = new Map(
    norm.tensors.map((name): [string, Tensor] => [name, requireTensor(tensors, name)]),
  );
  const words = familyOf(config).languageModel?.words ?? OUTPUT_MATRIX;
  const matrix = tensors.get(OUTPUT_MATRIX) ?? requireTensor(tensors, words);
  return { norm, pretrained, product: new VocabularyProduct(matrix) };
}
