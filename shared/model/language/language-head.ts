import { familyOf } from '#shared/model/families/registry.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { finalNormForm, type NormForm, OUTPUT_MATRIX } from './final-norm.ts';
import { VocabularyProduct } from './product/vocabulary-product.ts';

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

/** Whether a device part holds the head of a language model. */
export function hasLanguageHead({ config, tensors }: ModelPart): boolean {
  if (familyOf(config).languageModel === undefined) return false;
  return finalNormForm(config).tensors.every((name) => tensors.has(name));
}

/** Returns the head in a device part. The matrix is not copied. Throws a ModelError for a missing tensor. */
export function languageHead({ config, tensors }: ModelPart): LanguageHead {
  const norm = finalNormForm(config);
  const pretrained = new Map(
    norm.tensors.map((name): [string, Tensor] => [name, requireTensor(tensors, name)]),
  );
  const words = familyOf(config).languageModel?.words ?? OUTPUT_MATRIX;
  const matrix = tensors.get(OUTPUT_MATRIX) ?? requireTensor(tensors, words);
  return { norm, pretrained, product: new VocabularyProduct(matrix) };
}
