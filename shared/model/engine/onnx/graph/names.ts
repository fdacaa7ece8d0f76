import type { TokenAxes } from '#shared/model/engine/onnx/layers/residual.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import type { EncoderSpec } from './encoder-spec.ts';
import type { OnnxDimension } from './onnx-model.ts';
import type { TokenAxis } from './token-layout.ts';

/** Tensors that change with every batch, by the names both graphs give them. */
export const TENSOR_INPUTS = {
  /** [batch, tokens, hidden], or packed [rows, hidden] */
  embeddings: 'embeddings',
  /** [batch, 1, 1, tokens] */
  mask: 'mask',
  /** [tokens, batch, 1] */
  tokenWeights: 'token-weights',
  /** [batch, hidden] */
  featureGradient: 'feature-gradient',
} as const;

/** What the graphs read besides where sequences lie packed, see packed-layout.ts. */
export const PACKED_INPUTS = {
  /** Row of each token, [tokens, batch]; of padding, any. */
  rowOfToken: 'row-of-token',
  /** Place of each row in [tokens, batch] flattened, [rows]. */
  tokenOfRow: 'token-of-row',
  /** Row of each sequence's first token, [batch]. */
  firstRows: 'first-rows',
  /** 1 for real tokens and 0 for padding, [batch, 1, tokens, 1]. */
  realQueries: 'real-queries',
  /** Rows of each part, [parts, 1, most rows of a part]; to fill up, any. */
  rowOfPart: 'row-of-part',
  /** 1 for a part's own rows, [parts, 1, most rows of a part, 1]. */
  realRows: 'real-rows',
  /** Sequences of each part, [parts, 1, most sequences of a part]; to fill up, any. */
  sequenceOfPart: 'sequence-of-part',
  /** 1 for a part's own sequences, [parts, 1, most sequences of a part, 1]. */
  realSequences: 'real-sequences',
} as const;

/** Name of the features in the forward graph. */
export const FEATURES = 'features';

/** Activations handed from the forward to the backward graph: shapes by name. */
export type KeptActivations = ReadonlyMap<string, readonly OnnxDimension[]>;

/** Name of a dense layer's weight with LoRA added. */
export function adaptedName(moduleName: string): string {
  return `${moduleName}.adapted`;
}

/** What the names of a layer's activations begin with. */
export function layerPrefix(index: number): string {
  return `layer.${index}`;
}

/** The tokens of the last hidden states that the features depend on. */
export function featureTokens(kind: FeatureKind): TokenAxis {
  return kind === 'mean' ? 'tokens' : 1;
}

/** Token axes of a layer: the last one computes only the tokens that the features depend on. */
export function layerAxes({ layout, features }: EncoderSpec, index: number): TokenAxes {
  const last = index === layout.layers.length - 1;
  return { entering: 'tokens', leaving: last ? featureTokens(features) : 'tokens' };
}
