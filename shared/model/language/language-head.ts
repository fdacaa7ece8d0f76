import { familyOf } from '#shared/model/families/registry.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { finalNormForm, type NormForm, OUTPUT_MATRIX } from './final-norm.ts';
import { VocabularyProduct } from './vocabulary-product.ts';

/**
 * The head of a pre-trained language model, which every device has: logits = norm(hidden states) W^T. The
 * devices train copies of the norm's tensors, and of W if the run says so.
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
export function languageHead(part: ModelPart): LanguageHead {
  return {
    norm: finalNormForm(part.config),
    pretrained: normTensors(part),
    product: new VocabularyProduct(outputMatrix(part)),
  };
}

/**
 * Tensors with which a device's head starts: the norm's, and the output matrix under {@link OUTPUT_MATRIX},
 * also in a model that ties it to the word embeddings. Nothing is copied. Throws a ModelError for a missing
 * tensor.
 */
export function pretrainedHead(part: ModelPart): NamedTensors {
  return new Map([...normTensors(part), [OUTPUT_MATRIX, outputMatrix(part)]]);
}

function normTensors({ config, tensors }: ModelPart): NamedTensors {
  return new Map(
    finalNormForm(config).tensors.map((name): [string, Tensor] => [name, requireTensor(tensors, name)]),
  );
}

/** The output matrix in a device part, [vocabulary, width]; in a tied model the word embeddings. */
export function outputMatrix({ config, tensors }: ModelPart): Tensor {
  const words = familyOf(config).languageModel?.words ?? OUTPUT_MATRIX;
  return tensors.get(OUTPUT_MATRIX) ?? requireTensor(tensors, words);
}
